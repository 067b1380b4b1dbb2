"""Without a mail server, mails are files in the instance folder."""

import mailbox

import pytest

from app.mail import delivery, transports
from app.models import EmailState
from tests.mail.conftest import queue, state

pytestmark = pytest.mark.usefixtures("at")


@pytest.fixture
def settings():
    return {}


def test_it_works(app, tmp_path, transport):
    email_id = queue()
    assert delivery.drain("worker-1", transport).taken == 1
    assert state(email_id) is EmailState.ACCEPTED
    (message,) = mailbox.Maildir(tmp_path / "mail", create=False)
    assert message["To"].endswith("<ana.nunez@example.com>")
    assert (tmp_path / "mail").stat().st_mode & 0o077 == 0


@pytest.mark.database("sqlite")
def test_lines_end_as_files_do(app, tmp_path):
    transports.chosen().send(b"Subject: S\r\n\r\nbody\r\n", "ana@example.com", "")
    (path,) = (tmp_path / "mail" / "new").iterdir()
    assert path.read_bytes() == b"Subject: S\n\nbody\n"


def test_a_folder_that_cannot_be_written_loses_nothing(app, tmp_path, transport):
    (tmp_path / "mail").write_text("a file stands in the way")
    email_id = queue()
    assert delivery.drain("worker-1", transport).unreachable
    assert state(email_id) is EmailState.RETRY

"""A worker dies between the final dot and the mark: what is done about it, with an archive and without."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.db import transact
from app.mail import outbox, reconciling, transports
from app.mail.delivery import FOUND, Courier
from app.mail.desk import Desk
from app.mail.reconciling import ArchiveFolder
from app.models import EmailState
from tests.conftest import NOON
from tests.mail.conftest import WORKER, queue, row, state
from tests.support.smtp import SmtpServer

pytestmark = [pytest.mark.usefixtures("at"), pytest.mark.slow]
MINUTE = timedelta(seconds=61)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    (tmp_path / "copies" / "new").mkdir(parents=True)
    return tmp_path / "copies"


@pytest.fixture
def abandoned(smtp: SmtpServer, transport: transports.Transport) -> int:
    """A message whose worker died after handing it over, and before it could write that down."""
    email_id = queue()
    dying = Courier("dying", transport)
    dying._go_round(Desk.laid_out(transact(lambda at: outbox.claim("dying", 20, at))))
    assert state(email_id) is EmailState.SENDING
    assert len(smtp.sink.messages) == 1
    return email_id


def copy(folder: Path, email_id: int, name: str = "copy") -> None:
    (folder / "new" / name).write_bytes(row(email_id).content or b"")


class TestWithoutAnArchive:
    def test_it_is_sent_again_the_same_and_said_so(
        self, abandoned: int, smtp: SmtpServer, drain: Any, later: Any
    ) -> None:
        with later(MINUTE):
            drain()
        found = row(abandoned)
        assert [envelope.content for envelope in smtp.sink.envelopes] == [found.content] * 2
        assert (found.state, found.doubts, found.may_be_doubled) == (EmailState.ACCEPTED, 1, True)
        assert [step.state for step in found.steps] == [
            EmailState.QUEUED,
            EmailState.SENDING,
            EmailState.IN_DOUBT,
            EmailState.SENDING,
            EmailState.ACCEPTED,
        ]

    def test_not_before_a_minute_without_a_sign_of_life(self, abandoned: int, drain: Any, later: Any) -> None:
        with later(timedelta(seconds=59)):
            assert drain().taken == 0
        assert state(abandoned) is EmailState.SENDING

    def test_an_answer_that_was_kept_settles_it_after_all(
        self, transport: transports.Transport, smtp: SmtpServer, later: Any
    ) -> None:
        """The database was away for longer than the lease: the worker lives, and knows what the server said."""
        email_id = queue()
        courier = Courier(WORKER, transport)
        courier._go_round(Desk.laid_out(transact(lambda at: outbox.claim(WORKER, 20, at))))
        with later(MINUTE):
            courier.deliver()
        assert (state(email_id), row(email_id).doubts) == (EmailState.ACCEPTED, 0)
        assert len(smtp.sink.messages) == 1


class TestWithAnArchive:
    @pytest.fixture
    def courier(self, transport: transports.Transport, archive: Path) -> Courier:
        return Courier(WORKER, transport, ArchiveFolder(archive))

    def test_what_has_a_copy_is_not_sent_again(
        self, abandoned: int, courier: Courier, archive: Path, smtp: SmtpServer, later: Any
    ) -> None:
        copy(archive, abandoned)
        with later(MINUTE):
            courier.deliver()
        found = row(abandoned)
        assert (found.state, found.last_error, found.may_be_doubled) == (EmailState.ACCEPTED, FOUND, False)
        assert len(smtp.sink.messages) == 1

    def test_what_has_none_is_sent_and_nobody_doubts_it(
        self, abandoned: int, courier: Courier, smtp: SmtpServer, later: Any
    ) -> None:
        with later(MINUTE):
            courier.deliver()
        assert (state(abandoned), row(abandoned).may_be_doubled) == (EmailState.ACCEPTED, False)
        assert len(smtp.sink.messages) == 2

    def test_an_answer_to_it_is_no_copy_of_it(self, abandoned: int, archive: Path) -> None:
        message_id = row(abandoned).message_id
        (archive / "new" / "reply").write_text(
            f"Message-ID: <2@x>\r\nIn-Reply-To: {message_id}\r\n\r\n{message_id}\r\n"
        )
        assert not ArchiveFolder(archive).was_accepted(message_id or "", NOON)

    def test_a_copy_that_is_still_being_written_is_none(self, abandoned: int, archive: Path) -> None:
        (archive / "tmp").mkdir()
        (archive / "tmp" / "copy").write_bytes(row(abandoned).content or b"")
        assert not ArchiveFolder(archive).was_accepted(row(abandoned).message_id or "", NOON)

    def test_while_the_folder_cannot_be_read_nothing_is_sent(
        self, abandoned: int, transport: transports.Transport, tmp_path: Path, smtp: SmtpServer, later: Any
    ) -> None:
        courier = Courier(WORKER, transport, ArchiveFolder(tmp_path / "not there"))
        with later(MINUTE):
            courier.deliver()
        assert state(abandoned) is EmailState.IN_DOUBT
        assert row(abandoned).last_error == "The archived copies cannot be read: FileNotFoundError"
        assert len(smtp.sink.messages) == 1


@pytest.mark.database("sqlite")
class TestChosen:
    def test_the_folder_that_the_settings_name(self, app: Flask, archive: Path) -> None:
        app.config["MAIL_ARCHIVE"] = str(archive)
        assert self.folder() == archive

    def test_none_for_a_server_without_an_archive(self, app: Flask) -> None:
        app.config["MAIL_SERVER"] = "127.0.0.1"
        assert reconciling.chosen() is None

    def test_a_local_maildir_is_its_own_archive(self, app: Flask) -> None:
        app.config["MAIL_SERVER"] = ""
        assert self.folder() == app.config["INSTANCE_DIR"] / "mail"

    def folder(self) -> Path:
        found = reconciling.chosen()
        assert isinstance(found, ArchiveFolder)
        return found.folder

"""Reading the mailbox of bounces: by command and by the worker, from a folder and from an IMAP server."""

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event as Flag
from typing import Any

import pytest
from flask import Flask, current_app
from flask.testing import FlaskCliRunner

from app import clock, collecting, links
from app.db import db
from app.formats.mail_notices import LARGEST
from app.mail import mailboxes
from app.models import (
    EmailState,
    JobTurn,
    MessageKind,
    NoticeKind,
    OutgoingEmail,
    Registration,
    RegistrationState,
)
from tests.support.imap import ACCOUNT, ImapServer, write_certificate
from tests.support.notices import RETURN_PATH, about, deliver, mail, put, registered


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    return tmp_path / "bounces"


@pytest.fixture
def settings(maildir: Path) -> dict[str, Any]:
    return {"MAIL_RETURN_PATH": RETURN_PATH, "BOUNCES_MAILDIR": str(maildir)}


@pytest.fixture
def person(app: Flask) -> Registration:
    return registered()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_certificate(tmp_path_factory.mktemp("tls") / "certificate.pem")


def test_without_a_mailbox_the_command_says_what_to_set(
    app: Flask, runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "BOUNCES_MAILDIR", "")
    assert not mailboxes.is_set()
    assert "Set BOUNCES_MAILDIR or BOUNCES_IMAP_SERVER" in runner.invoke(args=["mail", "bounces"]).output


def test_the_worker_reads_it_too(
    app: Flask, maildir: Path, person: Registration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "EVERY", collecting.EVERY / 10_000)
    put(maildir, about(mail(), "postfix-unknown-user"))
    stop, turns = Flag(), []

    def stop_after_two() -> Counter[NoticeKind]:
        turns.append(collect_once())
        if len(turns) == 2:
            stop.set()
        return turns[-1]

    collect_once = collecting.collect
    monkeypatch.setattr(collecting, "collect", stop_after_two)
    collecting.keep_collecting(stop, app)
    assert turns == [{NoticeKind.BOUNCED: 1}, {}]
    assert mail().state is EmailState.BOUNCED
    turn = db.session.get_one(JobTurn, collecting.READ_MAILBOX)
    assert turn.worked_at <= clock.now()


def test_a_trouble_that_lasts_is_told_once_an_hour(at: datetime, caplog: pytest.LogCaptureFixture) -> None:
    gone, told = mailboxes.MailboxError("The folder is not there."), None
    for minutes in (0, 1, 59, 61):
        with clock.stopped_at(at + timedelta(minutes=minutes)):
            told = collecting._tell(gone, told)
    collecting._tell(OSError("No space left"), told)
    first, again, other = caplog.records
    assert first.getMessage() == again.getMessage()
    assert (first.exc_info, again.exc_info) == (None, None)
    assert "No space left" in other.getMessage()
    assert other.exc_info


@pytest.mark.slow
class TestImap:
    @pytest.fixture
    def imap(self, certificate: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        server = ImapServer(certificate)
        yield server
        server.stop()

    @pytest.fixture
    def settings(self, imap: ImapServer) -> dict[str, Any]:
        name, password = ACCOUNT
        return {
            "MAIL_RETURN_PATH": RETURN_PATH,
            "BOUNCES_IMAP_SERVER": "127.0.0.1",
            "BOUNCES_IMAP_PORT": imap.port,
            "BOUNCES_IMAP_USERNAME": name,
            "BOUNCES_IMAP_PASSWORD": password,
        }

    def test_it_works(self, runner: FlaskCliRunner, imap: ImapServer, person: Registration) -> None:
        huge = about(mail(), "letter") + b"x" * (2 * LARGEST)
        imap.folder.messages += [about(mail(), "postfix-unknown-user"), huge]
        result = runner.invoke(args=["mail", "bounces"])
        assert (result.exit_code, result.output) == (0, "Filed 2 messages: bounced 1, other 1.\n")
        assert mail().state is EmailState.BOUNCED
        assert imap.folder.seen == {1, 2}
        assert imap.folder.most_fetched == LARGEST
        assert runner.invoke(args=["mail", "bounces"]).output == "Filed 0 messages.\n"

    def test_who_declines_in_a_calendar_is_mailed_once_and_keeps_the_seat(
        self, imap: ImapServer, person: Registration
    ) -> None:
        replies = [about(mail(), name, uid=person.calendar_uid) for name in ("google-declined", "outlook-declined")]
        imap.folder.messages += replies
        assert collecting.collect() == {NoticeKind.DECLINED: 2}
        imap.folder.messages.append(replies[0].replace(b"SEQUENCE:0", b"SEQUENCE:1"))
        assert collecting.collect() == {NoticeKind.DECLINED: 1}
        deliver()
        [sent] = db.session.scalars(db.select(OutgoingEmail).filter_by(kind=MessageKind.DECLINED)).all()
        assert sent.state is EmailState.ACCEPTED
        kept = db.session.get_one(Registration, person.id, populate_existing=True)
        assert kept.state is RegistrationState.CONFIRMED
        assert links.manage(kept.id, kept.link_version).encode() in sent.content.replace(b"=\r\n", b"")

    def test_a_certificate_that_nobody_vouches_for_ends_it(
        self, runner: FlaskCliRunner, imap: ImapServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("SSL_CERT_FILE")
        result = runner.invoke(args=["mail", "bounces"])
        assert result.exit_code == 1
        assert "certificate verify failed" in result.output

    @pytest.mark.parametrize(
        ("setting", "value", "words"),
        [
            ("BOUNCES_IMAP_PASSWORD", "wrong", "wrong name or password"),
            ("BOUNCES_IMAP_FOLDER", 'Nowhere"', "no such folder"),
        ],
    )
    def test_it_says_what_the_server_says(
        self, runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch, setting: str, value: str, words: str
    ) -> None:
        monkeypatch.setitem(current_app.config, setting, value)
        result = runner.invoke(args=["mail", "bounces"])
        assert result.exit_code == 1
        assert words in result.output

    def test_nobody_answers(self, app: Flask, runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(app.config, "BOUNCES_IMAP_PORT", 1)
        assert "The mailbox could not be read. ConnectionRefusedError" in runner.invoke(args=["mail", "bounces"]).output

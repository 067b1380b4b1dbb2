"""What came back is filed once, flags the address, and stops mail to it; a forged notice changes nothing."""

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from app import collecting, return_paths
from app.db import db, transact
from app.formats.mail_notices import LARGEST
from app.models import (
    AuditEntry,
    EmailState,
    FailureReason,
    MailNotice,
    MessageKind,
    NoticeKind,
    OutgoingEmail,
    Registration,
)
from app.operations import notifying
from app.operations.registration import changing
from tests.support import factories as make
from tests.support.notices import RETURN_PATH, about, collect, deliver, flags, mail, put, registered, tell

pytestmark = pytest.mark.slow


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    return tmp_path / "bounces"


@pytest.fixture
def settings(maildir: Path) -> dict[str, Any]:
    return {"MAIL_RETURN_PATH": RETURN_PATH, "BOUNCES_MAILDIR": str(maildir)}


@pytest.fixture
def person(app: Flask) -> Registration:
    return registered()


def rest(app: Flask) -> dict[str, list[Any]]:
    """Every row but those that a bounce may touch."""
    db.session.rollback()
    touched = {"mail_notice", "bounced_address", "job_turn", "outgoing_email", "audit_entry"}
    tables = [table for table in db.metadata.sorted_tables if table.name not in touched]
    return {table.name: list(db.session.execute(db.select(table)).all()) for table in tables}


class TestBounce:
    @pytest.mark.parametrize(("path", "message_id"), [(True, False), (False, True), (True, True)])
    def test_it_works(self, runner: FlaskCliRunner, maildir: Path, person: Registration, path, message_id) -> None:
        put(maildir, about(mail(), "postfix-unknown-user", path=path, message_id=message_id))
        result = runner.invoke(args=["mail", "bounces"])
        assert (result.exit_code, result.output) == (0, "Filed 1 message: bounced 1.\n")
        assert mail().state is EmailState.BOUNCED
        assert mail().steps[-1].words.startswith("550 5.1.1 <ana.nunez@harbor.example>")
        (flag,) = flags()
        assert (flag.email_key, flag.reason) == ("ana.nunez@harbor.example", FailureReason.NO_SUCH_ADDRESS)
        entry = db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == "mail came back")).one()
        assert (entry.subject_id, entry.detail["why"]) == (person.id, "no-such-address")

    @pytest.mark.parametrize("name", ["exchange-not-found", "exim-unrouteable", "qmail-no-mailbox", "global-status"])
    def test_of_every_make(self, maildir: Path, person: Registration, name: str) -> None:
        assert collect(maildir, about(mail(), name)) == {NoticeKind.BOUNCED: 1}
        assert mail().state is EmailState.BOUNCED
        assert flags()[0].reason is FailureReason.NO_SUCH_ADDRESS

    def test_the_same_one_is_filed_once(self, maildir: Path, person: Registration) -> None:
        bounce = about(mail(), "postfix-unknown-user")
        assert collect(maildir, bounce, bounce).total() == 1
        assert collect(maildir, bounce).total() == 0
        assert db.session.scalar(db.select(db.func.count()).select_from(MailNotice)) == 1

    def test_what_was_read_is_marked_and_stays(self, maildir: Path, person: Registration) -> None:
        collect(maildir, about(mail(), "letter"))
        assert not list((maildir / "new").iterdir())
        (kept,) = (maildir / "cur").iterdir()
        assert kept.name.endswith(":2,S")

    def test_no_more_mail_goes_to_a_dead_address(self, maildir: Path, person: Registration) -> None:
        collect(maildir, about(mail(), "postfix-unknown-user"))
        withheld = tell(person.id, MessageKind.HOW_TO_JOIN)
        assert mail(withheld).state is EmailState.WITHDRAWN
        assert "came back" in mail(withheld).last_error

    def test_what_somebody_asks_for_there_is_tried(self, maildir: Path, person: Registration) -> None:
        collect(maildir, about(mail(), "postfix-unknown-user"))
        again = make.registration(make.event(), email="ana.nunez@harbor.example")
        assert mail(tell(again.id)).state is EmailState.ACCEPTED

    @pytest.mark.parametrize(
        ("name", "reason"),
        [("gmail-full", FailureReason.MAILBOX_FULL), ("blocked-by-policy", FailureReason.REFUSED)],
    )
    def test_a_full_mailbox_is_flagged_and_written_to(
        self, maildir: Path, person: Registration, name: str, reason: FailureReason
    ) -> None:
        collect(maildir, about(mail(), name))
        assert (mail().state, flags()[0].reason) == (EmailState.BOUNCED, reason)
        assert mail(tell(person.id, MessageKind.HOW_TO_JOIN)).state is EmailState.ACCEPTED

    def test_corrected_it_is_no_longer_flagged(self, maildir: Path, person: Registration) -> None:
        collect(maildir, about(mail(), "postfix-unknown-user"))
        transact(
            lambda at: changing.correct_address(person.id, "ana@harbor.example", at=at, by="ruth@events.example.gov")
        )
        deliver()
        sent = db.session.scalars(db.select(OutgoingEmail).where(OutgoingEmail.recipient == "ana@harbor.example")).one()
        assert (sent.kind, sent.state) == (MessageKind.CONFIRMED, EmailState.ACCEPTED)
        assert mail().seen_to_at is not None

    def test_a_late_bounce_flags_the_address_it_was_sent_to(self, maildir: Path, person: Registration) -> None:
        bounce = about(mail(), "postfix-unknown-user")
        transact(
            lambda at: changing.correct_address(person.id, "ana@harbor.example", at=at, by="ruth@events.example.gov")
        )
        collect(maildir, bounce)
        assert [flag.email_key for flag in flags()] == ["ana.nunez@harbor.example"]

    def test_found_right_the_flag_goes_and_the_state_is_mailed(self, maildir: Path, person: Registration) -> None:
        collect(maildir, about(mail(), "postfix-unknown-user"))
        transact(lambda at: changing.try_again(person.id, at=at, by="ruth@events.example.gov"))
        deliver()
        assert flags() == []
        assert mail().seen_to_at is not None
        newest = db.session.scalars(db.select(OutgoingEmail).order_by(OutgoingEmail.id.desc())).first()
        assert (newest.kind, newest.state) == (MessageKind.CONFIRMED, EmailState.ACCEPTED)

    def test_a_bounce_settles_what_was_in_doubt(self, maildir: Path, person: Registration) -> None:
        def doubt(at: datetime) -> None:
            db.session.get_one(OutgoingEmail, mail_id).enter(EmailState.IN_DOUBT, "No answer", at)

        mail_id = mail().id
        transact(doubt)
        collect(maildir, about(mail(), "postfix-unknown-user"))
        deliver()
        assert mail().state is EmailState.BOUNCED

    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("postfix-delayed", NoticeKind.DELAYED),
            ("complaint", NoticeKind.COMPLAINT),
            ("outlook-away", NoticeKind.AUTO_REPLY),
            ("sieve-vacation", NoticeKind.AUTO_REPLY),
            ("delivered", NoticeKind.OTHER),
            ("letter", NoticeKind.OTHER),
        ],
    )
    def test_other_notices_are_filed_and_answer_nobody(
        self, maildir: Path, person: Registration, name: str, kind: NoticeKind
    ) -> None:
        before = db.session.scalar(db.select(db.func.count()).select_from(OutgoingEmail))
        assert collect(maildir, about(mail(), name)) == {kind: 1}
        filed = db.session.scalars(db.select(MailNotice)).one()
        assert (filed.kind, filed.email_id) == (kind, mail().id)
        assert mail().state is EmailState.ACCEPTED
        assert flags() == []
        assert db.session.scalar(db.select(db.func.count()).select_from(OutgoingEmail)) == before


class TestForged:
    """Whoever never had our mail changes nothing by writing to the mailbox; whoever had it, no more than a flag."""

    def test_without_our_marks_it_is_only_filed(self, app: Flask, maildir: Path, person: Registration) -> None:
        before = rest(app)
        wrong = return_paths.of(mail().id).replace("-", "-a").encode()
        bounce = about(mail(), "postfix-unknown-user", path=False, message_id=False)
        assert collect(maildir, bounce, bounce.replace(b"bounces+1k-abcdefghjkmnpqrs@events.example.gov", wrong)) == {
            NoticeKind.BOUNCED: 2
        }
        assert mail().state is EmailState.ACCEPTED
        assert flags() == []
        assert rest(app) == before

    def test_with_our_marks_it_flags_the_address_we_wrote_to(
        self, app: Flask, maildir: Path, person: Registration
    ) -> None:
        before = rest(app)
        bounce = about(mail(), "postfix-unknown-user")
        collect(maildir, bounce.replace(b"ana.nunez@harbor.example", b"the.director@events.example.gov"))
        assert [flag.email_key for flag in flags()] == ["ana.nunez@harbor.example"]
        assert rest(app) == before

    def test_a_mail_that_has_not_left_cannot_come_back(self, maildir: Path, person: Registration) -> None:
        def queue(at: datetime) -> int:
            waiting = notifying.queue(MessageKind.HOW_TO_JOIN, db.session.get_one(Registration, person.id), at=at)
            db.session.flush()
            return waiting.id

        waiting_id = transact(queue)
        collect(maildir, about(mail(waiting_id), "postfix-unknown-user"))
        assert mail(waiting_id).state is EmailState.QUEUED
        assert flags() == []

    @pytest.mark.parametrize("content", [b"", b"\x00" * 5000, b"\xff\xfe" * 5000, b"Content-Type: multipart/x\n" * 900])
    def test_rubbish_is_filed_and_does_not_hold_up_the_next(
        self, maildir: Path, person: Registration, content: bytes
    ) -> None:
        assert collect(maildir, content, about(mail(), "postfix-unknown-user"))[NoticeKind.BOUNCED] == 1

    def test_a_huge_one_is_read_no_further_than_its_beginning(self, maildir: Path, person: Registration) -> None:
        collect(maildir, about(mail(), "postfix-unknown-user") + b"x" * (3 * LARGEST))
        assert mail().state is EmailState.BOUNCED

    def test_a_link_in_the_folder_is_not_followed(self, app: Flask, maildir: Path, tmp_path: Path) -> None:
        put(maildir)
        (tmp_path / "secret").write_text("From: a@b.example\n\n")
        (maildir / "new" / "link").symlink_to(tmp_path / "secret")
        assert collecting.collect().total() == 0


class TestDeclined:
    def test_the_seat_is_kept_and_the_way_to_cancel_mailed_once(self, maildir: Path, person: Registration) -> None:
        reply = about(mail(), "google-declined", uid=person.calendar_uid)
        outlook = about(mail(), "outlook-declined", uid=person.calendar_uid)
        assert collect(maildir, reply) == {NoticeKind.DECLINED: 1}
        deliver()
        sent = db.session.scalars(db.select(OutgoingEmail).where(OutgoingEmail.kind == MessageKind.DECLINED)).one()
        assert (sent.recipient, sent.state) == ("Ana.Nunez@harbor.example", EmailState.ACCEPTED)
        assert b"/registrations/" in sent.content
        assert db.session.get_one(Registration, person.id).is_live
        assert collect(maildir, reply.replace(b"SEQUENCE:0", b"SEQUENCE:1"), outlook)[NoticeKind.DECLINED] == 2
        assert db.session.scalar(db.select(db.func.count()).where(OutgoingEmail.kind == MessageKind.DECLINED)) == 1
        # The sample from Outlook is about an entry that is not ours.
        assert Counter(db.session.scalars(db.select(MailNotice.email_id))) == {sent.id: 2, None: 1}

    def test_nobody_is_asked_about_an_entry_that_is_not_ours(self, maildir: Path, person: Registration) -> None:
        assert collect(maildir, about(mail(), "google-declined", uid="f" * 40)) == {NoticeKind.DECLINED: 1}
        assert db.session.scalar(db.select(db.func.count()).where(OutgoingEmail.kind == MessageKind.DECLINED)) == 0

"""Who marks an announcement or news as unwanted gets no more of them; their own mail goes on, and staff can undo it."""

from datetime import timedelta

import pytest

from app import clock, collecting
from app.db import db, transact
from app.formats.mail_notices import LARGEST
from app.models import (
    AuditEntry,
    EmailState,
    MailNotice,
    MessageKind,
    NoticeKind,
    OutgoingEmail,
    Subscriber,
    UnwantedAddress,
)
from app.operations import notifying
from app.operations.communication import addressing, complaining, following, outgoing, wishing
from app.operations.records import retaining
from app.operations.registration.listing import AttendeeFilter
from tests.support import factories as make
from tests.support.following import UNDO, follower, mail_news, note, told
from tests.support.notices import RETURN_PATH, about, collect, deliver, mail, put, registered, tell

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("at")]
ANA = "ana.nunez@harbor.example"
RUTH = "ruth@events.example.gov"
BULK = {MessageKind.ANNOUNCEMENT: {"announcement": {"subject": "Slides", "text": "They are up.", "urgent": False}}}


@pytest.fixture
def maildir(tmp_path):
    return tmp_path / "bounces"


@pytest.fixture
def settings(maildir):
    return {"MAIL_RETURN_PATH": RETURN_PATH, "BOUNCES_MAILDIR": str(maildir)}


@pytest.fixture
def person(app):
    return registered(ANA)


def announce(person, key="slides"):
    """An announcement to this person, and its delivery. Its id."""

    def queue(at):
        facts = BULK[MessageKind.ANNOUNCEMENT]
        row = notifying.queue(MessageKind.ANNOUNCEMENT, person_of(person), at=at, key=key, extra=facts)
        db.session.flush()
        return row.id

    mail_id = transact(queue)
    deliver()
    return mail_id


def person_of(person):
    return db.session.get_one(type(person), person.id)


def complain(maildir, mail_id, **how):
    return collect(maildir, about(mail(mail_id), "complaint", **how))


def unwanted():
    db.session.rollback()
    return list(db.session.scalars(db.select(UnwantedAddress.email_key)))


def acts():
    db.session.rollback()
    told_of = (complaining.MARKED, complaining.WELCOME_AGAIN)
    return list(db.session.scalars(db.select(AuditEntry).where(AuditEntry.act.in_(told_of)).order_by(AuditEntry.id)))


@pytest.mark.parametrize(("path", "message_id"), [(True, False), (False, True)])
def test_it_works(maildir, person, path, message_id):
    first = announce(person)
    assert complain(maildir, first, path=path, message_id=message_id) == {NoticeKind.COMPLAINT: 1}
    assert unwanted() == [ANA]
    later = mail(announce(person, "more"))
    assert (later.state, "unwanted" in later.last_error) == (EmailState.WITHDRAWN, True)
    (act,) = acts()
    assert (act.subject, act.subject_id, act.detail) == ("registration", person.id, {"message": first})


def test_mail_about_the_own_registration_goes_on(maildir, person):
    complain(maildir, announce(person))
    for kind in (MessageKind.HOW_TO_JOIN, MessageKind.EVENT_CHANGED, MessageKind.REMINDER):
        assert mail(tell(person.id, kind, key=f"after-{kind.value}")).state is not EmailState.WITHDRAWN


def test_one_about_a_confirmation_is_only_filed(maildir, person):
    assert complain(maildir, mail().id) == {NoticeKind.COMPLAINT: 1}
    assert (unwanted(), acts()) == ([], [])


@pytest.mark.parametrize("kind", [b"not-spam", b"auth-failure", b"virus"])
def test_a_report_of_another_kind_is_only_filed(maildir, person, kind):
    first = announce(person)
    collect(maildir, about(mail(first), "complaint").replace(b"Feedback-Type: abuse", b"Feedback-Type: " + kind))
    assert unwanted() == []


def test_what_waits_to_leave_is_taken_back(maildir, person, at):
    first = announce(person)

    def queue(at):
        facts = BULK[MessageKind.ANNOUNCEMENT]
        notifying.queue(MessageKind.ANNOUNCEMENT, person_of(person), at=at, key="waits", extra=facts)

    transact(queue)
    complain(maildir, first)
    waiting = db.session.scalars(db.select(OutgoingEmail).order_by(OutgoingEmail.id.desc())).first()
    assert waiting.state is EmailState.WITHDRAWN


class TestDigests:
    @pytest.fixture
    def marked(self, app, maildir, at):
        """A follower of a series, who marked the first digest."""
        series = make.series()
        follower(series, email=ANA)
        make.event(series=series)
        note()
        with clock.stopped_at(at + UNDO):
            mail_news()
            deliver()
            complain(maildir, mail().id)
        return series

    def test_no_more_are_queued_and_what_is_followed_is_kept(self, marked, at):
        assert unwanted() == [ANA]
        with clock.stopped_at(at + 2 * UNDO):
            make.event(series=marked)
            note()
        assert told(at + 3 * UNDO) == []
        assert db.session.scalars(db.select(Subscriber)).one().email == ANA

    def test_taken_back_the_next_one_comes_and_tells_of_nothing_older(self, marked, at):
        with clock.stopped_at(at + 2 * UNDO):
            make.event(series=marked, title="Told to nobody")
            note()
        told(at + 3 * UNDO)
        flag_id = db.session.scalars(db.select(UnwantedAddress.id)).one()
        assert transact(lambda at: complaining.lift(flag_id, reason="She called.", by=RUTH, at=at))
        with clock.stopped_at(at + 4 * UNDO):
            make.event(series=marked, title="Wanted again")
            note()
        assert told(at + 5 * UNDO) == [(ANA, [("new", "Wanted again")])]
        assert (acts()[-1].actor, acts()[-1].detail["reason"]) == (RUTH, "She called.")

    def test_whoever_follows_anew_from_the_mailbox_is_written_to(self, marked):
        follower(make.series(), email=ANA)
        assert unwanted() == []
        assert acts()[-1].actor == "person"

    def test_so_is_whoever_saves_what_they_follow(self, marked):
        subscriber = db.session.scalars(db.select(Subscriber)).one()
        digest, wish = subscriber.digest, wishing.Wish.followed(subscriber)
        transact(lambda at: following.change(digest, wish, subscriber.rhythm, at=at))
        assert unwanted() == []

    def test_staff_cannot_send_one_again(self, marked):
        mail_id = mail().id
        with pytest.raises(outgoing.NotWantedError):
            transact(lambda at: outgoing.send_again(mail_id, actor=RUTH, at=at))


def test_an_announcement_counts_and_lists_whom_it_reaches(maildir, person):
    other = make.registration(person.event, email="ben@example.com")
    complain(maildir, announce(person))
    asked = AttendeeFilter(event_id=person.event_id)
    found = addressing.audience(asked)
    assert (found.mailed, found.unwanted) == (1, 1)
    assert addressing.order_of(asked) == [other.id]


class TestForged:
    def test_without_our_marks_nothing_follows(self, maildir, person):
        first = announce(person)
        assert complain(maildir, first, path=False, message_id=False) == {NoticeKind.COMPLAINT: 1}
        assert db.session.scalars(db.select(MailNotice)).one().email_id is None
        assert unwanted() == []

    def test_with_them_it_is_no_more_than_a_flag_on_the_address_we_wrote_to(self, maildir, person):
        first = announce(person)
        untouched = {"mail_notice", "unwanted_address", "job_turn", "audit_entry"}
        tables = [table for table in db.metadata.sorted_tables if table.name not in untouched]

        def everything():
            db.session.rollback()
            return {table.name: list(db.session.execute(db.select(table)).all()) for table in tables}

        before = everything()
        forged = about(mail(first), "complaint").replace(b"<redacted@mailhost.example>", b"<the.director@example.gov>")
        collect(maildir, forged.replace(b"Version: 1", b"Version: 1\nOriginal-Rcpt-To: <the.director@example.gov>"))
        assert unwanted() == [ANA]
        assert everything() == before

    def test_a_huge_one_is_read_no_further_than_its_beginning(self, maildir, person):
        first = announce(person)
        whole = about(mail(first), "complaint", path=False)
        late = whole.replace(b"Feedback-Type", b"X-Filler: " + b"x" * LARGEST + b"\nFeedback-Type")
        put(maildir, late)
        assert collecting.collect().total() == 1
        assert unwanted() == []

    def test_repeated_it_is_one_flag_and_one_line_in_the_log(self, maildir, person):
        first = announce(person)
        complain(maildir, first)
        collect(maildir, about(mail(first), "complaint").replace(b"15:08", b"15:09"))
        assert (len(unwanted()), len(acts())) == (1, 1)

    def test_a_mail_that_has_not_left_cannot_be_marked(self, maildir, person):
        def queue(at):
            facts = BULK[MessageKind.ANNOUNCEMENT]
            row = notifying.queue(MessageKind.ANNOUNCEMENT, person_of(person), at=at, key="waits", extra=facts)
            db.session.flush()
            return row.id

        complain(maildir, transact(queue))
        assert unwanted() == []


def test_it_is_forgotten_after_three_years(maildir, person, at):
    complain(maildir, announce(person))
    with clock.stopped_at(at + timedelta(days=3 * 365)):
        assert transact(retaining.forget_complaints) == 0
    with clock.stopped_at(at + timedelta(days=3 * 365 + 1)):
        assert transact(retaining.forget_complaints) == 1

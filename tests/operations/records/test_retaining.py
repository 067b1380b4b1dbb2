"""Sent forms are forgotten after 48 hours, and not before."""

from datetime import timedelta
from pathlib import Path

import pytest

from app import clock
from app.db import db, transact
from app.models import (
    AccessibilityRequest,
    BouncedAddress,
    EmailState,
    Event,
    EventState,
    FailureReason,
    FormSubmission,
    MailNotice,
    MessageKind,
    Mode,
    Need,
    NoticeKind,
    OutgoingEmail,
    RegistrationState,
)
from app.operations.records import retaining
from app.operations.registration.details import Needs
from tests.conftest import NOON
from tests.support import factories as make
from tests.support.booking import booked_form, group_event, places
from tests.support.desk import details, make_event, sign_up

pytestmark = pytest.mark.usefixtures("app", "at")


def sent_form(event, key, age):
    values = {
        "form_key": key,
        "body_digest": key,
        "event_id": event.id,
        "mode": Mode.ONLINE,
        "state": RegistrationState.CONFIRMED,
        "number": "7K2M9QX4TB",
        "email": "ana@example.com",
        "submitted_at": NOON - age,
    }
    make.kept(lambda _: FormSubmission(**values))


def test_it_works():
    event = make.event()
    sent_form(event, "old", timedelta(hours=48, seconds=1))
    sent_form(event, "kept", timedelta(hours=48))
    assert transact(retaining.forget_submissions) == 1
    assert db.session.scalars(db.select(FormSubmission.form_key)).all() == ["kept"]


def test_it_goes_on_until_none_is_left(monkeypatch):
    monkeypatch.setattr(retaining, "BATCH", 2)
    event = make.event()
    for number in range(3):
        sent_form(event, str(number), timedelta(days=3))
    assert [transact(retaining.forget_submissions) for _ in range(3)] == [2, 1, 0]


def test_copies_of_news_are_forgotten_after_a_month_and_those_of_registrations_are_not():
    kinds = (MessageKind.NEWS, MessageKind.CONFIRM_FOLLOWING, MessageKind.REGISTRATION_OPEN, MessageKind.CONFIRMED)
    month = timedelta(days=30)
    for kind in kinds:
        for name, age in (("kept", month), ("old", month + timedelta(seconds=1))):
            mail(kind, name, NOON - age, EmailState.ACCEPTED)
    mail(MessageKind.NEWS, "on its way", NOON - timedelta(days=40), EmailState.RETRY)
    assert transact(retaining.forget_list_mail) == 3
    left = db.session.scalars(db.select(OutgoingEmail.dedupe_key).order_by(OutgoingEmail.id)).all()
    of_the_list = ["news/kept", "confirm-following/kept", "registration-open/kept"]
    assert left == [*of_the_list, "confirmed/kept", "confirmed/old", "news/on its way"]


def mail(kind, name, queued_at, state):
    values = {"recipient": "ana@example.com", "recipient_key": "ana@example.com", "facts": {}, "state": state}
    make.kept(
        lambda _: OutgoingEmail(
            kind=kind, dedupe_key=f"{kind.value}/{name}", queued_at=queued_at, due_at=queued_at, **values
        )
    )


def test_what_came_back_is_forgotten_after_ninety_days_and_a_flag_after_a_year():
    day, reason = timedelta(days=1), FailureReason.NO_SUCH_ADDRESS
    for days in (90, 91):
        given = {"digest": str(days), "kind": NoticeKind.BOUNCED, "read_at": NOON - days * day}
        make.kept(lambda _, given=given: MailNotice(**given))
    for days in (365, 366):
        given = {"email_key": str(days), "reason": reason, "bounced_at": NOON - days * day}
        make.kept(lambda _, given=given: BouncedAddress(**given))
    assert transact(retaining.forget_notices) == 2
    assert db.session.scalars(db.select(MailNotice.digest)).all() == ["90"]
    assert db.session.scalars(db.select(BouncedAddress.email_key)).all() == ["365"]


def test_what_was_typed_about_people_who_were_booked_goes_when_the_event_is_over():
    event_id = group_event()
    sign_up(event_id, booked_form("Ana"))
    ends_at = db.session.get_one(Event, event_id).ends_at
    with clock.stopped_at(ends_at - timedelta(seconds=1)):
        assert transact(retaining.forget_booked_forms) == 0
    with clock.stopped_at(ends_at):
        assert [transact(retaining.forget_booked_forms) for _ in range(2)] == [1, 0]
    [place] = places()
    assert (place.sealed_form, place.full_name, place.outcome) == (None, "Ana Lim", {"state": "confirmed"})


def test_what_was_typed_about_them_goes_too_when_an_event_without_a_date_is_cancelled():
    event_id = group_event()
    sign_up(event_id, booked_form("Ana"))
    lost = {"starts_at": None, "ends_at": None, "changed_at": NOON}
    for state, forgotten in ((EventState.POSTPONED, 0), (EventState.CANCELLED, 1)):
        transact(lambda _, state=state: db.session.execute(db.update(Event).values(lost | {"state": state})))
        with clock.stopped_at(NOON):
            assert transact(retaining.forget_booked_forms) == forgotten


@pytest.mark.slow
def test_what_people_needed_goes_thirty_days_after_the_event():
    """And so do our copies of mails that told of it, to them and to whoever arranged it."""
    hours = {"starts_local": make.wall("2026-03-04 09:00"), "ends_local": make.wall("2026-03-04 10:00")}
    event_id = make_event(capacity=5, accessibility_contact_email="lead@office.example", **hours)
    sign_up(event_id, details(needs=Needs((Need.CAPTIONS,))))
    transact(lambda _: db.session.execute(db.update(OutgoingEmail).values(state=EmailState.ACCEPTED)))
    kinds = db.select(OutgoingEmail.kind).order_by(OutgoingEmail.kind)
    assert len(db.session.scalars(kinds).all()) == 3
    ends = make.on("2026-03-04", 15)
    for after, erased in ((timedelta(days=30, seconds=-1), 0), (timedelta(days=30), 3)):
        with clock.stopped_at(ends + after):
            assert transact(retaining.forget_needs) == erased
    assert db.session.scalars(db.select(AccessibilityRequest)).all() == []
    assert db.session.scalars(kinds).all() == [MessageKind.CONFIRMED]


@pytest.mark.database("sqlite")
def test_a_mail_about_needs_that_goes_later_is_not_kept_in_the_journal():
    event_id = make_event(capacity=5)
    sign_up(event_id, details(needs=Needs((Need.CAPTIONS,))))
    cancelled = {"ends_at": None, "starts_at": None, "state": EventState.CANCELLED, "changed_at": NOON}
    transact(lambda _: db.session.execute(db.update(Event).values(cancelled)))
    journal = Path(f"{db.engine.url.database}-journal")
    with clock.stopped_at(NOON + timedelta(days=30)):
        assert transact(retaining.forget_needs) == 1
        transact(lambda _: db.session.execute(db.update(OutgoingEmail).values(state=EmailState.ACCEPTED)))
        assert journal.stat().st_size
        assert transact(retaining.forget_needs)
    assert not journal.stat().st_size


def test_what_people_needed_at_an_event_that_lost_its_date_goes_thirty_days_after_it_was_cancelled():
    event_id = make_event(capacity=5)
    sign_up(event_id, details(needs=Needs((Need.CAPTIONS,))))
    lost = {"starts_at": None, "ends_at": None, "state": EventState.POSTPONED, "changed_at": NOON}
    month = timedelta(days=30)
    for state, erased in ((EventState.POSTPONED, 0), (EventState.CANCELLED, 1)):
        transact(lambda _, state=state: db.session.execute(db.update(Event).values(lost | {"state": state})))
        with clock.stopped_at(NOON + month - timedelta(seconds=1)):
            assert transact(retaining.forget_needs) == 0
        with clock.stopped_at(NOON + month):
            assert transact(retaining.forget_needs) == erased

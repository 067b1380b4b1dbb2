"""After an event is called off, put off or over: what people are told then, and what nobody may do any more."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app import clock
from app.db import db, transact
from app.mail.rendering import Rendered, render
from app.models import EmailState, Event, EventState, MessageKind, Mode, OutgoingEmail, Registration, RegistrationState
from app.operations.program import planning, rescheduling, telling
from app.operations.program.details import Basics
from app.operations.program.telling import Telling
from app.operations.registration import changing, keeping_turn, picking, switching
from app.operations.registration.cancelling import BOOKER, EventCalledOffError, EventOverError, cancel
from app.operations.registration.details import RegistrationDetails
from tests.conftest import NOON
from tests.support import factories as make
from tests.support.desk import details, make_event, registrations, sign_up, standings

pytestmark = [pytest.mark.usefixtures("app", "at"), pytest.mark.slow]
STAFF = "ed@example.gov"


@pytest.fixture
def event_id(app: Flask) -> int:
    """One seat online, taken; somebody waits for it, and somebody waits for approval."""
    made = make_event(online=1)
    for _ in range(2):
        sign_up(made, details(mode=Mode.ONLINE))
    pending = make.registration(
        db.session.get_one(Event, made), state=RegistrationState.PENDING_APPROVAL, mode=Mode.ONLINE
    )
    assert pending.is_live
    return made


def call_off(event_id: int, *, quietly: bool = False) -> None:
    told = {"version": None, "by": STAFF, "tell": Telling(quietly=quietly, reason="A storm.")}
    transact(lambda at: rescheduling.cancel(event_id, at=at, **told).id)


def put_off(event_id: int) -> None:
    told = {"version": None, "by": STAFF, "tell": Telling(quietly=True, reason="A storm.")}
    transact(lambda at: rescheduling.postpone(event_id, at=at, **told).id)


def let_pass(event_id: int) -> None:
    times = {"starts_local": make.wall("2026-03-01 09:00"), "ends_local": make.wall("2026-03-01 10:00")}
    instants = make.instants(times | {"time_zone": "America/New_York"})
    transact(lambda _: [setattr(db.session.get_one(Event, event_id), *one) for one in (times | instants).items()])


def again(person: Registration) -> None:
    person_id = person.id
    transact(lambda at: changing.resend(person_id, at=at, by=STAFF) and None)


def correct(person: Registration) -> None:
    person_id = person.id
    transact(lambda at: changing.correct_address(person_id, "right@example.com", at=at, by=STAFF))


def rename(person: Registration) -> None:
    person_id, typed = person.id, typed_by(person, first_name="Other")
    transact(lambda at: changing.change_details(person_id, typed, at=at, by=STAFF) and None)


def typed_by(person: Registration, **values: str) -> RegistrationDetails:
    known = {name: getattr(person, name) for name in ("first_name", "last_name", "organization")}
    return details(mode=person.mode, email=person.email or "", **{**known, **values})


@dataclass(frozen=True)
class Told:
    """A mail that was queued, as a person and a calendar read it."""

    kind: str
    method: str | None
    text: str


def told(person: Registration, act: Callable[[Registration], None]) -> list[Told]:
    """The mails to this person that an act leads to."""
    newest = db.session.scalar(db.select(db.func.max(OutgoingEmail.id))) or 0
    act(person)
    query = db.select(OutgoingEmail).where(OutgoingEmail.id > newest, OutgoingEmail.registration_id == person.id)
    return [_read(row) for row in db.session.scalars(query.order_by(OutgoingEmail.id))]


def _read(row: OutgoingEmail) -> Told:
    mail: Rendered = render(row.kind, row.facts, at=row.queued_at)
    return Told(row.kind.value, mail.method, f"{mail.subject}\n{mail.text}")


CONFIRMED, WAITING, PENDING = 0, 1, 2
NOTHING: list[tuple[str, str | None]] = []
CANCELLED, POSTPONED = "event-cancelled", "event-postponed"


@pytest.mark.parametrize(
    ("becomes", "who", "act", "mails"),
    [
        (call_off, CONFIRMED, again, [(CANCELLED, "CANCEL")]),
        (call_off, WAITING, again, [(CANCELLED, None)]),
        (call_off, PENDING, again, [(CANCELLED, None)]),
        (call_off, CONFIRMED, correct, [(CANCELLED, "CANCEL")]),
        (call_off, CONFIRMED, rename, NOTHING),
        (call_off, WAITING, rename, NOTHING),
        (put_off, CONFIRMED, again, [(POSTPONED, "CANCEL")]),
        (put_off, WAITING, again, [(POSTPONED, None)]),
        (put_off, PENDING, again, [(POSTPONED, None)]),
        (put_off, CONFIRMED, rename, [("changed", None)]),
        (let_pass, CONFIRMED, correct, NOTHING),
        (let_pass, CONFIRMED, rename, NOTHING),
        (let_pass, WAITING, rename, NOTHING),
    ],
)
def test_what_staff_cause_to_be_told(
    event_id: int,
    becomes: Callable[[int], None],
    who: int,
    act: Callable[[Registration], None],
    mails: list[tuple[str, str | None]],
) -> None:
    becomes(event_id)
    assert [(one.kind, one.method) for one in told(registrations(event_id)[who], act)] == mails


@pytest.mark.parametrize("who", [CONFIRMED, WAITING])
def test_after_the_end_nothing_is_mailed_again(event_id: int, who: int) -> None:
    let_pass(event_id)
    with pytest.raises(EventOverError):
        again(registrations(event_id)[who])


@pytest.mark.parametrize(
    ("who", "said", "never"),
    [
        (CONFIRMED, "Tell us whether you keep your place", "waits for approval"),
        (WAITING, "Tell us whether you keep your place", "waits for approval"),
        (PENDING, "It waits for approval as before.", "keep your place"),
    ],
)
def test_the_postponement_says_to_each_what_they_keep(event_id: int, who: int, said: str, never: str) -> None:
    put_off(event_id)
    [mail] = told(registrations(event_id)[who], again)
    words = " ".join(mail.text.split())
    assert said in words
    assert never not in words.replace("Keep my place", "keep your place")
    assert "planned for" not in words  # The day it was planned for is not known any more.


def as_the_person(verb: Callable[..., Any], *given: Any) -> Callable[[Registration], None]:
    def act(person: Registration) -> None:
        person_id = person.id
        transact(lambda at: verb(person_id, *given, at=at) and None)

    return act


def change(person: Registration) -> None:
    person_id, typed = person.id, typed_by(person, first_name="Other")
    transact(lambda at: changing.change_details(person_id, typed, at=at) and None)


def as_the_booker(person: Registration) -> None:
    person_id = person.id
    transact(lambda at: cancel(person_id, at=at, by=BOOKER).id)


@pytest.mark.parametrize(
    "act",
    [
        change,
        as_the_person(cancel),
        as_the_booker,
        as_the_person(switching.change_mode, Mode.IN_PERSON),
        as_the_person(keeping_turn.leave_line),
        as_the_person(picking.leave, 1),
    ],
)
def test_whoever_is_registered_changes_nothing_of_a_cancelled_event(
    event_id: int, act: Callable[[Registration], None]
) -> None:
    call_off(event_id)
    before = standings(event_id)
    with pytest.raises(EventCalledOffError):
        act(registrations(event_id)[CONFIRMED])
    assert standings(event_id) == before


def waiting_mails(event_id: int) -> list[str]:
    query = db.select(OutgoingEmail.kind).filter_by(event_id=event_id, state=EmailState.QUEUED)
    return [kind.value for kind in db.session.scalars(query.order_by(OutgoingEmail.id))]


def test_what_was_not_sent_yet_is_taken_back_with_the_event(event_id: int) -> None:
    assert waiting_mails(event_id) == ["confirmed", "waitlisted"]
    call_off(event_id, quietly=True)
    assert waiting_mails(event_id) == []


def test_who_lost_a_mail_to_a_cancellation_that_was_undone_hears_that_the_event_is_on(event_id: int) -> None:
    with clock.stopped_at(NOON + timedelta(minutes=1)):
        call_off(event_id)
    notice = telling.waiting_notice(event_id)
    assert notice
    notice_id = notice.id
    with clock.stopped_at(NOON + timedelta(minutes=5)):
        transact(lambda at: telling.undo(event_id, notice_id, by=STAFF, at=at).id)
    query = db.select(OutgoingEmail).filter_by(event_id=event_id, kind=MessageKind.EVENT_CHANGED)
    mails = {row.registration_id: _read(row) for row in db.session.scalars(query)}
    confirmed, waiting, _pending = registrations(event_id)
    assert set(mails) == {confirmed.id, waiting.id}
    assert mails[confirmed.id].method == "REQUEST"
    assert "takes place after all" in " ".join(mails[confirmed.id].text.split())


def test_nobody_hears_of_a_change_of_an_event_that_is_cancelled(event_id: int) -> None:
    call_off(event_id, quietly=True)
    part = replace(Basics.of(db.session.get_one(Event, event_id)), title="Other")
    transact(lambda at: planning.edit(event_id, [part], version=None, by=STAFF, at=at).id)
    waiting = telling.waiting_notice(event_id)
    assert waiting
    assert waiting.is_quiet  # The cancellation can be undone; nothing is told of either.
    assert db.session.get_one(Event, event_id).state is EventState.CANCELLED

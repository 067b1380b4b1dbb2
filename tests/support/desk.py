"""Registering people through the verb itself, as the form does."""

import itertools
from datetime import datetime
from typing import Any

from sqlalchemy import update

from app.db import db, transact
from app.models import EmailState, Event, Mode, OutgoingEmail, Registration, RegistrationRules
from app.models.taking_back import OFFERS
from app.operations.registration.details import RegistrationDetails
from app.operations.registration.registering import desk_facts, register
from app.operations.registration.submitting import SentForm
from tests.support import factories

_numbers = itertools.count(1)


def make_event(*, capacity: int | None = None, online: int | str | None = "none", **given: Any) -> int:
    """A published event in person, open now. ``online=None`` adds unlimited online seats. Returns its id."""
    seats = {Mode.IN_PERSON: capacity}
    if online != "none":
        assert not isinstance(online, str)
        seats[Mode.ONLINE] = online
    return factories.event(seats=seats, **given).id


def with_rules(event_id: int, **given: Any) -> int:
    """Give the event rules of registering."""
    transact(lambda _: db.session.add(RegistrationRules(event_id=event_id, **given)))
    return event_id


def standings(event_id: int) -> list[str]:
    """Everybody in a word or three: "online confirmed", "in-person waitlisted", "online confirmed > in-person"."""
    return [_standing(person) for person in registrations(event_id)]


def _standing(person: Registration) -> str:
    turn = f" > {person.waits_for.value}" if person.waits_for and person.keeps_turn else ""
    return f"{person.mode.value} {person.state.value}{turn}{' (held)' if person.offered_until else ''}"


def seats(event_id: int) -> dict[str, tuple[int, int]]:
    """Way of attending → how many seats are taken, and how many people wait."""
    db.session.expire_all()
    return {pool.mode.value: (pool.taken, pool.waiting) for pool in db.session.get_one(Event, event_id).pools}


def details(**overrides: Any) -> RegistrationDetails:
    """One filled form. Every call is another person unless the address is given."""
    number = next(_numbers)
    values = {
        "mode": Mode.IN_PERSON,
        "email": f"person{number}@importer.example",
        "first_name": "Dana",
        "last_name": f"Okafor {number}",
        "organization": "Okafor Imports",
        **overrides,
    }
    return RegistrationDetails(**values)


def sign_up(event_id: int, typed: RegistrationDetails | None = None, *, form_key: str | None = None) -> int:
    """Register somebody through the verb. Returns the submission's id."""
    typed = typed or details()
    sent = SentForm.of(form_key or f"form {next(_numbers)}", typed)

    def work(at: datetime) -> int:
        facts = desk_facts(db.session.get_one(Event, event_id), at)
        return register(facts, typed, sent, at=at)

    return transact(work)


def take_offers() -> None:
    """The mails of offers have left, as if a server had taken them: who was not asked loses nothing."""
    waits = update(OutgoingEmail).where(OutgoingEmail.state == EmailState.QUEUED, OutgoingEmail.kind.in_(OFFERS))
    transact(lambda _: db.session.execute(waits.values(state=EmailState.ACCEPTED)) and None)


def registrations(event_id: int) -> list[Registration]:
    """Everybody at an event, in the order in which they came."""
    query = db.select(Registration).where(Registration.event_id == event_id).order_by(Registration.id)
    return list(db.session.scalars(query))

"""Who registers: thousands of people for three events, through the verb that the form calls."""

from app import clock
from app.db import db, transact
from app.models import Event, Mode
from app.operations.registration.details import RegistrationDetails
from app.operations.registration.registering import desk_facts, register
from app.operations.registration.submitting import SentForm
from tests.support import factories

FIRST = ("Ana", "Ben", "Chidi", "Dalia", "Émile", "Fátima", "Göran", "Hồng", "Ines", "Jun")
LAST = ("Núñez", "O’Brien", "Okafor", "Schäfer", "Ito", "van der Berg", "Łukasik")
TITLES = ("Trade Symposium", "Forced Labor: What Importers Need to Know", "Cargo Security for Small Carriers")


def register_all(people: int) -> None:
    """In turn for each event; one of them has seats for a third of those who come, and the others wait in line."""
    seats = ({Mode.IN_PERSON: people}, {Mode.ONLINE: None}, {Mode.ONLINE: people // 9})
    events = [
        factories.event(title=title, slug=f"event-{number}", seats=seats[number]).id
        for number, title in enumerate(TITLES)
    ]
    known = [desk_facts(db.session.get_one(Event, event_id), clock.now()) for event_id in events]
    for number in range(people):
        details = person(number, Mode.IN_PERSON if number % 3 == 0 else Mode.ONLINE)
        sent = SentForm.of(f"form {number}", details)
        facts = known[number % 3]
        transact(lambda at, facts=facts, details=details, sent=sent: register(facts, details, sent, at=at))
    db.session.remove()


def person(number: int, mode: Mode) -> RegistrationDetails:
    return RegistrationDetails(
        mode=mode,
        email=f"person-{number}@importer-{number % 97}.example.com",
        first_name=f"{FIRST[number % len(FIRST)]} {number}",
        last_name=f"{LAST[number % len(LAST)]} {number}",
        organization=f"Importer {number % 97}",
    )

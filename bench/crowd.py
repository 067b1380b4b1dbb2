"""Fills databases with people for the measurements: one event with few, one with very many."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import insert, update

from app import create_app, keys
from app.db import db, transact
from app.models import Mode, Registration, RegistrationSource, RegistrationState, Role, SeatPool
from app.models.search import search_key
from app.operations.registration.details import name_key
from bench.places import KINDS, databases, folder
from tests.support import factories

FIRST = "Dana Ana Li Mei Omar Jean Ruth Ivan Noor Aiko Sam Eva Juan Chidi Amir Lena Tomas Uma Viktor Zoe".split()
LAST = "Okafor Lopez Chen Smith Garcia Kim Novak Haddad Larsen Moreau Singh Tanaka Weber Young Quinn Baker".split()
TRADES = "Imports Brokers Lines Forwarding Logistics Counsel Freight Customs Trading Steel".split()
CHUNK = 5000


def apps(*names: str) -> Iterator[tuple[str, Flask]]:
    """The app on a fresh database of each kind, one after the other."""
    for name in names or KINDS:
        with databases(name, ("crowd",)) as (address,), folder() as instance:
            app = create_app({"DATABASE_URL": address, "INSTANCE_DIR": instance, "KEPT_SECONDS": 0})
            with app.app_context():
                yield name, app
                db.session.remove()
                db.engine.dispose()


def event(people: int) -> int:
    """An event with so many people, one in fifty of them in the room. Returns its id."""
    event_id = factories.event(seats={Mode.IN_PERSON: None, Mode.ONLINE: None}).id
    chance = random.Random(people)
    rows = [_person(event_id, number, chance) for number in range(people)]

    def work(_at: datetime) -> None:
        for start in range(0, people, CHUNK):
            db.session.execute(insert(Registration), rows[start : start + CHUNK])
        for mode in Mode:
            taken = sum(row["mode"] is mode and row["state"].holds_seat for row in rows)
            waiting = sum(row["mode"] is mode and row["state"] is RegistrationState.WAITLISTED for row in rows)
            counts = {"taken": taken, "waiting": waiting}
            pool = (SeatPool.event_id == event_id, SeatPool.mode == mode)
            db.session.execute(update(SeatPool).where(*pool).values(counts))

    transact(work)
    _gather_statistics()
    return event_id


def _person(event_id: int, number: int, chance: random.Random) -> dict[str, Any]:
    first, last = chance.choice(FIRST), f"{chance.choice(LAST)}-{number:x}"
    organization = f"{chance.choice(LAST)} {chance.choice(TRADES)} {number % 5000}"
    email = f"{first}.{last}@example.com".casefold()
    registered = datetime.fromisoformat("2026-01-01T12:00+00:00") + timedelta(seconds=13 * number)
    return {
        "event_id": event_id,
        "mode": Mode.IN_PERSON if number % 50 == 7 else Mode.ONLINE,
        "state": {3: RegistrationState.CANCELLED, 5: RegistrationState.WAITLISTED}.get(
            number % 200, RegistrationState.CONFIRMED
        ),
        "number": keys.confirmation_number(event_id, email),
        "email": email,
        "email_key": email,
        "first_name": first,
        "middle_name": "M.",
        "last_name": last,
        "suffix": "Jr." if number % 40 == 0 else "",
        "organization": organization,
        "job_title": "Manager of imports",
        "country": ("US", "CA", "MX", "DE")[number % 4],
        "role": list(Role)[number % len(Role)],
        "days": ["2026-03-16", "2026-03-17"],
        "name_key": name_key(first, "M.", last),
        "organization_key": search_key(organization),
        "source": RegistrationSource.WEB,
        "registered_at": registered,
        "confirmed_at": registered,
        "joined_at": registered + timedelta(days=30),
    }


def _gather_statistics() -> None:
    """What a database that has run for a while knows of itself."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")

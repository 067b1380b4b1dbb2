"""The builders give rows that hold together."""

from flask import Flask

from app.models import Mode, RegistrationState, SeatPool
from tests.support import factories as make


def test_a_registration_takes_its_seat(app: Flask) -> None:
    event = make.event(seats={Mode.IN_PERSON: 2, Mode.ONLINE: None})
    make.registration(event)
    waiting = make.registration(event, state=RegistrationState.WAITLISTED)
    pool = event.pool(Mode.IN_PERSON)
    assert isinstance(pool, SeatPool)
    assert (pool.taken, pool.waiting, waiting.position) == (1, 1, 1)
    assert event.starts_at.tzinfo is not None

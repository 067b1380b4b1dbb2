"""Erasing a person: nothing by which they are known is left in any table, and what is counted stays right."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app import clock
from app.db import db, transact
from app.models import (
    BouncedAddress,
    EmailState,
    FailureReason,
    Mode,
    Need,
    OutgoingEmail,
    Registration,
    RegistrationState,
    Subscriber,
)
from app.models.subscription import Rhythm
from app.operations import auditing
from app.operations.records import disclosing, erasing
from app.operations.registration import changing
from app.operations.registration.details import Needs
from app.web.staff.records.erasing import TABLES
from tests.operations.registration.test_handing_over import BEN, offer, take
from tests.support import factories as make
from tests.support.booking import booked_form, group_event
from tests.support.desk import details, make_event, registrations, sign_up
from tests.support.questions import given, lunch

pytestmark = [pytest.mark.usefixtures("app", "at"), pytest.mark.slow]

ADDRESS = "zephyrine@quillon.example"
WHO = {
    "email": ADDRESS,
    "first_name": "Zephyrine",
    "last_name": "Quillon",
    "organization": "Quillon Freight",
    "job_title": "Tariff Quillonist",
    "needs": Needs((Need.CAPTIONS,), "Quillon needs captions"),
}
TRACES = ("zephyrine", "quillon")


def everything() -> str:
    """Every value of every table, and what mails and logs hold."""
    rows = (row for table in db.metadata.sorted_tables for row in db.session.execute(select(table)))
    return " ".join(repr(tuple(row)) for row in rows).lower()


def traces() -> list[str]:
    db.session.expire_all()
    return [trace for trace in TRACES if trace in everything()]


def traces_in_files() -> list[str]:
    """What the files of SQLite hold, also between the rows and in its journal. Of a server's files nothing is known."""
    path = Path(db.engine.url.database or "")
    held = b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*")).lower() if path.is_file() else b""
    return [trace for trace in TRACES if trace.encode() in held]


def of_address(event_id: int) -> Registration:
    """Whoever came first."""
    return registrations(event_id)[0]


def erase(registration: Registration) -> int:
    registration_id = registration.id
    return transact(lambda at: erasing.erase(registration_id, by="admin@office.example", at=at))


def test_nothing_is_left_and_the_seat_goes_on(at: datetime) -> None:
    event_id, other_id = make_event(capacity=1), make_event(capacity=5)
    question = lunch(event_id, meat=5, fish=5)
    sign_up(event_id, details(**WHO, answers=(given(question, "fish"),)))
    sign_up(other_id, details(**WHO))
    sign_up(event_id)
    first_id = of_address(event_id).id
    transact(lambda at: changing.correct_address(first_id, "typo@quillon.example", at=at, by="ana@office.example"))
    transact(lambda at: changing.correct_address(first_id, ADDRESS, at=at, by="ana@office.example"))
    rhythm = {"rhythm": Rhythm.DAILY, "confirmed_at": at, "told_until": at}
    make.kept(lambda _: Subscriber(digest="d", email=ADDRESS, email_key=ADDRESS, **rhythm))
    make.kept(lambda _: BouncedAddress(email_key=ADDRESS, bounced_at=at, reason=FailureReason.REFUSED, words=ADDRESS))
    assert traces() == list(TRACES)
    assert traces_in_files() == (list(TRACES) if db.engine.dialect.name == "sqlite" else [])
    number = of_address(event_id).number.lower()
    assert erase(of_address(event_id)) == 2
    assert traces() == traces_in_files() == []
    assert number not in everything()
    first, second = registrations(event_id)
    assert (first.state, first.is_erased) == (RegistrationState.CANCELLED, True)
    assert (second.state, second.is_erased) == (RegistrationState.CONFIRMED, False)


def test_who_came_is_still_counted(at: datetime) -> None:
    event_id = make_event(
        capacity=5, starts_local=make.wall("2026-03-04 09:00"), ends_local=make.wall("2026-03-04 10:00")
    )
    sign_up(event_id, details(**WHO))
    with clock.stopped_at(at + timedelta(days=40)):
        erase(of_address(event_id))
        left = of_address(event_id)
    assert traces() == []
    assert (left.state, left.mode, left.full_name) == (RegistrationState.CONFIRMED, Mode.IN_PERSON, "(erased)")


def test_the_log_still_verifies_and_names_who_erased(at: datetime) -> None:
    event_id = make_event(capacity=5)
    sign_up(event_id, details(**WHO))
    transact(lambda _: auditing.seal())
    erase(of_address(event_id))
    transact(lambda _: auditing.seal())
    assert auditing.verify().first_bad_id is None
    entry = db.session.scalars(select(auditing.AuditEntry).where(auditing.AuditEntry.act == "erased person")).one()
    assert (entry.actor, entry.personal, entry.detail) == ("admin@office.example", None, {})


def test_a_mail_that_is_leaving_is_waited_for(at: datetime) -> None:
    event_id = make_event(capacity=5)
    sign_up(event_id, details(**WHO))
    mail = db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.recipient_key == ADDRESS)).first()
    mail_id = mail.id
    transact(lambda _: setattr(db.session.get_one(OutgoingEmail, mail_id), "state", EmailState.SENDING))
    with pytest.raises(erasing.MailLeavingError):
        erase(of_address(event_id))
    db.session.rollback()
    assert of_address(event_id).email == ADDRESS


def test_whom_they_booked_keeps_the_seat_without_the_address(at: datetime) -> None:
    event_id = group_event()
    booker = {name: WHO[name] for name in ("email", "first_name", "last_name", "organization")}
    sign_up(event_id, booked_form("Ana", "Bo", own=False, **booker))
    mine, *guests = registrations(event_id)
    assert [guest.email for guest in guests] == [ADDRESS, ADDRESS]
    erase(mine)
    assert ADDRESS not in everything()
    mine, *guests = registrations(event_id)
    assert mine.state is RegistrationState.CANCELLED
    assert [(guest.state, guest.first_name, guest.email) for guest in guests] == [
        (RegistrationState.CONFIRMED, "Ana", None),
        (RegistrationState.CONFIRMED, "Bo", None),
    ]


def test_whom_somebody_booked_goes_from_the_booking_too(at: datetime) -> None:
    event_id = group_event()
    sign_up(event_id, booked_form("Zephyrine"))
    (_booker, colleague) = registrations(event_id)
    assert colleague.email == "zephyrine@broker.example"
    erase(colleague)
    assert "zephyrine" not in everything()


def test_whom_they_asked_to_take_over_no_longer_reads_who_asked(at: datetime) -> None:
    event_id = make_event(capacity=5)
    sign_up(event_id, details(**WHO))
    offer(of_address(event_id).id)
    erase(of_address(event_id))
    assert traces() == []


def test_a_seat_that_they_handed_over_tells_nothing_of_them(at: datetime) -> None:
    event_id, other_id = make_event(capacity=5), make_event(capacity=5)
    sign_up(event_id, details(**WHO))
    sign_up(other_id, details(**WHO))
    given_id = of_address(event_id).id
    edited = replace(details(**WHO), job_title="Chief Quillonist")
    transact(lambda at: changing.change_details(given_id, edited, at=at))
    take(given_id, offer(given_id))
    assert traces() == list(TRACES)
    assert erase(of_address(other_id)) == 1
    assert traces() == []
    taker = of_address(event_id)
    assert (taker.state, taker.email) == (RegistrationState.CONFIRMED, BEN)
    assert db.session.scalars(select(OutgoingEmail.recipient)).all() == [BEN]


def test_every_table_with_people_is_known() -> None:
    """A new one must be erased, emptied, or say nothing of who it was; and have a name on the page."""
    known = [model.__table__.name for model in (*erasing.GONE, *erasing.EMPTIED, *erasing.NAMELESS)]
    assert sorted(known) == [model.__table__.name for model in disclosing.models()]
    assert sorted(TABLES) == sorted(known)

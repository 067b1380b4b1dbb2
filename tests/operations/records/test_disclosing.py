"""What is held of a person is told to them without what is held of anybody else."""

from typing import Any

import pytest

from app.db import db, transact
from app.models import Access, AuditEntry, EventSession, Need, Series
from app.operations.records import disclosing, erasing
from app.operations.registration import inviting
from app.operations.registration.details import Needs
from tests.operations.registration.test_handing_over import BEN, offer, take
from tests.support import following
from tests.support.desk import details, make_event, registrations, sign_up, with_rules
from tests.support.questions import given, lunch
from tests.support.sessions import conference, session_ids

pytestmark = pytest.mark.usefixtures("app", "at")
ANA = "ana@importer.example"
OTHERS = ["cy@importer.example", f"j{ANA}"]
NEEDS = Needs((Need.CAPTIONS,), "Quillon needs captions")
GIVER = {"email": ANA, "first_name": "Zephyrine", "last_name": "Quillon", "organization": "Quillon Freight"}


def held(event_id: int) -> dict[str, Any]:
    """Of whoever came first."""
    return disclosing.disclosed(disclosing.person_of(registrations(event_id)[0]), with_sealed=True)


def came(**given: Any) -> int:
    sign_up(event_id := make_event(capacity=5), details(email=ANA, **given))
    return event_id


def invite(*addresses: str) -> None:
    event_id = with_rules(make_event(capacity=5), access=Access.INVITED)
    transact(lambda at: inviting.invite(event_id, addresses, by="office@office.example", at=at))


def test_whom_else_the_office_invited_is_not_told() -> None:
    invite(ANA, *OTHERS)
    found = held(came())
    assert "invited" in [entry["act"] for entry in found["audit_entry"]]
    assert not [email for email in OTHERS if email in disclosing.as_file(found).decode()]


def test_whose_address_only_ends_alike_is_somebody_else() -> None:
    """Neither told of, nor emptied when the other one is erased."""
    invite(*OTHERS)
    event_id = came()
    assert "invited" not in [entry["act"] for entry in held(event_id)["audit_entry"]]
    mine = registrations(event_id)[0].id
    transact(lambda at: erasing.erase(mine, by="admin@office.example", at=at))
    entry = db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == "invited")).one()
    assert entry.personal == {"emails": OTHERS}


def test_whoever_took_a_seat_over_reads_nothing_of_whoever_gave_it() -> None:
    sign_up(event_id := make_event(capacity=5), details(**GIVER, needs=NEEDS))
    person = registrations(event_id)[0].id
    take(person, offer(person))
    found = held(event_id)
    assert found["audit_entry"][0]["act"] == "handed over"
    assert {mail["recipient"] for mail in found["outgoing_email"]} == {BEN}
    file = disclosing.as_file(found).decode()
    assert not [trace for trace in (ANA, "Zephyrine", "Quillon") if trace in file]


def test_the_file_says_titles_and_words_beside_numbers() -> None:
    meal, sessions = lunch(event_id := conference(capacity=5)), session_ids(event_id)
    sign_up(event_id, details(email=ANA, sessions=tuple(sessions[:1]), answers=(given(meal, "fish"),)))
    followed = db.session.scalars(db.select(Series)).first()
    following.follower(followed, email=ANA)
    found = held(event_id)
    assert (found["answer"][0]["question"], found["answer"][0]["answer"]) == ("What will you eat?", "Fish")
    title = db.session.get_one(EventSession, sessions[0]).title
    assert (found["pick"][0]["session"], found["form_submission"][0]["sessions"]) == (title, [title])
    assert found["subscriber"][0]["follows"] == [followed.name]

"""Finding somebody across all events: by an index for each way, however many people there are."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert

from app.db import db, transact
from app.models import Mode, Registration, RegistrationState
from app.operations.registration import finding
from tests.support import factories as make
from tests.support.plans import analyze, plan_of

pytestmark = [pytest.mark.usefixtures("app", "at"), pytest.mark.slow]
EVENTS, PEOPLE = 20, 5_000


@pytest.fixture
def crowd() -> None:
    """People whose names, offices and addresses all differ, spread over many events."""
    events = [make.event().id for _ in range(EVENTS)]

    def row(number: int) -> dict[str, Any]:
        return {
            "event_id": events[number % EVENTS],
            "mode": Mode.ONLINE,
            "state": RegistrationState.CONFIRMED,
            "number": f"{number:010}",
            "name_key": f"okafor {number:05}",
            "organization_key": f"harbor {number:05}",
            "email": f"p{number:05}@example.com",
            "email_key": f"p{number:05}@example.com",
            "registered_at": datetime(2026, 2, 1, number % 24, tzinfo=UTC),
        }

    def work(_: datetime) -> None:
        db.session.execute(insert(Registration), [row(number) for number in range(PEOPLE)])
        db.session.flush()
        analyze()

    transact(work)


@pytest.mark.parametrize(
    ("q", "index"),
    [
        ("okafor 0123", "ix_registration_name"),
        ("harbor 0123", "ix_registration_organization"),
        ("p0123", "ix_registration_email_key"),
        ("p01234@example.com", "ix_registration_email_key"),
        ("0000001234", "ix_registration_number"),
    ],
)
def test_each_way_has_an_index_of_its_own(crowd: None, q: str, index: str) -> None:
    plan = plan_of(finding.query_for(q))
    assert index in plan, plan
    assert "SCAN registration" not in plan, plan
    assert "Seq Scan on registration" not in plan, plan
    assert 1 <= len(finding.find_anywhere(q)) <= 10


def test_what_many_answer_is_cut_at_a_page(crowd: None) -> None:
    assert len(finding.find_anywhere("okafor")) == finding.MOST + 1

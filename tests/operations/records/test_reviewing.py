"""Reading the audit log: a filter is answered by an index, however long the log is."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from app.db import db, transact
from app.models import AuditEntry
from app.operations.records import reviewing
from app.operations.records.reviewing import PAGE_SIZE, AuditFilter
from tests.support.plans import analyze, plan_of

pytestmark = [pytest.mark.usefixtures("app", "at"), pytest.mark.slow]
ENTRIES = 10_000
ZONE = ZoneInfo("UTC")


@pytest.fixture
def log() -> None:
    """Mostly people who register; here and there a member of staff."""

    def row(number: int) -> dict[str, Any]:
        is_staff = number % 40 == 0
        return {
            "at": datetime(2026, 2, 1, tzinfo=UTC) + timedelta(seconds=number),
            "actor": f"staff{number % 280 // 40}@example.gov" if is_staff else "person",
            "act": "exported list" if is_staff else "registered",
            "subject": "registration",
            "subject_id": number,
            "detail": {},
            "personal_digest": "",
        }

    def work(_: datetime) -> None:
        db.session.execute(insert(AuditEntry), [row(number) for number in range(ENTRIES)])
        analyze()

    transact(work)


def actors(wanted: AuditFilter) -> set[str]:
    return {entry.actor for entry in reviewing.page(wanted, ZONE).entries}


@pytest.mark.parametrize("actor", ["staff3", "STAFF3@example.gov", "nobody"])
def test_who_did_something_is_found_by_an_index(log: None, actor: str) -> None:
    plan = plan_of(reviewing.page_query(AuditFilter(actor=actor), ZONE))
    assert "ix_audit_entry_actor" in plan, plan
    assert "SCAN audit_entry" not in plan, plan
    assert "Seq Scan" not in plan, plan
    assert actors(AuditFilter(actor=actor)) == ({"staff3@example.gov"} if actor != "nobody" else set())


def test_a_rare_act_is_found_by_an_index(log: None) -> None:
    plan = plan_of(reviewing.page_query(AuditFilter(act="issued"), ZONE))
    assert "ix_audit_entry_act" in plan, plan


def test_whoever_did_most_is_found_without_sorting_all(log: None) -> None:
    """Named in full, the newest entries are read from the end, and no more of them than a page holds."""
    plan = plan_of(reviewing.page_query(AuditFilter(actor="person"), ZONE))
    assert "TEMP B-TREE" not in plan, plan
    # How the found ones are fetched is PostgreSQL's choice: a table as small as this one is read through as fast.
    assert "Seq Scan" not in plan.partition("Limit")[2], plan
    found = reviewing.page(AuditFilter(actor="person"), ZONE)
    assert len(found.entries) == PAGE_SIZE
    assert found.older_than == found.entries[-1].id


def test_pages_hang_together(log: None) -> None:
    seen: list[int] = []
    older_than = None
    while (found := reviewing.page(AuditFilter(actor="staff"), ZONE, older_than=older_than)).entries:
        seen += [entry.id for entry in found.entries]
        if (older_than := found.older_than) is None:
            break
    assert len(seen) == ENTRIES // 40
    assert seen == sorted(seen, reverse=True)


@pytest.mark.parametrize("actor", ["%", "_taff", "\\", "staff3@example.gov%"])
def test_signs_of_a_pattern_mean_themselves(log: None, actor: str) -> None:
    assert actors(AuditFilter(actor=actor)) == set()

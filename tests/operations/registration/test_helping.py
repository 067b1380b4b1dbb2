"""People at the venue without a registration: added, changed, taken off, each time with a line in the log."""

from datetime import datetime

import pytest

from app.db import db, transact
from app.models import AuditEntry, HelperRole
from app.operations.registration import helping
from app.operations.registration.allotting import NoSuchEventError
from app.operations.registration.helping import HelperDetails, NoSuchHelperError
from tests.support.desk import make_event

pytestmark = pytest.mark.usefixtures("app", "at")
STAFF = "ruth@example.gov"
SPEAKER = HelperDetails(HelperRole.SPEAKER, "Weber", "Ivan", organization="Port of Erie", days=("2026-03-16",))


def add(event_id: int, details: HelperDetails = SPEAKER) -> int:
    return transact(lambda at: helping.add(event_id, details, by=STAFF, at=at).id)


def test_it_works(at: datetime) -> None:
    event_id = make_event()
    helper_id = add(event_id)
    transact(lambda at: helping.change(helper_id, HelperDetails(HelperRole.MEMBER, "Weber-Lund"), by=STAFF, at=at).id)
    helper = helping.helpers(event_id)[0]
    assert (helper.role, helper.last_name, helper.first_name, helper.days) == (HelperRole.MEMBER, "Weber-Lund", "", [])
    transact(lambda at: helping.remove(helper_id, by=STAFF, at=at))
    assert helping.helpers(event_id) == []
    entries = db.session.scalars(db.select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [entry.act for entry in entries] == ["added helper", "changed helper", "removed helper"]
    assert entries[0].personal == {"name": "Ivan Weber", "organization": "Port of Erie"}
    assert "Weber" not in str(entries[0].detail)


def test_they_are_listed_by_name() -> None:
    event_id = make_event()
    for name in ("zhou", "Álvarez", "Baker"):
        add(event_id, HelperDetails(HelperRole.STAFF, name))
    assert [helper.last_name for helper in helping.helpers(event_id)] == ["Álvarez", "Baker", "zhou"]


def test_who_is_gone_is_told() -> None:
    with pytest.raises(NoSuchHelperError):
        transact(lambda at: helping.remove(77, by=STAFF, at=at))
    with pytest.raises(NoSuchEventError):
        add(77)

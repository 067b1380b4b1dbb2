"""A committee meeting stays public: copied, imported or made one later, it is narrowed for a reason alone."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner

from app.cli import DEMO
from app.db import db, transact
from app.models import Access, AuditEntry, CommitteeMeeting, Event, Mode
from app.operations.program import cloning, planning
from app.operations.program.details import Committee, Rules
from app.operations.program.moments import Moment
from app.operations.program.restricting import NarrowedMeetingError, RestrictionUnexplainedError
from app.operations.program.starting import NewEvent
from tests.support.desk import make_event, with_rules
from tests.support.pages import CheckedClient

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("app", "at")]
NARROW = ({"needs_approval": True}, {"access": Access.INVITED}, {"organization_cap": 2})


@pytest.fixture
def meeting() -> int:
    event_id = with_rules(make_event(), needs_approval=True, access=Access.CODE, access_code="tariff", offer_hours=48)
    transact(lambda _: setattr(db.session.get_one(Event, event_id), "committee", CommitteeMeeting(docket="2026-1")))
    return event_id


def copy(event_id: int, reason: str = "") -> Event:
    def work(at: datetime) -> int:
        source = db.session.get_one(Event, event_id)
        assert source.starts_local
        start = Moment.near(source.starts_local + timedelta(weeks=1), source.zone)
        end = Moment.near(source.starts_local + timedelta(weeks=1, hours=2), source.zone)
        values = {"title": "Next", "time_zone": source.time_zone, "starts": start, "ends": end}
        new = NewEvent(**values, seats={Mode.IN_PERSON: 5}, restriction_reason=reason)
        return cloning.clone(event_id, new, by="ed@example.gov", at=at).id

    return db.session.get_one(Event, transact(work))


def told(act: str) -> dict[str, object]:
    return db.session.scalars(db.select(AuditEntry).filter_by(act=act).order_by(AuditEntry.id.desc())).first().detail


def test_a_copy_without_a_reason_is_open_to_everybody(meeting: int) -> None:
    rules = copy(meeting).rules
    assert rules is not None
    assert (rules.access, rules.access_code, rules.needs_approval, rules.offer_hours) == (
        Access.EVERYONE,
        "",
        False,
        48,
    )
    assert told("copied event")["opened to everybody"] is True


def test_a_copy_with_a_reason_stays_narrowed(meeting: int) -> None:
    rules = copy(meeting, "A small room.").rules
    assert rules is not None
    assert (rules.access, rules.needs_approval) == (Access.CODE, True)
    assert told("copied event")["reason to restrict"] == "A small room."


def test_other_events_keep_their_rules() -> None:
    rules = copy(with_rules(make_event(), needs_approval=True)).rules
    assert rules is not None
    assert rules.needs_approval


@pytest.mark.parametrize("given", NARROW)
def test_a_narrowed_event_becomes_no_meeting(given: dict[str, object]) -> None:
    event_id = with_rules(make_event(), **given)
    with pytest.raises(NarrowedMeetingError):
        transact(lambda at: planning.edit(event_id, [Committee(docket="2026-1")], version=None, by="x", at=at))


@pytest.mark.parametrize("given", NARROW)
def test_each_rule_that_narrows_needs_the_reason(given: dict[str, object]) -> None:
    event_id = make_event()
    transact(lambda at: planning.edit(event_id, [Committee(docket="2026-1")], version=None, by="x", at=at))
    with pytest.raises(RestrictionUnexplainedError):
        transact(lambda at: planning.edit(event_id, [Rules(**given)], version=None, by="x", at=at))


def test_importing_says_why(runner: FlaskCliRunner, tmp_path: Path) -> None:
    runner.invoke(args=["events", "series"])
    file = tmp_path / "meeting.yaml"
    text = (DEMO / "upcoming" / "coac.yaml").read_text(encoding="utf-8")
    file.write_text(text.replace("\nrules:\n", "\nrules:\n  needs_approval: true\n"), encoding="utf-8")
    refused = runner.invoke(args=["events", "import", str(file)])
    assert refused.exit_code == 1
    assert "a committee meeting is public" in refused.output
    done = runner.invoke(args=["events", "import", str(file), "--reason", "A small room."])
    assert done.exit_code == 0, done.output
    assert told("imported")["reason to restrict"] == "A small room."


def test_staff_copy_it_open_and_administrators_say_why(
    editor: CheckedClient, administrator: CheckedClient, meeting: int
) -> None:
    page = editor.page(f"/staff/events/{meeting}/copy")
    assert "In the copy everybody may register" in page.main.text
    assert not page.main.all("input", name="restriction_reason")
    sent = administrator.submit(
        administrator.page(f"/staff/events/{meeting}/copy"), restriction_reason="A small room.", summary="Again."
    )
    assert sent.status_code == 303, sent.text
    assert told("copied event")["reason to restrict"] == "A small room."

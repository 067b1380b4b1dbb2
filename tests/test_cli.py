"""The commands say what they did, and write nothing when something is wrong."""

from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import delete, select

from app.cli import DEMO
from app.db import db, transact
from app.models import AuditEntry, Event, Question, Series, StaffMember, Topic

PAST = [DEMO / "past" / name for name in ("2018-08-trade-symposium.yaml", "2023-09-coac.yaml")]


@pytest.fixture(autouse=True)
def _catalogue(runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["events", "series"])
    assert result.output == "Loaded the series, topics and questions of app/content/.\n"


def run(runner: FlaskCliRunner, *args: str | Path) -> tuple[int, str]:
    result = runner.invoke(args=["events", *map(str, args)])
    return result.exit_code, result.output


def test_events_go_in_and_come_out(runner: FlaskCliRunner, tmp_path: Path) -> None:
    assert run(runner, "import", *PAST) == (0, "Imported 2 events.\n")
    assert run(runner, "export", "--output", tmp_path) == (0, f"Wrote 2 events to {tmp_path}.\n")
    for path, slug in zip(PAST, ("trade-symposium-2018", "coac-2023-09"), strict=True):
        assert (tmp_path / f"{slug}.yaml").read_bytes() == path.read_bytes()
    assert run(runner, "export", "--output", tmp_path, "coac-2023-09") == (0, f"Wrote 1 event to {tmp_path}.\n")
    assert run(runner, "export", "coac-2023-09") == (0, PAST[1].read_text(encoding="utf-8"))
    assert len(db.session.scalars(select(AuditEntry).where(AuditEntry.act == "imported")).all()) == 2


def test_one_fault_stops_all(runner: FlaskCliRunner, tmp_path: Path) -> None:
    faulty = tmp_path / "faulty.yaml"
    faulty.write_text(PAST[1].read_text(encoding="utf-8").replace("series: coac", "series: opera"), encoding="utf-8")
    code, output = run(runner, "import", PAST[0], faulty)
    assert code == 1
    assert "faulty.yaml was not imported, and nothing was written.\nLine 3: series: there is no series" in output
    assert not db.session.scalar(select(Event))


def test_a_file_that_is_no_text_is_refused(runner: FlaskCliRunner, tmp_path: Path) -> None:
    picture = tmp_path / "picture.yaml"
    picture.write_bytes(b"\x89PNG\xff")
    code, output = run(runner, "import", picture)
    assert code == 1
    assert "picture.yaml was not imported" in output


def test_an_unknown_event_is_named(runner: FlaskCliRunner) -> None:
    code, output = run(runner, "export", "nothing-here")
    assert (code, "There is no event nothing-here." in output) == (1, True)


def test_loading_the_series_again_changes_what_changed(runner: FlaskCliRunner) -> None:
    before = db.session.scalars(select(Series.slug).order_by(Series.place)).all()
    assert run(runner, "series")[0] == 0
    assert db.session.scalars(select(Series.slug).order_by(Series.place)).all() == before
    assert len(db.session.scalars(select(Topic)).all()) == 18


def test_committees_ask_who_wants_to_speak(runner: FlaskCliRunner) -> None:
    def asked(slug: str) -> list[str]:
        found = select(Question.key).join(Series, Series.id == Question.series_id).where(Series.slug == slug)
        return list(db.session.scalars(found.order_by(Question.place)))

    assert asked("coac") == asked("ufac") == ["wishes-to-speak", "speaking-topic", "speaking-minutes"]
    assert asked("webinars") == []
    transact(lambda _: db.session.execute(delete(Question).where(Question.key == "speaking-minutes")) and None)
    assert run(runner, "series")[0] == 0
    assert asked("coac") == ["wishes-to-speak", "speaking-topic"]  # What staff made of them stays.


def test_staff_have_addresses(runner: FlaskCliRunner) -> None:
    refused = runner.invoke(args=["staff", "add", "notanaddress", "--role", "viewer"])
    assert refused.exit_code == 2
    assert "@" in refused.output
    assert db.session.scalars(select(StaffMember)).all() == []

"""How often the way to a seat asks the database: everybody in a rush passes here, so each question is counted."""

import re
from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from app.db import db
from app.models import Answer, Mode, QuestionKind
from tests.support import factories as make
from tests.support.booking import booked_form, group_event
from tests.support.desk import sign_up
from tests.support.pages import CheckedClient
from tests.support.questions import ask
from tests.support.sessions import hold_sessions

FORM = "/events/filing/register"
# On PostgreSQL: the clock, the lock, one statement that writes it all. SQLite has no such statement, and one BEGIN.
MOST_OF_SENDING = {"postgresql": 3, "sqlite": 7}
MOST_WITH_SESSIONS = 22
TYPED = {"first_name": "Dana", "last_name": "Okafor", "email": "dana@importer.example.com", "organization": "Okafor"}


@pytest.fixture
def settings() -> dict[str, Any]:
    return {"KEPT_SECONDS": 60}  # As people meet it: somebody was here before them.


def register(client: CheckedClient, asked: list[str], email: str, **answers: str | list[str]) -> dict[str, int]:
    """Open the form, send it, look at the confirmation. Returns how often each of them asked."""
    counts = {}
    asked.clear()
    key = re.search(r'name="form_key"[^>]*value="([^"]+)"', client.get(FORM).text)
    assert key
    counts["form"] = len(asked)
    asked.clear()
    sent = client.post(FORM, data={**TYPED, **answers, "email": email, "form_key": key[1]})
    assert sent.status_code == 303
    counts["sending"] = len(asked)
    asked.clear()
    assert client.get(sent.headers["Location"]).status_code == 200
    counts["confirmation"] = len(asked)
    return counts


def test_the_way_to_a_seat_asks_seldom(app: Flask, client: CheckedClient, asked: list[str]) -> None:
    make.event(slug="filing")
    db.session.remove()
    first = register(client, asked, "first@importer.example.com")
    assert first["confirmation"] == 2  # Itself and the notices; the event was read for the form, by its other name.
    counts = register(client, asked, "second@importer.example.com")
    assert counts["form"] == 0
    assert counts["sending"] <= MOST_OF_SENDING[db.engine.dialect.name]
    assert counts["confirmation"] == 1


@pytest.mark.slow
def test_questions_cost_one_more_statement_however_many_there_are(
    app: Flask, client: CheckedClient, asked: list[str]
) -> None:
    event_id = make.event(slug="filing").id
    names = [ask(event_id, f"Question {number}", QuestionKind.TEXT).field_name for number in range(5)]
    answers = dict.fromkeys(names, "An answer")
    db.session.remove()
    register(client, asked, "first@importer.example.com", **answers)
    counts = register(client, asked, "second@importer.example.com", **answers)
    assert counts["form"] == 0
    assert counts["sending"] <= MOST_OF_SENDING[db.engine.dialect.name] + 1
    assert counts["confirmation"] == 1
    assert len(db.session.scalars(db.select(Answer)).all()) == 10


@pytest.mark.slow
def test_sessions_cost_few_statements_however_many_are_picked(
    app: Flask, client: CheckedClient, asked: list[str]
) -> None:
    event_id = make.event(slug="filing").id
    sessions = [str(one) for one in hold_sessions(event_id, *[{"seats": {Mode.ONLINE: 9}}] * 8)]
    db.session.remove()
    register(client, asked, "first@importer.example.com", sessions=sessions[:2])
    few = register(client, asked, "second@importer.example.com", sessions=sessions[:2])
    register(client, asked, "third@importer.example.com", sessions=sessions)
    many = register(client, asked, "fourth@importer.example.com", sessions=sessions)
    assert few["form"] == many["form"] == 0
    assert few["sending"] <= MOST_WITH_SESSIONS
    # SQLite writes one pick at a time, PostgreSQL all at once.
    each = 6 if db.engine.dialect.name == "sqlite" else 0
    assert many["sending"] == few["sending"] + each
    assert few["confirmation"] == many["confirmation"] == 1


def test_each_colleague_costs_few_statements(app: Flask, at: datetime, asked: list[str]) -> None:
    event_id = group_event(50)
    counts = []
    for names in (["Ana"], ["Bo", "Cy", "Di", "Ed"]):
        asked.clear()
        sign_up(event_id, booked_form(*names, email=f"{names[0]}@importer.example"))
        counts.append(len(asked))
    # SQLite writes the places of a booking one at a time, PostgreSQL all at once.
    assert counts[1] - counts[0] <= 3 * (9 if db.engine.dialect.name == "sqlite" else 8)

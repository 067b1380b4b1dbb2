"""Listing the people of an event: search, filter, sort, and pages that hang together."""

import itertools
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, text

from app.db import db, transact
from app.models import Event, Mode, QuestionKind, Registration, RegistrationState, Role
from app.operations.registration import answered, listing, questioning
from app.operations.registration.listing import MOST_COUNTED, PAGE_SIZE, AttendeeFilter, Sort
from app.operations.registration.searching import as_number
from tests.support import factories as make
from tests.support.questions import ask, given, lunch

pytestmark = pytest.mark.usefixtures("app", "at")


@pytest.fixture
def event_id() -> int:
    return make.event(seats={Mode.IN_PERSON: None, Mode.ONLINE: None}).id


def person(event_id: int, **given: object) -> Registration:
    return make.registration(db.session.get_one(Event, event_id), **given)


def crowd(event_id: int, count: int) -> None:
    """Many people at once: two of each name, seven of each organization, in no order."""
    start = datetime.fromisoformat("2026-02-01T12:00+00:00")
    rows = [
        {
            "event_id": event_id,
            "mode": Mode.ONLINE,
            "state": RegistrationState.CANCELLED if number % 3 == 0 else RegistrationState.CONFIRMED,
            "number": f"{number:010}",
            "last_name": f"Person {number * 13 % count // 2:04}",
            "name_key": f"person {number * 13 % count // 2:04}",
            "organization_key": f"office {number % 7}",
            "registered_at": start + timedelta(minutes=number * 11 % count),
        }
        for number in range(count)
    ]
    transact(lambda _: db.session.execute(insert(Registration), rows))


def names(**asked: object) -> list[str]:
    return [row.last_name for row in listing.page(AttendeeFilter(**asked)).rows]


def test_it_works(event_id: int) -> None:
    for last_name in ("Zhou", "Álvarez", "Baker"):
        person(event_id, last_name=last_name)
    person(make.event().id, last_name="Stranger")
    assert names(event_id=event_id) == ["Álvarez", "Baker", "Zhou"]
    assert names(event_id=event_id, descending=True) == ["Zhou", "Baker", "Álvarez"]


@pytest.mark.parametrize(
    "q",
    ["lop", "LÓPEZ", "maria lopez", "lopez maria", "harbor", "Harbor Brok", "maria.lopez@ex", "maria.l", " López "],
)
def test_it_finds_by_a_beginning(event_id: int, q: str) -> None:
    person(
        event_id, first_name="María", last_name="López", organization="Harbor Brokers", email="maria.lopez@example.com"
    )
    person(event_id, first_name="Ann", last_name="Alopez", organization="The Harbor", email="ann@example.com")
    assert names(event_id=event_id, q=q.strip()) == ["López"]


@pytest.mark.parametrize("q", ["%", "_", "lo_ez", "%opez", "opez", "' OR 1=1", "\\", "@", "maria.lopez@other"])
def test_it_finds_nobody_by_a_pattern(event_id: int, q: str) -> None:
    person(event_id, first_name="María", last_name="López", email="maria.lopez@example.com")
    asked = AttendeeFilter(event_id, q=q)
    assert listing.page(asked).rows == []
    assert listing.count(asked) == 0
    assert db.session.execute(asked.matching(Registration.id)).all() == []


def test_it_finds_a_confirmation_number_however_it_is_typed(event_id: int) -> None:
    number = person(event_id, last_name="Okafor").number
    person(event_id)
    for typed in (number, number.lower(), f"{number[:5]}-{number[5:]}", " ".join(number)):
        assert names(event_id=event_id, q=typed) == ["Okafor"]
    assert as_number("o1l0-abcdef") == "0110ABCDEF"
    assert as_number("ABCDEFGHU") is None


def test_it_filters(event_id: int) -> None:
    person(event_id, last_name="Room", mode=Mode.IN_PERSON, role=Role.BROKER)
    person(event_id, last_name="Screen", mode=Mode.ONLINE)
    person(event_id, last_name="Waits", mode=Mode.ONLINE, state=RegistrationState.WAITLISTED)
    person(event_id, last_name="Left", mode=Mode.IN_PERSON, state=RegistrationState.CANCELLED)
    assert names(event_id=event_id, mode=Mode.IN_PERSON) == ["Left", "Room"]
    assert names(event_id=event_id, state=RegistrationState.WAITLISTED) == ["Waits"]
    assert names(event_id=event_id, state=RegistrationState.CANCELLED, mode=Mode.ONLINE) == []
    assert names(event_id=event_id, role=Role.BROKER) == ["Room"]
    assert names(event_id=event_id, q="r", state=RegistrationState.CONFIRMED) == ["Room"]


@pytest.mark.slow
@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("narrowed", [{}, {"state": RegistrationState.CANCELLED}, {"q": "person"}])
def test_its_pages_hang_together(event_id: int, sort: Sort, descending: bool, narrowed: dict[str, object]) -> None:
    """Forwards and backwards, every row once and in order, also where many are alike."""
    crowd(event_id, 330)
    asked = AttendeeFilter(event_id, sort=sort, descending=descending, **narrowed)
    expected = [row.id for row in db.session.execute(asked.matching(Registration.id))]
    pages, page = [], listing.page(asked)
    while True:
        pages.append([row.id for row in page.rows])
        if not page.has_next:
            break
        page = listing.page(asked, after=pages[-1][-1])
    assert [one for rows in pages for one in rows] == expected
    assert len(expected) == listing.count(asked)
    for before, rows in itertools.pairwise(pages):
        assert [row.id for row in listing.page(asked, before=rows[0]).rows] == before
    assert not listing.page(asked, before=pages[1][0]).has_previous
    assert listing.page(asked, before=pages[2][0]).has_previous or len(pages) == 3


@pytest.mark.slow
def test_a_line_is_read_in_its_order_page_by_page(app: Flask, at: datetime) -> None:
    event = make.event(seats={Mode.ONLINE: 0})
    for number in range(130):
        make.registration(event, state=RegistrationState.WAITLISTED, last_name=f"Name {number * 37 % 130:03}")
    asked = AttendeeFilter(event.id, waits_for=Mode.ONLINE, sort=Sort.LINE)
    first = listing.page(asked)
    second = listing.page(asked, after=first.rows[-1].id)
    assert [row.position for row in (*first.rows, *second.rows)] == list(range(1, 101))
    assert [row.id for row in listing.page(asked, before=second.rows[0].id).rows] == [row.id for row in first.rows]


def test_a_page_beside_a_row_that_is_gone_is_the_first(event_id: int) -> None:
    person(event_id, last_name="Baker")
    elsewhere = person(make.event().id).id
    for beside in (elsewhere, 0):
        assert [row.last_name for row in listing.page(AttendeeFilter(event_id), after=beside).rows] == ["Baker"]
        assert [row.last_name for row in listing.page(AttendeeFilter(event_id), before=beside).rows] == ["Baker"]


def test_it_filters_by_answers(event_id: int) -> None:
    food, tags = lunch(event_id), ask(event_id, "Topics", QuestionKind.CHOICES, options=("ace", "ace-2", 'say "é"'))
    eater = person(event_id, last_name="Eater")
    both = person(event_id, last_name="Quoted")
    person(event_id, last_name="Silent")
    transact(lambda _: questioning.write(eater.id, (given(food, "fish"), given(tags, "ace-2"))))
    transact(lambda _: questioning.write(both.id, (given(food, "meat"), given(tags, "ace", 'say "é"'))))
    chosen = {one.code: one for ways in answered.choices(db.session.get_one(Event, event_id)) for one in ways}

    def who(*codes: str) -> list[str]:
        return names(event_id=event_id, answers=tuple(chosen[code] for code in codes))

    assert who(f"{food.id}:fish") == ["Eater"]
    assert who(f"{tags.id}:ace") == who(f'{tags.id}:say "é"') == ["Quoted"]
    assert who(f"{food.id}") == who(f"{food.id}:fish", f"{tags.id}:ace", f"{food.id}:meat", f"{tags.id}:ace-2")
    assert who(f"{food.id}:fish", f"{tags.id}:ace") == []
    assert who(f"{tags.id}:") == ["Silent"]
    assert names(event_id=event_id, answers=(chosen[f"{food.id}"],), q="quo") == ["Quoted"]


def test_counting_stops(event_id: int) -> None:
    crowd(event_id, MOST_COUNTED + 50)
    assert listing.count(AttendeeFilter(event_id)) == MOST_COUNTED + 1
    assert listing.count(AttendeeFilter(event_id, q="person")) == MOST_COUNTED + 1
    assert listing.count(AttendeeFilter(event_id, q="person 0007")) == 2
    assert len(listing.page(AttendeeFilter(event_id)).rows) == PAGE_SIZE


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("asked", [AttendeeFilter(1, q="lop"), AttendeeFilter(1, q="a@b"), AttendeeFilter(1)])
def test_no_page_reads_the_whole_table(event_id: int, asked: AttendeeFilter) -> None:
    for sort in Sort:
        plan = plan_of(replace(asked, sort=sort))
        assert "SCAN registration" not in plan, plan


def plan_of(asked: AttendeeFilter) -> str:
    query = listing.page_query(asked).compile(db.engine, compile_kwargs={"literal_binds": True})
    return str(db.session.execute(text(f"EXPLAIN QUERY PLAN {query}")).all())

"""What the checker of a rush sees in made-up ledgers and rows: each figure once, and nothing where nothing is wrong."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from bench.rush.checker import Verdict, check
from bench.rush.records import Letter, Pool, Records, Row, Told, read_ledger

Line = dict[str, Any]
CAPACITY = 2


def visit(who: int, at: float, *, told: int = 303, seated: bool = True, key: str = "") -> list[Line]:
    """Somebody sends at an instant, is answered half a second later, and reads the confirmation."""
    asked = {"who": who, "tab": 0, "act": "send", "key": key or f"key-{who}"}
    lines = [{**asked, "at": at}, {**asked, "at": at + 0.5, "told": told, "took": 0.5}]
    if told == 303:
        shown = {"number": f"number-{who}", "seated": seated}
        lines.append({"who": who, "tab": 0, "act": "confirmation", "at": at + 0.6, "told": 200, "took": 0.1, **shown})
    return lines


def row(who: int, position: int | None = None, **given: Any) -> Row:
    values = {"number": f"number-{who}", "seated": position is None, "entries": 1, "mails": 1, "submissions": 1}
    return Row(**{"id": who, "who": who, "position": position, **values, **given})


ROWS = [row(1), row(2), row(3, 1), row(4, 2)]
PEOPLE = [*visit(1, 1), *visit(2, 2), *visit(3, 3, seated=False), *visit(4, 4, seated=False)]


def verdict(rows: list[Row] | None = None, lines: list[Line] | None = None, **given: Any) -> Verdict:
    rows = ROWS if rows is None else rows
    seated = sum(row.seated for row in rows)
    pool = Pool(CAPACITY, seated, len(rows) - seated)
    records = Records(rows, pool, Counter(), Counter(), unsent=0, broken=0)
    return check(people(PEOPLE if lines is None else lines), replace(records, **given), [])


def people(lines: list[Line]) -> dict[int, Told]:
    return read_ledger(lines)


def test_nothing_is_wrong() -> None:
    found = verdict()
    assert not found.faults
    assert (found.attempted, found.acknowledged, found.ok) == (4, 4, 4)


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        (ROWS[:3], {"lost": 1}),
        ([row(1, mails=0), *ROWS[1:]], {"lost": 1, "torn": 1}),
        ([row(1, number="another"), *ROWS[1:]], {"lost": 1}),
        ([*ROWS, row(9, 3)], {"unexpected": 1}),
        ([*ROWS, row(4, 3, id=5)], {"doubled_registrations": 1}),
        ([row(1), row(2), row(3, 2), row(4, 1)], {"inversions": 1}),
        ([row(1), row(2), row(3, 1), row(4, 3)], {"gaps": 1}),
        ([row(1), row(2), row(3, 1), row(4, 1)], {"gaps": 1}),
        ([row(1, mails=2), *ROWS[1:]], {"doubled_mails": 1}),
    ],
)
def test_it_sees_what_is_wrong_with_the_rows(rows: list[Row], fault: dict[str, int]) -> None:
    assert verdict(rows).faults == fault


def test_it_sees_a_seat_too_many() -> None:
    lines = [*visit(1, 1), *visit(2, 2), *visit(3, 3)]
    assert verdict([row(1), row(2), row(3)], lines).faults == {"oversold": 1}


def test_it_sees_a_seat_that_stands_empty() -> None:
    lines = [*visit(1, 1), *visit(2, 2, seated=False)]
    assert verdict([row(1), row(2, 1)], lines).faults == {"undersold": 1}


def test_it_believes_the_peoples_watches_more_than_the_ids() -> None:
    """The ids say that 4 came before 3, but 3 had been told before 4 sent."""
    rows = [row(1), row(2), row(4, 1, id=3), row(3, 2, id=4)]
    assert verdict(rows).faults == {"inversions": 1}


def test_whoever_is_cut_off_is_unknown_until_found() -> None:
    lines = [*PEOPLE, *visit(5, 5, told=0), *visit(6, 6, told=0)]
    found = verdict([*ROWS, row(5, 3)], lines)
    assert not found.faults
    assert (found.unknown, found.recovered) == (2, 1)


def test_whoever_was_refused_has_no_registration() -> None:
    lines = [*PEOPLE, *visit(5, 5, told=422)]
    assert verdict([*ROWS, row(5, 3)], lines).faults == {"unexpected": 1}


def test_it_sees_a_press_that_was_written_down_twice() -> None:
    assert verdict(presses=Counter({("key", "digest"): 2})).faults == {"duplicated": 1}


def test_it_sees_a_mail_that_arrived_twice() -> None:
    letters = [Letter("person1@importer.example.com", "<one@example.gov>")] * 2
    records = Records(ROWS, Pool(CAPACITY, 2, 2), Counter(), Counter(), unsent=0, broken=0)
    assert check(people(PEOPLE), records, letters).faults == {"doubled_mails": 1}


def test_a_second_form_explains_one_further_mail() -> None:
    lines = [*PEOPLE, *visit(1, 5, key="other")]
    known = ("person1@importer.example.com", "already-registered")
    assert not verdict(lines=lines, mails=Counter({known: 1})).faults
    assert verdict(lines=lines, mails=Counter({known: 2})).faults == {"doubled_mails": 1}


def test_an_error_counts_and_being_turned_away_at_the_door_does_not() -> None:
    error, door = visit(5, 5, told=500), visit(6, 6, told=503)
    door[1]["again_after"] = "30"
    assert verdict(lines=[*PEOPLE, *error, *door]).faults == {"server_errors": 1}

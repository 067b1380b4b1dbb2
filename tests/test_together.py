"""Several people's writing in one transaction: one commit for all, and one person's refusal is nobody else's."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from threading import Event as Flag
from threading import Lock
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from app import together
from app.db import db
from app.models import Series
from app.together import transact_together

PATIENCE = 30
MANY = 10


class NotToday(Exception):  # noqa: N818
    """A refusal."""


def add(number: int) -> Callable[[datetime], int]:
    def work(_at: datetime) -> int:
        db.session.add(Series(slug=f"series-{number}", name=f"Series {number}"))
        db.session.flush()
        return number

    return work


def refuse(_at: datetime) -> None:
    db.session.add(Series(slug="refused", name="Refused"))
    db.session.flush()
    raise NotToday


def all_at_once(app: Flask, works: list[Callable[[datetime], Any]]) -> list[Future[Any]]:
    """Let one thread write until all works wait behind it; then they go on."""
    line, began = together._line(db.engine), Flag()

    def hold_up(_at: datetime) -> None:
        began.set()
        while len(line.turns) < len(works):
            Flag().wait(0.005)

    def one(work: Callable[[datetime], Any], number: int) -> Any:
        with app.app_context():
            return transact_together(work, lock=number)

    with ThreadPoolExecutor(len(works) + 1) as threads:
        first = threads.submit(one, hold_up, 0)
        assert began.wait(PATIENCE)
        found = [threads.submit(one, work, number % 3) for number, work in enumerate(works)]
    first.result()
    return found


def kept() -> set[str]:
    db.session.rollback()
    return set(db.session.scalars(db.select(Series.slug)))


@pytest.fixture
def commits(app: Flask) -> Any:
    counted: list[object] = []
    note = counted.append
    event.listen(db.engine, "commit", note)
    yield counted
    event.remove(db.engine, "commit", note)


@pytest.mark.usefixtures("app")
def test_a_lone_person_waits_for_nobody() -> None:
    assert transact_together(add(1), lock=1) == 1
    assert kept() == {"series-1"}


def test_those_who_wait_share_one_commit(app: Flask, commits: list[object]) -> None:
    found = all_at_once(app, [add(number) for number in range(MANY)])
    assert [future.result() for future in found] == list(range(MANY))
    assert len(kept()) == MANY
    assert len(commits) == 2  # Of the one who came first, and of all others.


def test_no_more_than_a_few_share_it(app: Flask, commits: list[object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "MOST", 4)
    all_at_once(app, [add(number) for number in range(MANY)])
    assert len(commits) == 1 + 3


def test_one_refusal_is_nobody_elses(app: Flask) -> None:
    *others, refused = all_at_once(app, [*(add(number) for number in range(MANY)), refuse])
    assert [future.result() for future in others] == list(range(MANY))
    with pytest.raises(NotToday):
        refused.result()
    assert kept() == {f"series-{number}" for number in range(MANY)}


def test_works_go_by_the_event_that_they_lock(app: Flask) -> None:
    order: list[int] = []
    noting = Lock()

    def work(number: int) -> Callable[[datetime], None]:
        def note(_at: datetime) -> None:
            with noting:
                order.append(number % 3)

        return note

    all_at_once(app, [work(number) for number in range(MANY)])
    assert order == sorted(order)

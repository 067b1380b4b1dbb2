"""A list of 100,000 people with 25 columns as CSV, against Python's csv writer on ready tuples."""

import csv
import time
from collections.abc import Iterator, Sequence
from tempfile import TemporaryFile
from threading import Event as Signal
from threading import Thread

from app import clock
from app.db import db
from app.models import Event
from app.operations.records import exporting
from app.operations.records.exporting import Format, Order
from app.operations.records.profiles import PROFILES
from app.operations.records.profiles.profile import Choice
from app.operations.registration.listing import AttendeeFilter
from bench import crowd
from bench.processes import resident_bytes
from bench.report import Line, interleaved, ratio

PEOPLE, ROUNDS = 100_000, 5
AIM, MEMORY_AIM = 3.0, 60_000_000


def measure() -> Iterator[Line]:
    for name, _app in crowd.apps():
        order = Order(PROFILES["attendees"], Format.CSV, Choice(AttendeeFilter(crowd.event(PEOPLE))))
        grown = _growth(order)
        ready = _ready(order)
        ours, theirs = interleaved(ROUNDS, lambda order=order: _export(order), lambda ready=ready: _plain(ready))
        found = ratio(ours, theirs)
        against = f"csv.writer: {min(theirs):.2f} s"
        yield Line(f"CSV of {PEOPLE:,} people, {name}", f"{min(ours):.2f} s", against, found, f"≤ {AIM}", found <= AIM)
        question, aim = f"memory above idle for that CSV, {name}", f"≤ {MEMORY_AIM / 1e6:.0f} MB"
        yield Line(question, f"{grown / 1e6:.0f} MB", "", None, aim, grown <= MEMORY_AIM)


def _export(order: Order) -> float:
    started = time.perf_counter()
    with TemporaryFile() as file:
        exporting.write(order, file, clock.now())
    db.session.rollback()
    return time.perf_counter() - started


def _plain(rows: Sequence[Sequence[str | None]]) -> float:
    started = time.perf_counter()
    with TemporaryFile("w+", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return time.perf_counter() - started


def _ready(order: Order) -> list[tuple[str | None, ...]]:
    event = db.session.get_one(Event, order.event_id)
    rows = [tuple(row) for row in order.profile.read(event, order.choice).rows]
    db.session.rollback()
    return rows


def _growth(order: Order) -> int:
    """How far this process grows while it writes the list; looked at every few milliseconds."""
    idle, highest, over = resident_bytes(), [0], Signal()

    def watch() -> None:
        while not over.wait(0.01):
            highest.append(resident_bytes())

    watcher = Thread(target=watch)
    watcher.start()
    try:
        _export(order)
    finally:
        over.set()
        watcher.join()
    return max(highest) - idle

"""Who writes to SQLite lines up: threads behind threads, processes behind processes, and not for ever."""

import fcntl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from errno import ENOLCK
from pathlib import Path
from threading import Condition
from threading import Event as Flag

import pytest
from flask import Flask

from app import write_queue
from app.db import db, transact
from app.models import Registration, Series
from app.write_queue import QueueTooLongError, WriteQueue
from tests.support import factories as make
from tests.support.html import Page
from tests.support.pages import CheckedClient

pytestmark = pytest.mark.database("sqlite")
PATIENCE = 30


@pytest.fixture
def queue(tmp_path: Path) -> WriteQueue:
    return WriteQueue(str(tmp_path / "line.sqlite"))


@pytest.fixture
def other_process(tmp_path: Path) -> Iterator[Flag]:
    """Somebody else holds the turn until the flag is set."""
    leaves = Flag()

    def hold() -> None:
        with (tmp_path / "line.sqlite-queue").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            began.set()
            assert leaves.wait(PATIENCE)

    began = Flag()
    with ThreadPoolExecutor(1) as threads:
        held = threads.submit(hold)
        assert began.wait(PATIENCE)
        yield leaves
        leaves.set()
    held.result()


def test_the_next_process_goes_when_the_one_before_is_done(queue: WriteQueue, other_process: Flag) -> None:
    with ThreadPoolExecutor(1) as threads:
        entering = threads.submit(queue.enter, "me")
        assert not entering.done()
        other_process.set()
        entering.result(PATIENCE)
    queue.leave("me")


def test_the_next_thread_goes_when_the_one_before_is_done(queue: WriteQueue) -> None:
    queue.enter("first")
    with ThreadPoolExecutor(1) as threads:
        entering = threads.submit(queue.enter, "second")
        queue.leave("second")  # It has no turn yet, so this says nothing.
        assert not entering.done()
        queue.leave("first")
        entering.result(PATIENCE)
    queue.leave("second")


def test_whoever_has_the_turn_may_begin_again(queue: WriteQueue) -> None:
    queue.enter("me")
    queue.enter("me")
    queue.leave("me")
    queue.enter("other")


def test_nobody_waits_for_ever(queue: WriteQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write_queue, "PATIENCE", 0.01)
    queue.enter("first")
    with pytest.raises(QueueTooLongError):
        queue.enter("second")


def test_nobody_waits_for_ever_for_a_process_that_is_frozen(
    queue: WriteQueue, other_process: Flag, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_queue, "PATIENCE", 0.01)
    for person in ("first", "second"):
        with pytest.raises(QueueTooLongError):
            queue.enter(person)
    monkeypatch.setattr(write_queue, "PATIENCE", PATIENCE)
    other_process.set()
    queue.enter("third")
    queue.leave("third")


def test_a_turn_that_comes_too_late_is_passed_on(
    tmp_path: Path, queue: WriteQueue, other_process: Flag, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_queue, "PATIENCE", 0.01)
    with pytest.raises(QueueTooLongError):
        queue.enter("gone by then")
    monkeypatch.setattr(write_queue, "PATIENCE", PATIENCE)
    other_process.set()
    another = WriteQueue(str(tmp_path / "line.sqlite"))
    another.enter("another process")
    another.leave("another process")
    queue.enter("me")
    queue.leave("me")


def test_a_process_that_is_told_to_stop_keeps_no_turn(
    tmp_path: Path, queue: WriteQueue, other_process: Flag, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped(Condition):
        def wait_for(self, *_: object) -> bool:
            raise SystemExit

    monkeypatch.setattr(write_queue, "Condition", Stopped)
    with pytest.raises(SystemExit):
        queue.enter("stopped")
    monkeypatch.undo()
    other_process.set()
    another = WriteQueue(str(tmp_path / "line.sqlite"))
    another.enter("another process")
    another.leave("another process")


def test_a_turn_that_cannot_be_waited_for_harms_one_alone(
    queue: WriteQueue, other_process: Flag, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = fcntl.flock

    def full(file: int, how: int) -> None:
        if how == fcntl.LOCK_EX:
            raise OSError(ENOLCK, "No locks available")
        lock(file, how)

    monkeypatch.setattr(fcntl, "flock", full)
    with pytest.raises(OSError, match="No locks"):
        queue.enter("first")
    monkeypatch.undo()
    other_process.set()
    queue.enter("second")
    queue.leave("second")


def test_the_turn_ends_with_the_transaction(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write_queue, "PATIENCE", 0.01)
    transact(lambda _: db.session.add(Series(slug="one", name="One")))
    with pytest.raises(ZeroDivisionError):
        transact(lambda _: 1 // 0)
    transact(lambda _: db.session.add(Series(slug="two", name="Two")))
    with ThreadPoolExecutor(1) as threads:
        threads.submit(_write_elsewhere, app).result(PATIENCE)


def _write_elsewhere(app: Flask) -> None:
    with app.app_context():
        transact(lambda _: db.session.add(Series(slug="three", name="Three")))


def test_a_person_is_told_to_come_again(app: Flask, client: CheckedClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write_queue, "PATIENCE", 0.01)
    make.event(slug="filing")
    with db.engine.connect() as connection:
        queue: WriteQueue = connection.info["queue"]
    form = client.page("/events/filing/register")
    queue.enter("somebody else")
    answer = client.submit(form, first_name="Dana", email="dana@importer.example.com", organization="None")
    queue.leave("somebody else")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    again = client.submit(Page(answer.text))
    assert again.status_code == 303
    assert db.session.scalars(db.select(Registration.email)).all() == ["dana@importer.example.com"]

"""Deliberate faults: apps that are wrong in one way each. A checker that misses one of them proves nothing.

Each function makes an app, as ``app:create_app`` does, after it has broken something in this process. Pauses give a
race the time that it would find by itself in a longer rush, and every fifteenth time the thing fails that a crash
would hit only now and then.
"""

import itertools
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from threading import local
from typing import Any

from flask import Flask
from sqlalchemy import text

from app import connections, create_app
from app.db import db, transact
from app.operations.registration import allotting, registering
from app.web.public import registering as pages

Work = Callable[[datetime], Any]


@dataclass(frozen=True)
class Mutant:
    """A fault, the figures of which one must betray it, and the databases on which it is one."""

    fault: str
    make: str
    betrayed_by: frozenset[str]
    databases: tuple[str, ...] = ("sqlite", "postgresql")

    @property
    def target(self) -> str:
        return f"{__name__}:{self.make}"


MUTANTS = (
    Mutant("event lock off", "without_lock", frozenset({"server_errors", "oversold", "gaps", "inversions"})),
    Mutant("answer before commit", "answering_first", frozenset({"lost"})),
    Mutant("mail in a second transaction", "mailing_apart", frozenset({"torn"})),
    Mutant("unique constraint dropped", "without_unique", frozenset({"doubled_registrations"})),
    Mutant("waiting list sorted by clocks", "ordered_by_clocks", frozenset({"inversions"})),
    Mutant("plain BEGIN", "plain_begin", frozenset({"server_errors"}), ("sqlite",)),
)


class CrashError(Exception):
    """Stands for a process that dies at the worst moment."""


def without_lock() -> Flask:
    """The desk is read without taking its lock; on SQLite each statement is a transaction of its own."""
    allotting._LOCK_DESK = allotting._READ_DESK
    begin = connections.begin
    connections.begin = lambda connection: begin(connection) if connection.dialect.name == "postgresql" else None
    _pause_at_the_desk()
    return create_app()


def plain_begin() -> Flask:
    """Transactions begin as SQLite's do when nothing else is said: without the lock, until the first write."""

    def begin(connection: Any) -> None:
        if connection.get_execution_options().get("writes"):
            connection.exec_driver_sql("BEGIN")

    connections.begin = begin
    _pause_at_the_desk()
    return create_app()


def _pause_at_the_desk() -> None:
    read = allotting.lock_desk

    def read_and_pause(*given: Any) -> Any:
        desk = read(*given)
        time.sleep(0.02)
        return desk

    allotting.lock_desk = read_and_pause


def answering_first() -> Flask:
    """The person is answered while the transaction is still open, and not every commit comes to pass."""
    turns = itertools.count(1)

    def answer_first(work: Work, **_given: Any) -> Any:
        answer = []

        def work_and_tell(at: datetime) -> None:
            answer.append(work(at))
            if not next(turns) % 15:
                raise CrashError

        with suppress(CrashError):
            transact(work_and_tell)
        return answer[-1]

    pages.transact_together = answer_first
    return create_app()


def mailing_apart() -> Flask:
    """The mail is queued when the registration has been committed already, if nothing comes between."""
    kept, turns = local(), itertools.count(1)

    def enter(values: dict[str, Any]) -> allotting.Entered | None:
        first = allotting._FIRST.run(values)
        if first is None:
            return None
        kept.values = values = {**values, "registration_id": first[0]}
        seat, audit, _mail, submission = allotting._ENTER_ONE_BY_ONE
        rows = [statement.run(values) for statement in (seat, audit, submission)]
        return allotting.Entered(*rows[-1])

    def mail_later(work: Work, **_given: Any) -> Any:
        kept.values = None
        result = transact(work)
        if kept.values and next(turns) % 15:
            transact(lambda _at: allotting._ENTER_ONE_BY_ONE[2].run(kept.values))
        return result

    allotting.enter, pages.transact_together = enter, mail_later
    return create_app()


def without_unique() -> Flask:
    """Nothing in the database refuses a second registration of one address."""
    written = (allotting.REGISTRATION, allotting.ENTER_AT_ONCE)
    first, at_once = (re.sub(r"ON CONFLICT .*DO NOTHING", "", sql) for sql in written)
    allotting._FIRST = allotting._part(first, "", "")
    allotting._ENTER_AT_ONCE = allotting._part(at_once, "entered.id", "FROM entered")
    app = create_app()
    with app.app_context(), db.engine.connect() as connection:
        connection.execute(text("DROP INDEX IF EXISTS uq_registration_live_address"))
        connection.commit()
        db.engine.dispose()
    return app


def ordered_by_clocks() -> Flask:
    """Who waits is ordered by the clock of the machine that took the form; that of every second form is slow."""
    app, row, turns = create_app(), registering._row, itertools.count()

    def row_by_clock(*given: Any) -> dict[str, Any]:
        values = row(*given)
        if values["position"] is not None:
            slow = next(turns) % 2 * 0.2
            values["position"] = int((time.time() - slow) % 100_000 * 10_000)
        return values

    registering._row = row_by_clock
    return app

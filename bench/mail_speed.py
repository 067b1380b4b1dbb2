"""How fast mail leaves: workers against smtplib alone on one kept connection, and the wait from form to relay.

Two mail servers: one that answers at once, which no real one does, and one that takes 20 ms for each message, as one
that writes to a disk. smtplib sends bytes that lie ready; a worker writes each mail, and keeps two promises on disk.

So many mails that what a worker needs once counts little: its start takes a fifth of a second of the processor.
"""

import asyncio
import os
import random
import signal
import smtplib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from flask import Flask

from app.db import db, transact
from app.models import Event, Mode, OutgoingEmail
from app.operations.registration.registering import desk_facts, register
from app.operations.registration.submitting import SentForm
from bench.mail_kill.crew import Crew, forked
from bench.mail_kill.people import person
from bench.mail_kill.run import LIMIT, Plan, app_for, register_people, wait_for
from bench.mail_kill.sink import ArchivingSink
from bench.report import Line
from bench.rush.attempts import fresh_database, percentile
from tests.support import factories
from tests.support.serving import free_port

MAILS, ALONE, PAUSES = 2000, 30, (0.0, 0.02)
AIM_RATIO, AIM_SECONDS, AIM_MILLISECONDS = 0.5, 2.0, 2
NEVER = (1e9, 1e9)  # Nobody is killed here.


def measure() -> Iterator[Line]:
    for database, crews in (("sqlite", (1,)), ("postgresql", (1, 2, 4))):
        for pause in PAUSES:
            found = [rates(database, pause, workers) for workers in crews]
            yield speed(database, pause, found)
            if not pause:
                yield processor(database, found[0].seconds)
        yield delay(database)


class Found(NamedTuple):
    ours: float  # Messages a minute.
    alone: float  # The same, smtplib's.
    seconds: float  # Of processor time for one message, in all workers.


def processor(database: str, seconds: float) -> Line:
    question = f"processor time of a mail, one worker, {database}"
    return Line(
        question, f"{seconds * 1000:.1f} ms", aim=f"≤ {AIM_MILLISECONDS} ms", met=seconds * 1000 <= AIM_MILLISECONDS
    )


def speed(database: str, pause: float, found: list[Found]) -> Line:
    """``found`` is for one worker and, if so, for more."""
    ours = " / ".join(f"{one.ours:,.0f}" for one in found)
    workers = " (1 / 2 / 4 workers)" if len(found) > 1 else ""
    server = f"a server that takes {pause * 1000:.0f} ms each" if pause else "a server that takes no time"
    ratio = found[0].ours / found[0].alone
    grows = len(found) == 1 or found[-1].ours > found[0].ours
    return Line(
        f"messages a minute, {database}, {server}{workers}",
        ours,
        f"smtplib alone {found[0].alone:,.0f}",
        ratio,
        f"≥ {AIM_RATIO}" + (", growing" if len(found) > 1 else ""),
        ratio >= AIM_RATIO and grows,
    )


def rates(database: str, pause: float, workers: int) -> Found:
    """The workers', from the first accepted to the last, and smtplib's with the same bytes."""
    with fresh_database(database) as (address, place):
        port = free_port()
        app = app_for(Plan(), address, place, port)
        wait_for(forked(lambda: register_people(app, MAILS)))
        with receiving(port, place, pause):
            before = os.times()
            Crew(app, workers, NEVER, seed=1).work_off(LIMIT)
            after = os.times()
            with app.app_context():
                rows = db.session.scalars(db.select(OutgoingEmail).order_by(OutgoingEmail.accepted_at)).all()
                times = [row.accepted_at for row in rows if row.accepted_at]
                alone = smtplib_alone(port, [(row.recipient, row.content or b"") for row in rows])
                db.session.remove()
                db.engine.dispose()
    ours = (len(times) - 1) * 60 / (times[-1] - times[0]).total_seconds()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return Found(ours, alone, used / MAILS)


def smtplib_alone(port: int, letters: list[tuple[str, bytes]]) -> float:
    with smtplib.SMTP("127.0.0.1", port) as server:
        began = time.perf_counter()
        for recipient, content in letters:
            server.sendmail("events@example.gov", recipient, content)
        return len(letters) * 60 / (time.perf_counter() - began)


def delay(database: str) -> Line:
    """From the form's commit to the relay's answer, one person at a time, while a worker waits for them."""
    with fresh_database(database) as (address, place):
        port = free_port()
        app = app_for(Plan(), address, place, port)
        crew = Crew(app, 1, NEVER, seed=1)
        with receiving(port, place, PAUSES[-1]):
            crew.hire()
            wait_for(forked(lambda: one_by_one(app)))
            crew.work_off(LIMIT)
        with app.app_context():
            rows = db.session.scalars(db.select(OutgoingEmail)).all()
            waited = [(row.accepted_at - row.queued_at).total_seconds() for row in rows if row.accepted_at]
            db.session.remove()
            db.engine.dispose()
    p95 = percentile(waited, 95)
    question = f"from the form to the relay's answer, idle, p95, {database}"
    met = p95 <= AIM_SECONDS and len(waited) == ALONE
    return Line(question, f"{p95:.2f} s", f"median {percentile(waited, 50):.2f} s", None, f"≤ {AIM_SECONDS:.0f} s", met)


def one_by_one(app: Flask) -> None:
    chance = random.Random(1)
    with app.app_context():
        event = factories.event(seats={Mode.ONLINE: None})
        facts = desk_facts(db.session.get_one(Event, event.id), event.starts_at)
        for number in range(ALONE):
            time.sleep(chance.uniform(0.3, 1.0))
            details = person(number, Mode.ONLINE)
            sent = SentForm.of(f"form {number}", details)
            transact(lambda at, details=details, sent=sent: register(facts, details, sent, at=at))


class PlainSink(ArchivingSink):
    """Keeps nothing, and takes its time."""

    async def take(self, recipient: str, wire: bytes) -> None:
        await asyncio.sleep(self.pause)


@contextmanager
def receiving(port: int, place: Path, pause: float) -> Iterator[None]:
    pid = forked(lambda: asyncio.run(PlainSink(place / "sink", pause).serve(port)))
    try:
        yield
    finally:
        os.kill(pid, signal.SIGTERM)
        os.waitpid(pid, 0)

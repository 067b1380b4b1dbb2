"""One run on a fresh database: people register, workers send and are killed, and the copies are counted."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import Flask

from app import create_app, worker
from app.db import db
from app.mail import outbox
from app.mail.rendering import render
from app.models import MessageKind
from bench.mail_kill import people, sink
from bench.mail_kill.crew import Crew, forked
from bench.mail_kill.verdict import Verdict, verdict
from bench.places import KEYS
from tests.mail.samples import facts
from tests.support.serving import free_port

WORKERS = 4
LIMIT = 900.0  # Seconds until a run is given up.


@dataclass(frozen=True)
class Plan:
    people: int = 5000
    archive: bool = False
    seed: int = 1
    every: tuple[float, float] = (0.2, 2.0)
    lease: float = 60.0  # Shorter ones make a short run short; the worker's beat follows.
    enough: int | None = None  # Kills, aimed at the window, after which the rest is left in peace.
    pause: float = 0.02  # At most so many seconds between the mail server's copy and its answer.


@dataclass(frozen=True)
class Result:
    plan: Plan
    verdict: Verdict
    kills: int
    windows: int
    seconds: float

    @property
    def faults(self) -> dict[str, list[str]]:
        return self.verdict.faults(archive=self.plan.archive)


def run(plan: Plan, address: str, folder: Path) -> Result:
    """``address`` is that of a migrated, empty database; nothing of this process may be connected to it."""
    outbox.LEASE, worker.BEAT = timedelta(seconds=plan.lease), plan.lease / 6
    port = free_port()
    app = app_for(plan, address, folder, port)
    wait_for(forked(lambda: register_people(app, plan.people)))
    crew = Crew(app, WORKERS, plan.every, plan.seed, plan.enough)
    with _receiving(port, folder / "archive", plan.pause):
        seconds = crew.work_off(LIMIT)
    found = verdict(app, folder / "archive", crew.windows)
    return Result(plan, found, crew.kills, len(crew.windows), seconds)


def app_for(plan: Plan, address: str, folder: Path, port: int) -> Flask:
    """Made, and a mail written, before anybody is forked: the children begin with all of it in memory."""
    archive = str(folder / "archive") if plan.archive else ""
    way = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": port, "MAIL_ARCHIVE": archive}
    app = create_app({"DATABASE_URL": address, "INSTANCE_DIR": folder, **KEYS, **way})
    with app.app_context():
        render(MessageKind.CONFIRMED, facts())
    return app


def register_people(app: Flask, count: int) -> None:
    with app.app_context():
        people.register_all(count)
        db.engine.dispose()


@contextmanager
def _receiving(port: int, archive: Path, pause: float) -> Iterator[None]:
    pid = forked(lambda: sink.run(port, archive, pause))
    try:
        yield
    finally:
        os.kill(pid, signal.SIGTERM)
        os.waitpid(pid, 0)


def wait_for(pid: int) -> None:
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0, "The people could not be registered."

"""The workers: forked, killed at random, replaced at once; and what each was doing when it died."""

import os
import random
import signal
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event as Flag

from flask import Flask
from sqlalchemy import NullPool, create_engine, text

from app import worker

UNSETTLED = "SELECT count(*) FROM outgoing_email WHERE state IN ('queued', 'claimed', 'sending', 'retry', 'in-doubt')"
IN_HAND = "SELECT id FROM outgoing_email WHERE state = 'sending' AND leased_by = :name"
LOOK = 0.1


def forked(work: Callable[[], None]) -> int:
    """Do the work in a child, which ends with it. Its id."""
    pid = os.fork()
    if pid:
        return pid
    try:
        work()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


@dataclass
class Crew:
    """``windows`` names the rows that were on the wire when their worker died."""

    app: Flask
    size: int
    every: tuple[float, float]  # Seconds between two kills, at random.
    seed: int
    most_kills: int | None = None
    names: dict[int, str] = field(default_factory=dict)
    windows: list[int] = field(default_factory=list)
    kills: int = 0
    hired: int = 0

    def work_off(self, limit: float) -> float:
        """Until nothing is left to send, or the time is up. Seconds it took."""
        chance, began = random.Random(self.seed), time.monotonic()
        engine = create_engine(self.app.config["DATABASE_URL"], poolclass=NullPool)
        for _ in range(self.size):
            self._hire()
        next_kill = began + chance.uniform(*self.every)
        while time.monotonic() - began < limit:
            if time.monotonic() >= next_kill and self.kills != self.most_kills:
                self._kill(chance.choice(list(self.names)), engine)
                next_kill = time.monotonic() + chance.uniform(*self.every)
            with engine.connect() as connection:
                if not connection.scalar(text(UNSETTLED)):
                    break
            time.sleep(LOOK)
        self._dismiss()
        return time.monotonic() - began

    def _hire(self) -> None:
        self.hired += 1
        name = f"worker-{self.hired}"
        self.names[forked(lambda: self._be_worker(name))] = name

    def _be_worker(self, name: str) -> None:
        flag: Flag = worker.stop_on_signals()
        with self.app.app_context():
            worker.run(flag, name)

    def _kill(self, pid: int, engine: object) -> None:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        self.kills += 1
        name = self.names.pop(pid)
        with engine.connect() as connection:  # type: ignore[attr-defined]
            self.windows += connection.scalars(text(IN_HAND), {"name": name}).all()
        self._hire()

    def _dismiss(self) -> None:
        for pid in self.names:
            os.kill(pid, signal.SIGTERM)
        for pid in self.names:
            os.waitpid(pid, 0)

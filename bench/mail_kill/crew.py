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
from sqlalchemy import Engine, NullPool, create_engine, text

from app import worker

UNSETTLED = "SELECT count(*) FROM outgoing_email WHERE state IN ('queued', 'claimed', 'sending', 'retry', 'in-doubt')"
ON_THE_WIRE = "SELECT leased_by FROM outgoing_email WHERE state = 'sending'"
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
    enough: int | None = None  # So many kills, each aimed at a window, end the killing; none: blindly to the last mail.
    names: dict[int, str] = field(default_factory=dict)
    windows: list[int] = field(default_factory=list)
    kills: int = 0
    hired: int = 0

    def work_off(self, limit: float) -> float:
        """Until nothing is left to send, or the time is up. Seconds it took."""
        chance, began = random.Random(self.seed), time.monotonic()
        engine = create_engine(self.app.config["DATABASE_URL"], poolclass=NullPool)
        while len(self.names) < self.size:
            self.hire()
        next_kill = began + chance.uniform(*self.every)
        while time.monotonic() - began < limit:
            victims = self._victims(engine) if time.monotonic() >= next_kill else []
            if victims and not self._have_enough():
                self._kill(chance.choice(victims), engine)
                next_kill = time.monotonic() + chance.uniform(*self.every)
            with engine.connect() as connection:
                if not connection.scalar(text(UNSETTLED)):
                    break
            time.sleep(LOOK)
        self._dismiss()
        return time.monotonic() - began

    def _victims(self, engine: Engine) -> list[int]:
        """Any of them; or, to waste no time, one that has a message on the wire, as soon as there is one."""
        if self.enough is None:
            return list(self.names)
        with engine.connect() as connection:
            sending = set(connection.scalars(text(ON_THE_WIRE)))
        return [pid for pid, name in self.names.items() if name in sending]

    def _have_enough(self) -> bool:
        return self.enough is not None and len(self.windows) >= self.enough

    def hire(self) -> None:
        self.hired += 1
        name = f"worker-{self.hired}"
        self.names[forked(lambda: self._be_worker(name))] = name

    def _be_worker(self, name: str) -> None:
        flag: Flag = worker.stop_on_signals()
        with self.app.app_context():
            worker.run(flag, name)

    def _kill(self, pid: int, engine: Engine) -> None:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        self.kills += 1
        name = self.names.pop(pid)
        with engine.connect() as connection:
            self.windows += connection.scalars(text(IN_HAND), {"name": name}).all()
        self.hire()

    def _dismiss(self) -> None:
        for pid in self.names:
            os.kill(pid, signal.SIGTERM)
        for pid in self.names:
            os.waitpid(pid, 0)

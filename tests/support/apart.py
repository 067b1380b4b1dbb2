"""Machines whose clocks differ, in one process: while one of them works, time is what its clock shows."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask

from app import clock

_real = time.time


@dataclass
class Machine:
    """Its clock is so many seconds ahead. What it has found out of the shared clock is its own too."""

    ahead: float
    behind: timedelta = timedelta(0)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        before = clock._of_this_machine, clock._behind
        time.time = lambda: _real() + self.ahead
        clock._of_this_machine = lambda: datetime.fromtimestamp(time.time(), UTC)
        clock._behind = self.behind
        try:
            yield
        finally:
            self.behind = clock._behind
            time.time = _real
            clock._of_this_machine, clock._behind = before

    def serve(self, app: Flask) -> None:
        """Be the machine that this app runs on."""
        site = app.wsgi_app

        def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
            with self.at_work():
                return site(environ, start)

        app.wsgi_app = answer

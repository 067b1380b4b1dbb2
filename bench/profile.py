"""Where the milliseconds of a registration go: each of the four requests, one after the other, without a server."""

import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from app.db import db
from bench.places import KINDS, app_on, databases
from bench.registrations import _KEY, EVENT_PAGE, person
from bench.report import Line

PEOPLE = 150


class Watch:
    """Counts statements and the time spent in the driver, and takes the time of each request."""

    def __init__(self, engine: Engine) -> None:
        self.statements, self.in_database, self.began = 0, 0.0, 0.0
        self.taken: dict[str, list[tuple[float, float, int]]] = defaultdict(list)
        event.listen(engine, "before_cursor_execute", self._begin)
        event.listen(engine, "after_cursor_execute", self._end)

    def _begin(self, *_: Any) -> None:
        self.statements += 1
        self.began = time.perf_counter()

    def _end(self, *_: Any) -> None:
        self.in_database += time.perf_counter() - self.began

    def ask(self, name: str, client: FlaskClient, path: str, **given: Any) -> Any:
        self.statements, self.in_database = 0, 0.0
        began = time.perf_counter()
        answer = client.open(path, **given)
        self.taken[name].append(((time.perf_counter() - began) * 1000, self.in_database * 1000, self.statements))
        return answer


def measure() -> Iterator[Line]:
    for kind in KINDS:
        with databases(kind, ("profile",)) as (address,), tempfile.TemporaryDirectory() as instance:
            app = app_on(address, Path(instance))
            with app.app_context():
                watch = Watch(db.engine)
            for number in range(PEOPLE):
                _walk_through(watch, app.test_client(), number)
        for name, taken in watch.taken.items():
            whole, database, statements = (statistics.median(part) for part in zip(*taken, strict=True))
            told = f"{whole:.1f} ms, of it {database:.1f} ms in {statements:.0f} statements"
            yield Line(f"one request alone: {name}, {kind}", told)


def _walk_through(watch: Watch, client: FlaskClient, number: int) -> None:
    peer = {"environ_overrides": {"REMOTE_ADDR": f"10.0.{number >> 8}.{number & 255}"}}
    watch.ask("event page", client, EVENT_PAGE, **peer)
    form = watch.ask("form", client, f"{EVENT_PAGE}/register", **peer)
    key = _KEY.search(form.data)
    assert key
    filled = person(number) | {"form_key": key[1].decode()}
    sent = watch.ask("sending", client, f"{EVENT_PAGE}/register", method="POST", data=filled, **peer)
    assert sent.status_code == 303, sent.text
    assert watch.ask("confirmation", client, sent.location, **peer).status_code == 200

"""One rush on a fresh database, and how its times are told."""

import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from app import create_app
from app.db import db
from app.models import Mode
from bench.places import folder
from bench.rush.rush import Outcome, Rush, hold
from bench.rush.stage import Setting, announce
from tests.support.databases import PostgresDatabases, SqliteDatabases
from tests.support.postgres import Server


def attempt(rush: Rush, database: str, *, nodes: int = 1, target: str = "tools.web:create_app") -> Outcome:
    """One rush on a fresh database that keeps what it commits. ``database`` is "sqlite" or "postgresql"."""
    with fresh_database(database) as (address, place):
        app = create_app({"DATABASE_URL": address, "INSTANCE_DIR": place})
        with app.app_context():
            event_id = announce({Mode.IN_PERSON: rush.profile.seats}).id
            db.session.remove()
            db.engine.dispose()
        return hold(rush, Setting(address, place, nodes, target), event_id)


@contextmanager
def fresh_database(kind: str) -> Iterator[tuple[str, Path]]:
    server = Server(durable=True)
    with folder() as shared:
        try:
            if kind == "sqlite":
                yield SqliteDatabases(shared, shared).fresh(), shared
            else:
                yield PostgresDatabases(shared, server.address, "rush").fresh(), shared
        finally:
            server.stop()


def times(seconds: Sequence[float]) -> str:
    if len(seconds) < 2:
        return "none"
    at = statistics.quantiles(seconds, n=100)
    p50, p95, p99 = (at[percent - 1] * 1000 for percent in (50, 95, 99))
    return f"p50 / p95 / p99 / max {p50:.0f} / {p95:.0f} / {p99:.0f} / {max(seconds) * 1000:.0f} ms"


def percentile(seconds: Sequence[float], percent: int) -> float:
    """In seconds; endless when there is nothing to go by."""
    return statistics.quantiles(seconds, n=100)[percent - 1] if len(seconds) > 1 else float("inf")

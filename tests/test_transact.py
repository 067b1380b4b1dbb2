"""The one place that commits: what it keeps, what it refuses, and when it begins again."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import IntegrityError, OperationalError

from app import clock
from app.db import REPETITIONS, WriteOutsideTransactError, db, transact
from app.models import SiteNotice

CUT_THE_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""

pytestmark = pytest.mark.usefixtures("app")


def notice(at: datetime, words: str = "Closed on Monday") -> SiteNotice:
    row = SiteNotice(text=words, set_at=at, set_by="ana@example.gov")
    db.session.add(row)
    return row


def kept() -> int:
    db.session.rollback()
    return db.session.scalar(db.select(db.func.count()).select_from(SiteNotice)) or 0


def test_what_the_work_did_is_kept_whole() -> None:
    transact(lambda at: [notice(at), notice(at)])
    assert kept() == 2


def test_a_fault_keeps_nothing() -> None:
    def work(at: datetime) -> None:
        notice(at)
        db.session.flush()
        raise LookupError

    with pytest.raises(LookupError):
        transact(work)
    assert kept() == 0
    transact(notice)
    assert kept() == 1


def test_changes_made_before_it_are_refused(at: datetime) -> None:
    notice(at)
    with pytest.raises(WriteOutsideTransactError, match="before transact"):
        transact(lambda _: None)


def test_a_row_written_without_it_is_refused(at: datetime) -> None:
    notice(at)
    with pytest.raises(WriteOutsideTransactError):
        db.session.commit()
    assert kept() == 0


@pytest.mark.parametrize(
    "statement", ["DELETE FROM event", "  update event set title = 'x'", "INSERT INTO topic (slug) VALUES ('x')"]
)
def test_a_statement_written_without_it_is_refused(statement: str) -> None:
    with pytest.raises(WriteOutsideTransactError):
        db.session.execute(text(statement))


def test_a_stopped_clock_is_the_instant_of_the_work(at: datetime) -> None:
    assert transact(lambda instant: instant) == at


def test_the_instant_is_in_utc_and_one_for_the_whole_work() -> None:
    def work(instant: datetime) -> datetime:
        assert instant.utcoffset() == timedelta()
        return instant

    first, second = transact(work), transact(work)
    assert first <= second
    assert abs(second - clock.now()) < timedelta(minutes=10)  # The database's clock on PostgreSQL.


class DriverError(Exception):
    sqlstate = "40001"  # The work was sound and may be tried again.


def busy() -> OperationalError:
    return OperationalError("", {}, DriverError("busy"))


def test_a_busy_database_is_asked_again_from_the_start() -> None:
    tries: list[datetime] = []

    def work(at: datetime) -> int:
        tries.append(at)
        notice(at)
        db.session.flush()
        if len(tries) <= REPETITIONS:
            raise busy()
        return len(tries)

    assert transact(work) == REPETITIONS + 1
    assert kept() == 1  # What the earlier tries wrote is gone.


def test_it_gives_up_in_the_end() -> None:
    tries: list[datetime] = []

    def work(at: datetime) -> None:
        tries.append(at)
        raise busy()

    with pytest.raises(OperationalError):
        transact(work)
    assert len(tries) == REPETITIONS + 1


def test_what_would_fail_again_is_not_repeated(app: Flask) -> None:
    tries: list[datetime] = []

    def work(at: datetime) -> None:
        tries.append(at)
        db.session.execute(text("INSERT INTO topic (slug) VALUES (NULL)"))

    with pytest.raises(IntegrityError):
        transact(work)
    assert len(tries) == 1


@pytest.mark.database("postgresql")
def test_a_line_that_died_meanwhile_costs_nothing() -> None:
    """It was used a moment ago, so nobody greets it before the work begins; then the work begins over another one."""
    assert kept() == 0
    with create_engine(db.engine.url, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as other:
        other.execute(text(CUT_THE_OTHERS))
    transact(notice)
    assert kept() == 1

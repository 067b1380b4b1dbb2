"""``python -m bench mail_kill.safety``: what is lost, doubled or mixed up while workers are killed, in long runs."""

import logging
from collections.abc import Iterator

from bench.mail_kill.run import Plan, Result, run
from bench.report import Line
from bench.rush.attempts import fresh_database


def measure() -> Iterator[Line]:
    logging.disable(logging.WARNING)
    try:
        for database in ("sqlite", "postgresql"):
            for archive in (False, True):
                with fresh_database(database) as (address, place):
                    yield line(database, run(Plan(archive=archive), address, place))
    finally:
        logging.disable(logging.NOTSET)


def line(database: str, result: Result) -> Line:
    found, plan = result.verdict, result.plan
    question = f"{plan.people:,} mails, workers killed every {plan.every[0]} to {plan.every[1]} s, {database}"
    question += ", with an archive of copies" if plan.archive else ""
    told = ", ".join(f"{name.replace('_', ' ')} {len(ones)}" for name, ones in result.faults.items()) or "no fault"
    measured = f"{told}; {result.kills} kills, {result.windows} of them between dot and mark; {result.seconds:.0f} s"
    doubled = f"in doubt and sent twice, each named and explained: {len(found.doubled)}"
    aim = "nothing lost, doubled or mixed up" if plan.archive else "nothing lost or mixed up; doubled only by a kill"
    return Line(question, measured, doubled, None, aim, not result.faults)

"""What the ledger and the database say, in the shape in which the checker compares them."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, create_engine, text

from app.web.busy import RETRY_AFTER
from bench.rush.ledger import Line

AT_THE_DOOR = RETRY_AFTER  # When to come again, as those are told whom the turnstile does not let in.
Press = tuple[str, str]  # A form's key and the digest of what it said: one press of the button.


@dataclass
class Told:
    """What one person asked and was told."""

    asked_at: float | None = None  # When they first sent their form.
    answered_at: float | None = None  # When they were first told that we have it.
    errors: int = 0  # Answers of 500 and above, whatever was asked; being turned away at the door is none.
    sent: list[int] = field(default_factory=list)  # Of the answers to sending.
    keys: set[str] = field(default_factory=set)  # The forms they sent.
    numbers: set[str] = field(default_factory=set)
    seated: list[bool] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    @property
    def attempted(self) -> bool:
        return self.asked_at is not None

    @property
    def acknowledged(self) -> bool:
        return self.answered_at is not None

    @property
    def confirmation_was_missing(self) -> bool:
        return any(line["act"] == "confirmation" and line.get("told") in (404, 410) for line in self.lines)

    @property
    def refused(self) -> bool:
        """Told each time that we do not have it."""
        return self.attempted and not self.acknowledged and bool(self.sent) and all(self.sent)


def read_ledger(lines: Iterable[Line]) -> dict[int, Told]:
    people: dict[int, Told] = defaultdict(Told)
    for line in lines:
        told = people[line["who"]]
        told.lines.append(line)
        if "told" in line:
            _take_answer(told, line)
        elif line["act"] == "send":
            told.asked_at = told.asked_at or line["at"]
            told.keys.add(line["key"])
    return people


def _take_answer(told: Told, line: Line) -> None:
    told.errors += line["told"] >= 500 and line.get("again_after") != AT_THE_DOOR
    if line["act"] == "send":
        told.sent.append(line["told"])
        if line["told"] == 303:
            told.answered_at = told.answered_at or line["at"]
    if "number" in line:
        told.numbers.add(line["number"])
        told.seated.append(line["seated"])


@dataclass(frozen=True)
class Row:
    """One live registration, and how many of each of its parts there are."""

    id: int
    who: int
    number: str
    seated: bool
    position: int | None
    entries: int
    mails: int
    submissions: int

    @property
    def is_whole(self) -> bool:
        return bool(self.entries and self.mails and self.submissions)

    @property
    def rank(self) -> tuple[int, int]:
        """Where it stands: the seated together, then the line by position."""
        return (0, 0) if self.seated else (1, self.position or 0)


@dataclass(frozen=True)
class Pool:
    capacity: int
    taken: int
    waiting: int


@dataclass(frozen=True)
class Records:
    """What the database holds when all is over. ``rows`` stand in the order of their commits.

    A registration's id is given under the event's lock, which is held until the commit: the ids are in that order.
    """

    rows: list[Row]
    pool: Pool
    presses: Counter[Press]  # How many submissions stand for each press.
    mails: Counter[tuple[str, str]]  # By address and kind.
    unsent: int
    broken: int  # Rows without the row that they belong to.
    mail_waits: list[int] = field(default_factory=list)  # Seconds from the form to the mail server's answer.


ROWS = """
SELECT r.id, r.email, r.number, r.state, r.position, coalesce(a.n, 0), coalesce(m.n, 0), coalesce(s.n, 0)
FROM registration r
LEFT JOIN (SELECT subject_id, count(*) AS n FROM audit_entry
           WHERE subject = 'registration' AND act = 'registered' GROUP BY subject_id) a ON a.subject_id = r.id
LEFT JOIN (SELECT registration_id, count(*) AS n FROM outgoing_email
           WHERE kind IN ('confirmed', 'waitlisted') GROUP BY registration_id) m ON m.registration_id = r.id
LEFT JOIN (SELECT registration_id, count(*) AS n FROM form_submission
           GROUP BY registration_id) s ON s.registration_id = r.id
WHERE r.state <> 'cancelled' AND r.event_id = :event ORDER BY r.id
"""
ORPHANS = """
SELECT (SELECT count(*) FROM audit_entry WHERE act = 'registered' AND event_id = :event
          AND subject_id NOT IN (SELECT id FROM registration))
     + (SELECT count(*) FROM outgoing_email WHERE event_id = :event AND registration_id IS NULL)
     + (SELECT count(*) FROM form_submission WHERE event_id = :event AND registration_id NOT IN
          (SELECT id FROM registration))
"""
PRESSES = "SELECT form_key, body_digest, count(*) FROM form_submission WHERE event_id = :event GROUP BY 1, 2"
MAILS = "SELECT recipient, kind, count(*) FROM outgoing_email WHERE event_id = :event GROUP BY 1, 2"
UNSENT = "SELECT count(*) FROM outgoing_email WHERE event_id = :event AND state <> 'accepted'"
WAITS = "SELECT waited_seconds FROM outgoing_email WHERE event_id = :event AND waited_seconds IS NOT NULL"
POOL = "SELECT capacity, taken, waiting FROM seat_pool WHERE event_id = :event"


def read_database(address: str, event_id: int) -> Records:
    engine = create_engine(address)
    try:
        with engine.connect() as connection:
            return _read(connection, {"event": event_id})
    finally:
        engine.dispose()


def _read(connection: Connection, event: dict[str, int]) -> Records:
    rows = [
        Row(id_, _number_in(email), number, state == "confirmed", position, entries, mails, submissions)
        for id_, email, number, state, position, entries, mails, submissions in connection.execute(text(ROWS), event)
    ]
    return Records(
        rows,
        Pool(*connection.execute(text(POOL), event).one()),
        Counter({(key, digest): count for key, digest, count in connection.execute(text(PRESSES), event)}),
        Counter({(email, kind): count for email, kind, count in connection.execute(text(MAILS), event)}),
        connection.execute(text(UNSENT), event).scalar_one(),
        connection.execute(text(ORPHANS), event).scalar_one(),
        list(connection.execute(text(WAITS), event).scalars()),
    )


def _number_in(email: str) -> int:
    digits = email.partition("@")[0].removeprefix("person")
    return int(digits) if digits.isdigit() else -1


@dataclass(frozen=True)
class Letter:
    """One message that the mail server accepted."""

    recipient: str
    message_id: str


def read_sink(path: Path) -> list[Letter]:
    return [Letter(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]

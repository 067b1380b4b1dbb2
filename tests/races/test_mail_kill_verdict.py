"""What the verdict on a run with killed workers sees in made-up copies: each fault by name, and nothing otherwise."""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.db import db, transact
from app.models import EmailState, MessageKind, OutgoingEmail
from bench.mail_kill import people
from bench.mail_kill.verdict import Verdict, verdict
from tests.support import letters

pytestmark = [pytest.mark.usefixtures("at"), pytest.mark.slow, pytest.mark.database("sqlite")]
PEOPLE = 9  # Three in the room, four online, two in the line.


class Run:
    """What the workers have sent, and the folder of copies that a mail server would have kept."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self.app, self.folder, self.number = app, folder, 0
        (folder / "new").mkdir(parents=True)
        people.register_all(PEOPLE)

    def send(self) -> list[OutgoingEmail]:
        """Let all mails leave, and keep one copy of each."""
        letters.deliver(self.app)
        rows = self.rows()
        for row in rows:
            self.keep(row.recipient, row.content or b"")
        return rows

    def rows(self) -> list[OutgoingEmail]:
        db.session.rollback()
        return list(db.session.scalars(db.select(OutgoingEmail).order_by(OutgoingEmail.id)))

    def keep(self, recipient: str, content: bytes) -> None:
        self.number += 1
        (self.folder / "new" / f"{self.number:06}.{recipient}").write_bytes(content)

    def verdict(self, windows: Iterable[int] = ()) -> Verdict:
        return verdict(self.app, self.folder, windows)

    def copy_of(self, row: OutgoingEmail) -> Path:
        [path] = (path for path in (self.folder / "new").iterdir() if path.name.endswith(f".{row.recipient}"))
        return path


@pytest.fixture
def run(app: Flask, tmp_path: Path) -> Run:
    return Run(app, tmp_path / "copies")


def test_nothing_is_wrong_and_a_kill_explains_a_second_copy(run: Run) -> None:
    row = run.send()[0]
    found = run.verdict()
    assert not found.faults(archive=True), found
    assert (found.rows, found.copies, found.doubled) == (PEOPLE, PEOPLE, [])
    run.keep(row.recipient, row.content or b"")
    found = run.verdict(windows=[row.id])
    assert (found.copies, found.doubled) == (PEOPLE + 1, [row.message_id])
    assert not found.faults(archive=False)
    assert set(found.faults(archive=True)) == {"doubled"}
    assert set(run.verdict(windows=[row.id + 1]).faults(archive=False)) == {"unexplained"}


def test_it_sees_what_is_wrong_with_the_copies(run: Run) -> None:
    moved, left_behind, renamed, swapped, *_ = run.send()
    run.copy_of(moved).rename(run.folder / "new" / "000001.stranger@example.com")
    transact(lambda _: setattr(db.session.get_one(OutgoingEmail, left_behind.id), "state", EmailState.IN_DOUBT))
    run.keep(renamed.recipient, (renamed.content or b"").replace(b"Message-ID: <", b"Message-ID: <again-"))
    names = ((one.message_id or "").encode() for one in (swapped, moved))
    run.copy_of(swapped).write_bytes((swapped.content or b"").replace(*names))
    assert run.verdict(windows=[renamed.id]).faults(archive=False) == {
        "lost": [moved.message_id],
        "unexpected": ["stranger@example.com"],
        "unsettled": [left_behind.message_id],
        "several_ids": [renamed.message_id, swapped.message_id],
        "mix_ups": [f"{swapped.message_id}: Message-ID"],
    }


def foreign(part: str, **given: Any) -> Callable[[OutgoingEmail], None]:
    """Put something into the facts of a mail that is not so."""

    def confuse(row: OutgoingEmail) -> None:
        row.facts = row.facts | {part: row.facts[part] | given}

    return confuse


def say(kind: MessageKind) -> Callable[[OutgoingEmail], None]:
    return lambda row: setattr(row, "kind", kind)


# What is put into one mail each, and what the verdict then says of it. Those who wait have no entry.
WAITING: list[tuple[Callable[[OutgoingEmail], None], set[str]]] = [
    (foreign("registration", full_name="Ben 4", first_name="Ben"), {"name"}),
    (lambda row: setattr(row, "recipient", "ben@example.com"), {"address"}),
]
SEATED: list[tuple[Callable[[OutgoingEmail], None], set[str]]] = [
    (foreign("event", title="Another"), {"event or state", "calendar entry"}),
    (say(MessageKind.WAITLISTED), {"event or state", "calendar entry"}),
    (foreign("registration", number="7K2M9QX4TB"), {"confirmation number", "calendar entry"}),
    (foreign("registration", id=9), {"manage link", "calendar's address"}),
    (foreign("registration", link_version=9), {"manage link", "calendar's address"}),
    (foreign("event", starts_at="2026-03-17T18:00:00+00:00"), {"calendar entry"}),
    (foreign("registration", calendar_uid="another"), {"calendar entry"}),
]


def test_it_sees_what_belongs_to_somebody_else(run: Run) -> None:
    def confuse(_at: datetime) -> dict[int, set[str]]:
        left = {MessageKind.WAITLISTED: iter(WAITING), MessageKind.CONFIRMED: iter(SEATED)}
        chosen = {row: next(left[row.kind]) for row in db.session.scalars(db.select(OutgoingEmail))}
        for row, (change, _) in chosen.items():
            change(row)
        return {row.id: parts for row, (_, parts) in chosen.items()}

    expected = transact(confuse)
    named = {row.message_id: expected[row.id] for row in run.send()}
    found = run.verdict()
    assert set(found.faults(archive=True)) == {"mix_ups"}
    told: dict[str | None, set[str]] = {}
    for one in found.mix_ups:
        name, _, part = one.partition(": ")
        told.setdefault(name, set()).add(part)
    assert told == named

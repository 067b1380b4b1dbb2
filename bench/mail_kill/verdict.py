"""Compares the copies that the mail server kept with the rows of the outbox.

lost         rows of which no copy arrived
unexpected   copies that belong to no row, or that reached somebody else
unsettled    rows that were not accepted in the end
several ids  rows of which copies with different Message-IDs, or different bytes, arrived
doubled      rows of which two copies arrived
unexplained  doubled rows whose worker was not killed while the message was on the wire: never
mix-ups      messages of which some part belongs to somebody else: never
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask

from app.db import db
from app.models import EmailState, OutgoingEmail, Registration
from bench.mail_kill.letters import mix_ups


@dataclass
class Verdict:
    rows: int = 0
    copies: int = 0
    lost: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)
    several_ids: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)  # By Message-ID.
    unexplained: list[str] = field(default_factory=list)
    mix_ups: list[str] = field(default_factory=list)

    def faults(self, *, archive: bool) -> dict[str, list[str]]:
        """What must not be. With an archive nothing may be doubled at all."""
        names = ["lost", "unexpected", "unsettled", "several_ids", "unexplained", "mix_ups"]
        names += ["doubled"] if archive else []
        return {name: found for name in names if (found := getattr(self, name))}


def verdict(app: Flask, archive: Path, windows: Iterable[int]) -> Verdict:
    """``windows`` are the rows that were on the wire when their worker was killed, once for each kill."""
    arrived: dict[str, list[bytes]] = {}
    for path in sorted((archive / "new").iterdir()):
        arrived.setdefault(path.name.partition(".")[2], []).append(path.read_bytes())
    with app.app_context():
        found = _compare(app, arrived, Counter(windows))
        db.session.remove()
        db.engine.dispose()
    return found


def _compare(app: Flask, arrived: dict[str, list[bytes]], windows: Counter[int]) -> Verdict:
    found = Verdict(copies=sum(map(len, arrived.values())))
    client = app.test_client()
    for row in db.session.scalars(db.select(OutgoingEmail).order_by(OutgoingEmail.id)):
        copies = arrived.pop(row.recipient, [])
        found.rows += 1
        name = row.message_id or f"row {row.id}"
        if row.state is not EmailState.ACCEPTED:
            found.unsettled.append(name)
        if not copies:
            found.lost.append(name)
            continue
        if set(copies) != {row.content}:
            found.several_ids.append(name)
        if len(copies) > 1:
            found.doubled.append(name)
        if len(copies) > 1 + windows[row.id]:
            found.unexplained.append(name)
        person = db.session.get_one(Registration, row.registration_id)
        wrong = mix_ups(copies[0], row.recipient, row, person, client)
        found.mix_ups += [f"{name}: {part}" for part in wrong]
    found.unexpected += arrived
    return found

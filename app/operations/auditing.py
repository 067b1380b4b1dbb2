"""Who did what: written with the act, sealed into a chain after it (worker), verified on demand."""

import hashlib
import hmac
import json
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from app import keys
from app.db import db, transact
from app.models import AuditEntry

BATCH = 1000
MOST_COUNTED = 1000


def record(
    act: str,
    *,
    actor: str,
    subject: str,
    subject_id: int | None,
    at: datetime,
    event_id: int | None = None,
    detail: dict[str, Any] | None = None,
    personal: dict[str, Any] | None = None,
) -> AuditEntry:
    """Add one act to the log, in the transaction of the act. Personal values go into ``personal`` alone."""
    entry = AuditEntry(
        act=act,
        actor=actor,
        subject=subject,
        subject_id=subject_id,
        at=at,
        event_id=event_id,
        detail=detail or {},
        personal=personal,
        personal_digest=personal_digest(personal),
    )
    db.session.add(entry)
    return entry


def viewed(subject: str, subject_id: int, *, actor: str, event_id: int | None = None) -> None:
    """Log that somebody looked at something private: the only writing a page view may cause."""
    transact(lambda at: record("viewed", actor=actor, subject=subject, subject_id=subject_id, event_id=event_id, at=at))


def personal_digest(personal: dict[str, Any] | None) -> str:
    """A keyed digest that stands in the chain for the personal values, which can then be erased."""
    return _digest(keys.derived("audit-personal"), personal) if personal else ""


def has_unsealed() -> bool:
    """Whether an entry waits for its seal."""
    return db.session.scalar(select(AuditEntry.id).where(AuditEntry.chain_number.is_(None)).limit(1)) is not None


def seal(*, limit: int = BATCH) -> int:
    """Chain the entries that are not sealed yet, and say how many. One worker at a time: the last link is locked."""
    last = db.session.scalar(
        select(AuditEntry)
        .where(AuditEntry.chain_number.is_not(None))
        .order_by(AuditEntry.chain_number.desc())
        .limit(1)
        .with_for_update()
    )
    number, previous = (last.chain_number or 0, last.seal or "") if last else (0, "")
    waiting = db.session.scalars(
        select(AuditEntry).where(AuditEntry.chain_number.is_(None)).order_by(AuditEntry.id).limit(limit)
    ).all()
    for number, entry in enumerate(waiting, start=number + 1):  # noqa: B020  The chain goes on.
        entry.chain_number, entry.seal = number, _seal(keys.derived("audit-seal"), previous, number, entry)
        previous = entry.seal
    return len(waiting)


@dataclass(frozen=True)
class Unsealed:
    """The entries that wait for their seal, and since when the oldest of them does."""

    count: int  # Up to MOST_COUNTED, and one more when there are more.
    oldest_at: datetime | None

    def age(self, at: datetime) -> timedelta:
        """Another machine's clock may be ahead of ours: then it is no time at all."""
        return max(at - self.oldest_at, timedelta()) if self.oldest_at else timedelta()


def unsealed() -> Unsealed:
    waiting = select(AuditEntry.at).where(AuditEntry.chain_number.is_(None)).order_by(AuditEntry.id)
    counted = select(func.count()).select_from(waiting.order_by(None).limit(MOST_COUNTED + 1).subquery())
    return Unsealed(db.session.scalar(counted) or 0, db.session.scalar(waiting.limit(1)))


@dataclass(frozen=True)
class Verification:
    """The state of the chain: the first entry that does not fit, and what still waits for its seal."""

    sealed: int
    first_bad_id: int | None
    unsealed: Unsealed


def verify() -> Verification:
    """Walk the whole chain with every key we hold."""
    previous, expected, first_bad = "", 0, None
    chained = select(AuditEntry).where(AuditEntry.chain_number.is_not(None)).order_by(AuditEntry.chain_number)
    with closing(db.session.scalars(chained.execution_options(yield_per=BATCH))) as entries:
        for entry in entries:
            expected += 1
            if not _fits(entry, previous, expected):
                first_bad = entry.id
                break
            previous = entry.seal or ""
    return Verification(expected, first_bad, unsealed())


def _fits(entry: AuditEntry, previous: str, expected: int) -> bool:
    if entry.chain_number != expected or not _is_personal_part_sound(entry):
        return False
    return any(
        hmac.compare_digest(_seal(key, previous, expected, entry), entry.seal or "")
        for key in keys.all_derived("audit-seal")
    )


def _is_personal_part_sound(entry: AuditEntry) -> bool:
    """Erased, or still what its digest in the chain was made of."""
    return not entry.personal or any(
        keys.is_same(_digest(key, entry.personal), entry.personal_digest) for key in keys.all_derived("audit-personal")
    )


def _digest(key: bytes, personal: dict[str, Any]) -> str:
    return hmac.new(key, _canonical(personal).encode(), hashlib.sha256).hexdigest()


def _seal(key: bytes, previous: str, number: int, entry: AuditEntry) -> str:
    told = [
        previous,
        number,
        entry.id,
        entry.at.isoformat(),
        entry.actor,
        entry.act,
        entry.subject,
        entry.subject_id,
        entry.event_id,
        entry.detail,
        entry.personal_digest,
    ]
    return hmac.new(key, _canonical(told).encode(), hashlib.sha256).hexdigest()


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

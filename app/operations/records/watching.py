"""How mail is doing: how long it waits, how fast it left today, and why some of it did not arrive."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select

from app.db import db
from app.models import EmailState, FailureReason, MailRelay, MessageKind, OutgoingEmail, RelayTrouble
from app.models.failure_reason import reason_of
from app.models.outgoing_email import TO_DO, UNSETTLED
from app.operations.notifying import BULK

LATE = timedelta(minutes=5)
AT_PACE = 0.8  # So much of what the settings allow in a minute: then mail waits because they say so.
SOON, FAST = 60, 10  # Seconds.


@dataclass(frozen=True)
class MailHealth:
    """What whoever watches over mail wants to know at a glance."""

    oldest_seconds: int  # Of the mail that is due and has waited longest; 0 when none is due.
    accepted: int  # Since the day began.
    within_10: int
    within_60: int
    failures: Counter[FailureReason]
    late_seconds: int = 0  # The same without mail to many that leaves at the pace that the settings allow.
    trouble: RelayTrouble | None = None  # Why nothing leaves at all, if the mail server takes nothing.

    @property
    def is_late(self) -> bool:
        return self.late_seconds >= LATE.total_seconds()

    @property
    def is_held_back(self) -> bool:
        """Whether mail to many waits long, and nothing is wrong."""
        return self.oldest_seconds >= LATE.total_seconds() and not self.is_late

    def share(self, count: int) -> float | None:
        """Which part of the day's mails these are; none while there is none."""
        return round(count / self.accepted, 3) if self.accepted else None


def office_day_begins(at: datetime, zone: str) -> datetime:
    """The midnight that began this day where the office is."""
    return datetime.combine(at.astimezone(ZoneInfo(zone)), time(), ZoneInfo(zone))


def look(at: datetime, since: datetime, hidden: frozenset[MessageKind] = frozenset(), *, pace: int = 0) -> MailHealth:
    """``pace`` is how many mails may leave in a minute; 0 is no limit."""
    return MailHealth(_oldest_seconds(at), *_speed(since), failures(hidden), late_seconds(at, pace=pace), trouble())


def late_seconds(at: datetime, *, pace: int = 0) -> int:
    """For how long the oldest due mail has been waiting that nothing but a fault can hold back; 0 when none is."""
    is_at_pace = pace > 0 and _accepted_since(at - LATE) >= AT_PACE * pace * (LATE / timedelta(minutes=1))
    return _oldest_seconds(at, *([OutgoingEmail.priority < BULK] if is_at_pace else []))


def _accepted_since(since: datetime) -> int:
    return db.session.scalar(select(func.count()).where(OutgoingEmail.accepted_at >= since)) or 0


def _oldest_seconds(at: datetime, *among: ColumnElement[bool]) -> int:
    """For how long the oldest due mail has been waiting.

    What one receiver's server put off does not count while it rests. What was put off because ours takes nothing does.
    """
    due = db.session.scalar(select(func.min(OutgoingEmail.due_at)).where(UNSETTLED, OutgoingEmail.due_at <= at, *among))
    waiting = [since for since in (due, _put_off_since()) if since]
    return int((at - min(waiting)).total_seconds()) if waiting else 0


def _put_off_since() -> datetime | None:
    """Since when the first of the mails waits that our mail server did not take, and does not take yet."""
    troubled = db.session.scalar(select(MailRelay.troubled_since).where(MailRelay.trouble.is_not(None)))
    if troubled is None:
        return None
    retried = (UNSETTLED, OutgoingEmail.state == EmailState.RETRY)
    queued = db.session.scalar(select(func.min(OutgoingEmail.queued_at)).where(*retried))
    return max(queued, troubled) if queued else None


def trouble() -> RelayTrouble | None:
    """Why the mail server takes nothing from us, as the workers last found it."""
    return db.session.scalar(select(MailRelay.trouble).where(MailRelay.trouble.is_not(None)))


def _speed(since: datetime) -> tuple[int, int, int]:
    """How many mails were accepted since then, how many of them within ten seconds and within a minute."""
    waited = OutgoingEmail.waited_seconds
    fast, soon = (func.count().filter(waited < seconds) for seconds in (FAST, SOON))
    row = db.session.execute(select(func.count(), fast, soon).where(OutgoingEmail.accepted_at >= since)).one()
    return row[0], row[1], row[2]


def failures(hidden: frozenset[MessageKind] = frozenset()) -> Counter[FailureReason]:
    """Why mails stand on the work list."""
    counted: Counter[FailureReason] = Counter()
    said = (OutgoingEmail.state, OutgoingEmail.last_error)
    query = select(*said, func.count()).where(TO_DO, OutgoingEmail.kind.not_in(hidden)).group_by(*said)
    for state, words, count in db.session.execute(query):
        counted[FailureReason.IN_DOUBT if state is EmailState.IN_DOUBT else reason_of(words)] += count
    return counted

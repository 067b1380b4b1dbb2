"""What staff see of those who follow: numbers. One address at a time can be looked up, for whoever calls; the look is
kept in the log, and there is no list to read through or to take away.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.db import db
from app.models import Event, Follow, OpeningAlert, Rhythm, Subscriber
from app.operations import auditing
from app.operations.communication import following, wishing
from app.operations.registration.details import email_key


@dataclass
class Followed:
    """A series or a topic, and how many follow it in each rhythm."""

    name: str
    by_rhythm: dict[Rhythm, int] = field(default_factory=lambda: dict.fromkeys(Rhythm, 0))

    @property
    def total(self) -> int:
        return sum(self.by_rhythm.values())


@dataclass(frozen=True)
class Overview:
    addresses: int
    series: list[Followed]
    topics: list[Followed]
    openings: list[tuple[Event, int]]  # Events that people wait for to open, the next first.


def overview() -> Overview:
    series, topics = wishing.everything()
    return Overview(
        addresses=db.session.scalar(select(func.count()).select_from(Subscriber)) or 0,
        series=_counted({one.id: Followed(one.full_name) for one in series}, Follow.series_id),
        topics=_counted({one.id: Followed(one.name) for one in topics}, Follow.topic_id),
        openings=_openings(),
    )


def count_of(event: Event) -> int:
    """How many addresses follow the series or a topic of an event, and hear of it once it is listed."""
    if event.is_unlisted:
        return 0
    topics = [topic.id for topic in event.topics]
    chosen = select(func.count(Follow.subscriber_id.distinct()))
    return db.session.scalar(chosen.where(or_(Follow.series_id == event.series_id, Follow.topic_id.in_(topics)))) or 0


def _counted(found: dict[int, Followed], which: InstrumentedAttribute[int | None]) -> list[Followed]:
    chosen = select(which, Subscriber.rhythm, func.count()).join(Subscriber, Subscriber.id == Follow.subscriber_id)
    rows = db.session.execute(chosen.where(which.is_not(None)).group_by(which, Subscriber.rhythm))
    for row_id, rhythm, count in rows:
        if row_id in found:
            found[row_id].by_rhythm[rhythm] = count
    return list(found.values())


def _openings() -> list[tuple[Event, int]]:
    rows: Iterable[Row[Event, int]] = db.session.execute(
        select(Event, func.count())
        .join(OpeningAlert, OpeningAlert.event_id == Event.id)
        .group_by(Event.id)
        .order_by(Event.registration_opens_at, Event.id)
    )
    return [(event, count) for event, count in rows]


def look_up(email: str, *, by: str, at: datetime) -> Subscriber | None:
    """Whoever follows from exactly this address."""
    found = following.of_address(email_key(email))
    if found:
        auditing.record("viewed", actor=by, subject=following.SUBJECT, subject_id=found.id, at=at)
    return found


def stop_for(subscriber_id: int, *, by: str, at: datetime) -> bool:
    """Staff stop the news of somebody who asked them to. False if it has stopped already."""
    found = db.session.get(Subscriber, subscriber_id)
    if found is None:
        return False
    following.stop(found.digest, by=by, at=at)
    return True

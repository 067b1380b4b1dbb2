"""What there is to follow, and what of it somebody wishes to: series and topics."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.db import db
from app.models import Series, Subscriber, Topic


@dataclass(frozen=True)
class Wish:
    """What somebody wants to follow: ids of series and of topics."""

    series: frozenset[int] = frozenset()
    topics: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.series or self.topics)

    def __or__(self, other: "Wish") -> "Wish":
        return Wish(self.series | other.series, self.topics | other.topics)

    def __sub__(self, other: "Wish") -> "Wish":
        return Wish(self.series - other.series, self.topics - other.topics)

    @classmethod
    def of(cls, kept: dict[str, Any]) -> "Wish":
        return cls(frozenset(kept["series"]), frozenset(kept["topics"]))

    @classmethod
    def followed(cls, subscriber: Subscriber | None) -> "Wish":
        follows = subscriber.follows if subscriber else []
        return cls(
            frozenset(one.series_id for one in follows if one.series_id),
            frozenset(one.topic_id for one in follows if one.topic_id),
        )

    def to_json(self) -> dict[str, Any]:
        return {"series": sorted(self.series), "topics": sorted(self.topics)}


def names(wish: Wish) -> list[str]:
    """What it is called, series before topics, each in the office's order."""
    series = db.session.scalars(select(Series).where(Series.id.in_(wish.series)).order_by(Series.place, Series.id))
    topics = db.session.scalars(select(Topic).where(Topic.id.in_(wish.topics)).order_by(Topic.place, Topic.id))
    return [one.full_name for one in series] + [one.name for one in topics]


def everything() -> tuple[Sequence[Series], Sequence[Topic]]:
    """What can be followed, in the office's order."""
    series = db.session.scalars(select(Series).order_by(Series.place, Series.id)).all()
    return series, db.session.scalars(select(Topic).order_by(Topic.place, Topic.id)).all()

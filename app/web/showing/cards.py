"""One event in a list: the tile, what, when, where, how it stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from flask import url_for
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString

from app.models import Event, Mode
from app.models.availability import Availability, availability
from app.web import filters

TONES = {
    Availability.BY_INVITATION: "neutral",
    Availability.OPENS_LATER: "later",
    Availability.OPEN: "open",
    Availability.FEW_SEATS: "few",
    Availability.WAITING_LIST: "waiting",
    Availability.FULL: "ended",
    Availability.PAUSED: "postponed",
    Availability.ENDED: "ended",
    Availability.NOT_NEEDED: "neutral",
    Availability.UNDER_WAY: "live",
    Availability.PAST: "past",
    Availability.POSTPONED: "postponed",
    Availability.CANCELLED: "cancelled",
}


@dataclass(frozen=True)
class State:
    """A state's word and its look."""

    label: LazyString | str
    tone: str


@dataclass(frozen=True)
class Card:
    """One event in a list."""

    url: str
    title: str
    start: date | None
    end: date | None
    when: str
    where: str
    state: State | None  # None for past events: they stand under a heading that says so.
    series: str
    summary: str
    muted: bool
    show_year: bool


def cards(events: Iterable[Event], at: datetime) -> list[Card]:
    return [card(event, at) for event in events]


def by_year(found: list[Card]) -> list[tuple[int | None, list[Card]]]:
    """The archive's order: year after year. Years come as they stand in the list."""
    return [(year, list(cards)) for year, cards in groupby(found, key=lambda card: card.start and card.start.year)]


def state_of(found: Availability) -> State:
    return State(found.label, TONES[found])


def card(event: Event, at: datetime) -> Card:
    found = availability(event, at)
    start, end = filters.event_days(event)
    return Card(
        url=url_for("public.event", slug=event.slug),
        title=event.title,
        start=start,
        end=end,
        when=when_words(event),
        where=where_words(event),
        state=None if found is Availability.PAST else state_of(found),
        series=event.series.full_name,
        summary=event.summary,
        muted=found in {Availability.PAST, Availability.CANCELLED},
        show_year=found is Availability.PAST or bool(start and start.year != at.year),
    )


def when_words(event: Event) -> str:
    """The hours of one day, or the days of several: what the date tile beside it does not say."""
    if not filters.has_times(event):
        return filters.event_date_words(event)
    first, last = filters.event_days(event)
    several = last and last != first
    return filters.event_date_words(event) if several else filters.event_time_words(event)


def where_words(event: Event) -> str:
    """Online, Chicago IL, or both."""
    venue = event.venue
    place = (filters.town_words(venue) if venue else "") or (venue.name if venue else str(Mode.IN_PERSON.label))
    if Mode.IN_PERSON not in event.modes:
        return str(Mode.ONLINE.label) if Mode.ONLINE in event.modes or not venue else place
    if Mode.ONLINE in event.modes:
        return _("%(place)s and online", place=place)
    return place

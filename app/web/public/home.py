"""Home: what is next, the series, how to take part."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import render_template, url_for

from app import clock
from app.models import Access, Event, EventState, Series
from app.models.availability import Availability, availability
from app.operations.program import listing
from app.web import filters, kept
from app.web.public import blueprint
from app.web.showing.cards import card, cards
from app.web.showing.panel import action

SHOWN = 5
# What nobody is turned away from.
FREE = {Availability.OPEN, Availability.FEW_SEATS, Availability.NOT_NEEDED, Availability.UNDER_WAY}


@dataclass(frozen=True)
class Door:
    """A series with the days of its next event, if one is planned."""

    url: str
    series: Series
    start: date | None
    end: date | None
    is_postponed: bool = False


@blueprint.get("/")
def home() -> str:
    at = clock.now()
    found = listing.find(listing.EventFilter(), at=at, page=1, size=SHOWN)
    kept.keep(listing.next_state_of(found.events, at))
    doors = [_door(series, event) for series, event in listing.next_of_each_series(at)]
    first = _first(found.events, at)
    return render_template(
        "public/home.html",
        first=first and card(first, at),
        is_next=first is not None and first is _held(found.events),
        action=first and action(first, at),
        following=cards([event for event in found.events if event is not first], at),
        doors=doors,
    )


def _first(events: Sequence[Event], at: datetime) -> Event | None:
    """The next event whose seats everybody can have; where none has any, the next one."""
    return next((event for event in events if _is_for_everybody(event, at)), _held(events))


def _held(events: Sequence[Event]) -> Event | None:
    return next((event for event in events if event.state is EventState.PUBLISHED), None)


def _is_for_everybody(event: Event, at: datetime) -> bool:
    access = event.rules.access if event.rules else Access.EVERYONE
    return access is Access.EVERYONE and availability(event, at) in FREE


def _door(series: Series, event: Event | None) -> Door:
    start, end = filters.event_days(event) if event else (None, None)
    is_postponed = event is not None and event.state is EventState.POSTPONED
    return Door(url_for("public.series", slug=series.slug), series, start, end, is_postponed)

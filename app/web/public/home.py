"""Home: what is next, the series, how to take part."""

from dataclasses import dataclass
from datetime import date

from flask import render_template, url_for

from app import clock
from app.models import Event, EventState, Series
from app.operations.program import listing
from app.web import filters, kept
from app.web.public import blueprint
from app.web.showing.cards import card, cards
from app.web.showing.panel import action

SHOWN = 5


@dataclass(frozen=True)
class Door:
    """A series with the days of its next event, if one is planned."""

    url: str
    series: Series
    start: date | None
    end: date | None


@blueprint.get("/")
def home() -> str:
    at = clock.now()
    found = listing.find(listing.EventFilter(), at=at, page=1, size=SHOWN)
    kept.keep(listing.next_state_of(found.events, at))
    doors = [_door(series, event) for series, event in listing.next_of_each_series(at)]
    first = next((event for event in found.events if event.state is EventState.PUBLISHED), None)
    return render_template(
        "public/home.html",
        first=first and card(first, at),
        action=first and action(first, at),
        following=cards([event for event in found.events if event is not first], at),
        doors=doors,
    )


def _door(series: Series, event: Event | None) -> Door:
    start, end = filters.event_days(event) if event else (None, None)
    return Door(url_for("public.series", slug=series.slug), series, start, end)

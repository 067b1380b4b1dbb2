"""One series: what it is, what comes next in it, what was."""

from flask import abort, render_template

from app import clock
from app.operations.program import listing
from app.operations.program.listing import EventFilter
from app.web import kept
from app.web.public import blueprint
from app.web.public.event_filter import address
from app.web.showing.cards import cards

SHOWN = 10


@blueprint.get("/series/<slug:slug>")
def series(slug: str) -> str:
    at = clock.now()
    found = listing.series(slug) or abort(404)
    upcoming = listing.find(EventFilter(series=slug), at=at, page=1, size=SHOWN)
    past = listing.find(EventFilter(series=slug, past=True), at=at, page=1, size=SHOWN)
    kept.keep(listing.next_state_of(upcoming.events, at))
    return render_template(
        "public/series.html",
        series=found,
        upcoming=cards(upcoming.events, at),
        past=cards(past.events, at),
        all_upcoming=address(EventFilter(series=slug)) if upcoming.total > SHOWN else "",
        all_past=address(EventFilter(series=slug, past=True)) if past.total > SHOWN else "",
    )

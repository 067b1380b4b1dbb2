"""One topic: what it is about, its events, and where to read more."""

from flask import abort, render_template

from app import clock
from app.operations.program import listing
from app.operations.program.listing import EventFilter
from app.web import kept
from app.web.public import blueprint
from app.web.public.event_filter import address
from app.web.public.office import resources_on
from app.web.showing.cards import cards

SHOWN = 10


@blueprint.get("/topics/<slug:slug>")
def topic(slug: str) -> str:
    at = clock.now()
    found = listing.topic(slug) or abort(404)
    upcoming = listing.find(EventFilter(topic=slug), at=at, page=1, size=SHOWN)
    past = listing.find(EventFilter(topic=slug, past=True), at=at, page=1, size=SHOWN)
    kept.keep(listing.next_state_of(upcoming.events, at))
    return render_template(
        "public/topic.html",
        topic=found,
        resources=resources_on(slug),
        upcoming=cards(upcoming.events, at),
        past=cards(past.events, at),
        all_upcoming=address(EventFilter(topic=slug)) if upcoming.total > SHOWN else "",
        all_past=address(EventFilter(topic=slug, past=True)) if past.total > SHOWN else "",
    )

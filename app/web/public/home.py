"""Home: what is next, the series, how to take part."""

from flask import render_template

from app import clock
from app.models.availability import next_state_at
from app.operations.program import listing
from app.web import kept
from app.web.public import blueprint
from app.web.public.cards import card

SHOWN = 5


@blueprint.get("/")
def home() -> str:
    at = clock.now()
    found = listing.find(listing.EventFilter(), at=at, page=1, size=SHOWN)
    kept.keep(min((change for event in found.events if (change := next_state_at(event, at))), default=None))
    return render_template(
        "public/home.html",
        cards=[card(event, at) for event in found.events],
        more=found.total - len(found.events),
        series=listing.next_of_each_series(at),
    )

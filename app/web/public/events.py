"""The list of events with its search and filters, and the page of one event."""

from flask import abort, render_template, request

from app import clock
from app.models.availability import next_change_at
from app.operations.program import listing
from app.operations.program.listing import EventFilter
from app.web import kept
from app.web.paging import PAGE_SIZE, Paging, requested_page
from app.web.public import blueprint
from app.web.public.event_filter import FilterForm
from app.web.showing.cards import Card, by_year, cards
from app.web.showing.event_page import event_page


@blueprint.get("/events")
def events() -> str:
    at = clock.now()
    form = FilterForm.read(request.args, listing.choices())
    found = listing.find(form.wanted, at=at, page=requested_page(request.args), size=PAGE_SIZE)
    kept.keep(listing.next_state_of(found.events, at))
    paging = Paging(found.page, found.total)
    return render_template(
        "public/events.html", form=form, years=_years(form.wanted, cards(found.events, at)), paging=paging
    )


def _years(wanted: EventFilter, found: list[Card]) -> list[tuple[int | None, list[Card]]]:
    """The archive is read by year; what comes next needs no such headings."""
    if wanted.past:
        return by_year(found)
    return [(None, found)] if found else []


@blueprint.get("/events/<slug:slug>")
def event(slug: str) -> str:
    at = clock.now()
    found = listing.event(slug) or abort(404)
    kept.keep(next_change_at(found, at))
    return render_template("public/event.html", page=event_page(found, at))

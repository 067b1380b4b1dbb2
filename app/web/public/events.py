"""The list of events with its search and filters, and the page of one event."""

from flask import abort, render_template, request

from app import clock
from app.models.availability import availability, next_change_at, next_state_at
from app.operations.program import listing
from app.web import filters, kept
from app.web.paging import PAGE_SIZE, Paging, requested_page
from app.web.public import blueprint
from app.web.public.cards import card, state_of
from app.web.public.event_filter import FilterForm


@blueprint.get("/events")
def events() -> str:
    at = clock.now()
    form = FilterForm.read(request.args, listing.choices())
    page = requested_page(request.args)
    found = listing.find(form.wanted, at=at, page=page, size=PAGE_SIZE)
    kept.keep(min((change for event in found.events if (change := next_state_at(event, at))), default=None))
    return render_template(
        "public/events.html",
        form=form,
        cards=[card(event, at) for event in found.events],
        paging=Paging(page, found.total),
    )


@blueprint.get("/events/<slug:slug>")
def event(slug: str) -> str:
    at = clock.now()
    found = listing.event(slug) or abort(404)
    kept.keep(next_change_at(found, at))
    return render_template(
        "public/event.html",
        event=found,
        state=state_of(availability(found, at)),
        date_words=filters.event_date_words(found),
        time_words=filters.event_time_words(found),
    )

"""An event as plain text, ready to be copied into somebody else's bulletin (such as CSMS)."""

import textwrap

from flask import render_template

from app import clock, links
from app.models import Event, Right
from app.models.availability import availability
from app.web import filters
from app.web.showing import panel
from app.web.staff import blueprint
from app.web.staff.door import requires
from app.web.staff.program.saving import load

WIDTH = 72  # Bulletins break longer lines wherever they like.


@blueprint.get("/events/<int:event_id>/bulletin")
@requires(Right.VIEW_EVENTS)
def bulletin(event_id: int) -> str:
    event = load(event_id)
    return render_template("staff/program/bulletin.html", event=event, text=bulletin_text(event))


def bulletin_text(event: Event) -> str:
    """What, when, where, how to register, whom to ask; no markup, no line longer than a bulletin takes."""
    found = availability(event, clock.now())
    text = render_template(
        "staff/program/bulletin.txt",
        event=event,
        date_words=filters.event_date_words(event),
        time_words=filters.event_time_words(event),
        us_times=filters.event_us_times(event),
        state=found,
        registration=panel.sentence(event, found),
        address=links.absolute(f"/events/{event.slug}"),
    )
    return "\n".join(_wrapped(line.strip()) for line in text.strip().splitlines()) + "\n"


def _wrapped(line: str) -> str:
    return textwrap.fill(line, WIDTH, break_long_words=False, break_on_hyphens=False)

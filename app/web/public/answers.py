"""What the audience asked and the speakers answered, once the office has put it up."""

from flask import abort, render_template

from app import clock, links
from app.models.availability import next_change_at
from app.operations.program import listing
from app.web import kept
from app.web.public import blueprint


@blueprint.get("/events/<slug:slug>/answers")
def answers(slug: str) -> str:
    at = clock.now()
    event = listing.event(slug) or abort(404)
    kept.keep(next_change_at(event, at))
    address = links.absolute(f"/events/{event.slug}/answers")
    is_up = any(material.url == address for material in event.published_materials(at))
    entries = [entry for entry in event.answered_questions if entry.answer] if is_up else []
    return render_template("public/answers.html", event=event, entries=entries)

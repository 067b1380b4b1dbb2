"""One's own calendar as an address to subscribe to: what the person holds now, and nothing that they gave up."""

from flask import Response, abort, request

from app import clock, links
from app.db import db
from app.mail import agenda
from app.models import Registration
from app.operations import notifying
from app.web import language
from app.web.public import blueprint, entries

PURPOSES = (links.CALENDAR, links.MANAGE)


@blueprint.get("/registrations/<token>/calendar.ics")
def my_calendar(token: str) -> Response:
    """The address opens this file alone, but the file holds the manage link. Revoked with all other links."""
    mine = _registration(token)
    content, name = _content(mine), mine.event.slug
    response = entries.file(content, name)
    response.headers["Cache-Control"] = "private, no-store"
    response.add_etag()
    response.make_conditional(request)
    return response


def _registration(token: str) -> Registration:
    found = (links.read_reference(purpose, token) for purpose in PURPOSES)
    reference = next((one for one in found if one), None)
    mine = db.session.get(Registration, reference.id, options=notifying.with_told()) if reference else None
    return mine if mine and reference and mine.link_version == reference.version else abort(404)


def _content(mine: Registration) -> bytes:
    """The stamp is when the event or the seat last changed, so that equal calendars are equal files."""
    facts = {
        "registration": notifying.registration_facts(mine),
        "event": notifying.event_facts(mine.event, clock.now()),
    }
    stamp = max(moment for moment in (mine.event.changed_at, mine.registered_at, mine.confirmed_at) if moment)
    return agenda.subscription(facts, language.current(), stamp)

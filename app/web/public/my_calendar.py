"""One's own calendar as an address to subscribe to: what the person holds now, and nothing that they gave up.

Addresses of calendars travel: programs keep them, colleagues are given them. So this one shows, lets in, and changes
nothing; whoever wants to change or cancel has the manage link mailed.
"""

from typing import Any

from flask import Response, make_response, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from app import clock, links
from app.db import transact
from app.mail import agenda
from app.models import Registration
from app.operations import notifying
from app.operations.registration.continuing import mail_links
from app.web import language, limits
from app.web.public import blueprint, entries, own
from app.web.public.form_key import issue


@blueprint.get("/registrations/<token>/calendar.ics")
def my_calendar(token: str) -> Response:
    """Revoked with all other links."""
    mine = own.registration(token, links.CALENDAR, links.MANAGE, options=notifying.with_told())
    content, name = _content(mine), mine.event.slug
    response = entries.file(content, name)
    response.headers["Cache-Control"] = "private, no-store"
    response.add_etag()
    response.make_conditional(request)
    return response


def _content(mine: Registration) -> bytes:
    """The stamp is when the event or the seat last changed, so that equal calendars are equal files."""
    facts = {
        "registration": notifying.registration_facts(mine),
        "event": notifying.event_facts(mine.event, clock.now()),
    }
    stamp = max(moment for moment in (mine.event.changed_at, mine.registered_at, mine.confirmed_at) if moment)
    return agenda.subscription(facts, language.current(), stamp)


@blueprint.route("/registrations/<token>/links", methods=["GET", "POST"])
def my_links(token: str) -> BaseResponse | str:
    """Where the entries lead: one button mails the manage link to the person, whoever presses it."""
    mine = own.registration(token, links.CALENDAR)
    if request.method == "GET":
        return _links_page(token, mine)
    own.check_key(mine)
    if not limits.allows("find", limits.FIND):
        return make_response(_links_page(token, mine, refusal=limits.TOO_MANY), 429, limits.AFTER_AN_HOUR)
    address, told_in = mine.email, mine.language
    if address:
        transact(lambda at: mail_links(address, language=told_in, at=at))
    return _links_page(token, own.registration(token, links.CALENDAR), is_sent=True)


def _links_page(token: str, mine: Registration, *, is_sent: bool = False, refusal: Any = None) -> str:
    """It names no address: whoever has the calendar's need not learn the person's."""
    return render_template(
        "public/my_links.html",
        token=token,
        registration=mine,
        event=mine.event,
        form_key=issue(own.purpose(mine)),
        is_sent=is_sent,
        refusal=refusal,
    )

"""In place of a form: the page that says why nothing can be changed any more, and leads back."""

from flask import abort, make_response, render_template, request, url_for
from flask_babel import gettext as _

from app import clock
from app.models import Event, Registration
from app.operations.registration.cancelling import EventOverError, refuse_when_over
from app.operations.registration.changing import NotLiveError, refuse_unless_live
from app.web import refusals
from app.web.public import own


def changeable(token: str) -> Registration:
    """The registration that a link names, if anything of it can still be changed."""
    mine = own.registration(token)
    refuse(mine, token)
    return mine


def refuse(mine: Registration, token: str) -> None:
    """Show the page in place of a form, when nothing of the registration can be changed."""
    try:
        refuse_unless_live(mine)
        refuse_when_over(mine.event, clock.now())
    except (NotLiveError, EventOverError) as refusal:
        _show(mine.event, refusal, url_for("public.registration", token=token), _("Your registration"))


def refuse_booked(event: Event, token: str) -> None:
    """The same for those whom somebody booked: they are changed as long as the event lies ahead."""
    try:
        refuse_when_over(event, clock.now())
    except EventOverError as refusal:
        _show(event, refusal, url_for("public.booking", token=token), _("Everybody you registered"))


def _show(event: Event, refusal: Exception, back: str, whose: str) -> None:
    shown = {"sentence": refusals.sentence_for(refusal), "back": back, "whose": whose}
    html = render_template("public/settled.html", event=event, **shown)
    abort(make_response(html, 409 if request.method == "POST" else 200))

"""What people need to take part. Only for those with the right; each look at a request is logged before it is shown."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.models import RequestState, Right
from app.operations import auditing
from app.operations.registration import answering
from app.web.staff import blueprint
from app.web.staff.door import requires
from app.web.staff.registration.attendees import EVENT
from app.web.staff.registration.loading import attempt, load, load_event, member
from app.web.staff.registration.registrations import PERSON


@blueprint.get(f"{EVENT}/needs")
@requires(Right.VIEW_NEEDS)
def needs(event_id: int) -> str:
    """Who waits for an answer; what they need is on each one's own page."""
    return render_template(
        "staff/registration/needs.html", event=load_event(event_id), requests=answering.open_requests(event_id)
    )


@blueprint.get(f"{PERSON}/needs")
@requires(Right.VIEW_NEEDS)
def needs_of_registration(registration_id: int) -> str:
    person = load(registration_id)
    if answering.request_of(registration_id) is None:
        abort(404)
    auditing.viewed("registration", registration_id, actor=member(), event_id=person.event_id)
    person, request = load(registration_id), answering.request_of(registration_id)
    if request is None:
        abort(404)
    return render_template(
        "staff/registration/needs_of_person.html",
        person=person,
        event=person.event,
        request=request,
        told=answering.unsealed(request),
        answers=answering.ANSWERS,
    )


@blueprint.post(f"{PERSON}/needs/<any(arranged, 'not-possible'):state>")
@requires(Right.VIEW_NEEDS)
def answer_needs(registration_id: int, state: str) -> ResponseReturnValue:
    event_id, actor = load(registration_id).event_id, member()
    refusal = attempt(lambda at: answering.answer(registration_id, RequestState(state), by=actor, at=at))
    words = _("Noted. Tell the person as well: no mail is sent for this.")
    flash(str(refusal or words), "error" if refusal else "success")
    return redirect(url_for("staff.needs", event_id=event_id), 303)

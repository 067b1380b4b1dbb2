"""Who was told what people plan by, when, and who is still to be told."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from app.models import Right
from app.operations.communication import recounting
from app.web.staff import blueprint
from app.web.staff.acting import load_event
from app.web.staff.door import requires
from app.web.staff.listing import whole_number
from app.web.staff.program.words import instant_words


@blueprint.get("/events/<int:event_id>/told")
@requires(Right.VIEW_EVENTS)
def told(event_id: int) -> ResponseReturnValue:
    event = load_event(event_id)
    return render_template(
        "staff/program/told.html",
        event=event,
        tellings=recounting.tellings(event_id),
        may_see_people=current_user.may(Right.VIEW_PEOPLE),
        words=lambda instant: instant_words(instant, event.zone),
    )


@blueprint.get("/events/<int:event_id>/told/<name>")
@requires(Right.VIEW_PEOPLE)
def told_people(event_id: int, name: str) -> ResponseReturnValue:
    event = load_event(event_id)
    telling = recounting.telling(event_id, name) or abort(404)
    missed = request.args.get("missed") == "1"
    found = recounting.people(event_id, name, missed=missed, after=whole_number("after"))

    def address(after: int | None) -> str:
        return url_for("staff.told_people", event_id=event_id, name=name, missed="1" if missed else None, after=after)

    return render_template(
        "staff/program/told_people.html",
        event=event,
        telling=telling,
        missed=missed,
        mails=found.mails,
        next_url=address(found.after) if found.after else "",
        first_url=address(None) if whole_number("after") else "",
        words=lambda instant: instant_words(instant, event.zone),
    )

"""Who was told of which change of an event, and when."""

from typing import Any

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from app.db import db
from app.models import ChangeNotice, Right
from app.operations.communication import recounting
from app.web.staff import blueprint
from app.web.staff.door import requires
from app.web.staff.listing import whole_number
from app.web.staff.program.saving import load
from app.web.staff.program.words import instant_words


@blueprint.get("/events/<int:event_id>/told")
@requires(Right.VIEW_EVENTS)
def told(event_id: int) -> ResponseReturnValue:
    event = load(event_id)
    return render_template(
        "staff/program/told.html",
        event=event,
        notices=recounting.notices(event_id),
        may_see_people=current_user.may(Right.VIEW_PEOPLE),
        words=lambda instant: instant_words(instant, event.zone),
    )


@blueprint.get("/events/<int:event_id>/told/<int:notice_id>")
@requires(Right.VIEW_PEOPLE)
def told_people(event_id: int, notice_id: int) -> ResponseReturnValue:
    event, notice = load(event_id), db.session.get(ChangeNotice, notice_id)
    if notice is None or notice.event_id != event_id:
        abort(404)
    found = recounting.people(notice, after=whole_number("after"))
    here: dict[str, Any] = {"event_id": event_id, "notice_id": notice_id}
    return render_template(
        "staff/program/told_people.html",
        event=event,
        notice=notice,
        mails=found.mails,
        next_url=url_for("staff.told_people", after=found.after, **here) if found.after else "",
        first_url=url_for("staff.told_people", **here) if whole_number("after") else "",
        words=lambda instant: instant_words(instant, event.zone),
    )

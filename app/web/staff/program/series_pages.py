"""The series, and what the events of one have in common: questions, reminders, the words of their mails."""

from flask import abort, render_template
from flask_security import current_user

from app.db import db
from app.models import Right, Series
from app.operations.communication import adapting
from app.operations.communication.adapting import Voice
from app.operations.program import overseeing
from app.web.staff import blueprint
from app.web.staff.door import requires


@blueprint.get("/series")
@requires(Right.VIEW_EVENTS)
def all_series() -> str:
    return render_template("staff/program/all_series.html", all_series=overseeing.all_series())


@blueprint.get("/series/<int:series_id>")
@requires(Right.VIEW_EVENTS)
def series(series_id: int) -> str:
    found = db.session.get(Series, series_id) or abort(404)
    own = adapting.wordings(Voice(series_id=series_id))
    return render_template(
        "staff/program/series.html",
        series=found,
        adapted=[kind.label for kind in own],
        may_edit=current_user.may(Right.EDIT_EVENTS),
    )

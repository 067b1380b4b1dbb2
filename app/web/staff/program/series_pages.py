"""The series, and what the events of one have in common: questions, reminders, the words of their mails."""

from collections.abc import Sequence

from flask import abort, render_template
from flask_babel import gettext as _
from flask_security import current_user

from app import clock
from app.db import db
from app.models import Right, Series
from app.operations.communication import adapting
from app.operations.communication.adapting import Voice
from app.operations.program import keeping_series, overseeing
from app.web.staff import blueprint, rail
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
    unlike = keeping_series.unlike(found, clock.now())
    return render_template(
        "staff/program/series.html",
        series=found,
        adapted=[kind.label for kind in own],
        may_edit=current_user.may(Right.EDIT_EVENTS),
        edit_url=rail.way_to("staff.edit_series", series_id=series_id),
        unlike=[(event, parts_of(names)) for event, names in unlike],
    )


def parts_of(names: Sequence[str]) -> dict[str, str]:
    """What these fields are about → the part of an event in which they are edited."""
    about = {
        _("the contact"): ("people", "contact_"),
        _("whom to ask about accessibility"): ("people", "accessibility_"),
        _("the Privacy Act statement"): ("notices", "privacy_"),
        _("the OMB number"): ("notices", "omb_"),
    }
    return {words: part for words, (part, start) in about.items() if any(name.startswith(start) for name in names)}

"""The agenda, the speakers and the materials of an event: add, change, remove, one at a time."""

from datetime import date, datetime
from itertools import groupby
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import current_user

from app.db import transact
from app.formats import dates
from app.models import Event, EventSession, Right
from app.operations.program import arranging
from app.operations.program.planning import EditedMeanwhileError
from app.operations.program.session_seats import SessionInUseError
from app.web.filters import locale
from app.web.staff import blueprint
from app.web.staff.door import requires
from app.web.staff.program.part_forms import KINDS, Kind
from app.web.staff.program.saving import load, member, save
from app.web.staff.program.session_form import SessionForm
from app.web.staff.program.words import day_words, moment_words

ADDRESS = "/events/<int:event_id>"
PART = "<any(sessions, speakers, materials):part>"


@blueprint.get(f"{ADDRESS}/agenda")
@requires(Right.VIEW_EVENTS)
def event_agenda(event_id: int) -> str:
    event = load(event_id)
    return render_template(
        "staff/program/agenda.html",
        event=event,
        may_edit=current_user.may(Right.EDIT_EVENTS),
        days=[(day_words(day), list(sessions)) for day, sessions in groupby(event.sessions, _day)],
        hours=lambda session: dates.clock_times(session.starts_at, session.ends_at, event.time_zone, locale()),
        local_words=lambda local: moment_words(local, event.zone),
    )


def _day(session: EventSession) -> date:
    return session.starts_local.date()


@blueprint.route(f"{ADDRESS}/{PART}/new", methods=["GET", "POST"])
@requires(Right.EDIT_EVENTS)
def add_part(event_id: int, part: str) -> ResponseReturnValue:
    return _edit(event_id, part, None)


@blueprint.route(f"{ADDRESS}/{PART}/<int:part_id>", methods=["GET", "POST"])
@requires(Right.EDIT_EVENTS)
def edit_part(event_id: int, part: str, part_id: int) -> ResponseReturnValue:
    return _edit(event_id, part, part_id)


@blueprint.post(f"{ADDRESS}/{PART}/<int:part_id>/removal")
@requires(Right.EDIT_EVENTS)
def remove_part(event_id: int, part: str, part_id: int) -> ResponseReturnValue:
    release = request.form.get("release") == "y"
    load(event_id)
    try:
        transact(lambda at: arranging.remove(event_id, part, part_id, by=member(), at=at, release=release))
    except SessionInUseError as refusal:
        return _ask_for_release(load(event_id), part_id, refusal.people)
    flash(_("Removed."), "success")
    return redirect(url_for("staff.event_agenda", event_id=event_id), 303)


def _ask_for_release(event: Event, session_id: int, people: int) -> str:
    """People picked it: say what removing it means for them before it is done."""
    session = next(one for one in event.sessions if one.id == session_id)
    return render_template("staff/program/remove_session.html", event=event, session=session, people=people)


def _edit(event_id: int, part: str, part_id: int | None) -> ResponseReturnValue:
    event, kind = load(event_id), KINDS[part]
    form = _form(event, kind, part, part_id)

    def work(at: datetime) -> None:
        details = kind.details(**{name: form._typed(name, None) for name in _names(kind)})
        seats = form.session_seats() if isinstance(form, SessionForm) else None
        arranging.save(event_id, details, part_id=part_id, version=form.shown_version, by=member(), at=at, seats=seats)

    if request.method == "POST" and form.validate() and _saved(form, work, event_id):
        flash(_("Saved."), "success")
        return redirect(url_for("staff.event_agenda", event_id=event_id), 303)
    refused = bool(form.errors)
    title = kind.new if part_id is None else kind.change
    html = render_template(
        "staff/program/part.html", event=load(event_id), form=form, part=part, title=title, page_error=refused
    )
    return html, 422 if refused else 200


def _names(kind: Kind) -> list[str]:
    return [name for name in kind.details.__dataclass_fields__ if name not in ("table", "part")]


def _form(event: Event, kind: Kind, part: str, part_id: int | None) -> Any:
    if part_id is None:
        values = kind.form.fresh(event)
    else:
        row = next((row for row in getattr(event, part) if row.id == part_id), None) or abort(404)
        details = kind.details.read(row, event.zone)
        values = {name: getattr(details, name) for name in _names(kind)}
        values["mode"] = values["mode"].value if values.get("mode") else ""
        values |= SessionForm.standing_seats(row) if isinstance(row, EventSession) else {}
    form = kind.form(data=values | {"version": event.version})
    form.zone = event.zone
    form.prepare(event)
    return form


def _saved(form: Any, work: Any, event_id: int) -> bool:
    try:
        return save(form, work)
    except EditedMeanwhileError:
        form.form_errors.append(_("Somebody changed this event meanwhile. Look at it again, then save once more."))
        form.version.data = str(load(event_id).version)
        return False

"""The agenda, the speakers and the materials of an event: add, change, remove, one at a time."""

from datetime import date, datetime
from itertools import groupby
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user
from flask_wtf import FlaskForm

from app import clock
from app.db import transact
from app.formats import dates
from app.models import Event, EventSession, EventState, Right
from app.operations.meanwhile import ChangedMeanwhileError
from app.operations.program import arranging, telling
from app.operations.program.planning import EditedMeanwhileError
from app.operations.program.session_seats import SessionInUseError, picked_by
from app.web.filters import locale
from app.web.meanwhile import Difference
from app.web.staff import blueprint
from app.web.staff.acting import form_page, load_event, member, say_gone
from app.web.staff.door import requires
from app.web.staff.program.aftermath import removed_words, saved_words
from app.web.staff.program.base_form import PartForm
from app.web.staff.program.comparing import differences
from app.web.staff.program.fields import Line
from app.web.staff.program.part_forms import KINDS, Kind
from app.web.staff.program.saving import save
from app.web.staff.program.session_form import SessionForm
from app.web.staff.program.words import day_words, moment_words

ADDRESS = "/events/<int:event_id>"
PART = "<any(sessions, speakers, materials):part>"


@blueprint.get(f"{ADDRESS}/agenda")
@requires(Right.VIEW_EVENTS)
def event_agenda(event_id: int) -> str:
    event = load_event(event_id)
    return render_template(
        "staff/program/agenda.html",
        event=event,
        may_edit=current_user.may(Right.EDIT_EVENTS),
        shown=lambda part, row: arranging.shown(event, part, row),
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
    form, is_sure = TakingAwayForm(), request.form.get("is_sure") == "y"
    if is_sure and not form.validate():
        return _ask_whether_sure(load_event(event_id), part_id, form), 422
    reason = (form.reason.data or "") if is_sure else None
    by, version = member(), request.form.get("shown")
    load_event(event_id)

    def work(at: datetime) -> datetime:
        arranging.remove(event_id, part, part_id, by=by, at=at, reason=reason, version=version)
        return at

    try:
        removed_at = transact(work)
    except SessionInUseError:
        return _ask_whether_sure(load_event(event_id), part_id, form)
    except ChangedMeanwhileError:
        flash(_("Somebody changed it meanwhile. Look at it again, then press once more."), "error")
    else:
        flash(removed_words(event_id, removed_at), "success")
    return redirect(url_for("staff.event_agenda", event_id=event_id), 303)


def _ask_whether_sure(event: Event, session_id: int, form: FlaskForm) -> str:
    """People picked it: say what removing it means for them before it is done."""
    session = next((one for one in event.sessions if one.id == session_id), None) or abort(404)
    people = picked_by(session_id)
    return render_template(
        "staff/program/remove_session.html",
        event=event,
        session=session,
        people=people,
        shown=arranging.shown(event, "sessions", session),
        is_ahead=telling.concerns_people(event, clock.now()) and event.state is not EventState.CANCELLED,
        form=form,
    )


class TakingAwayForm(FlaskForm):
    """Why people lose a session that they picked."""

    reason = Line(_l("Reason, as people will read it"), 500)


def _edit(event_id: int, part: str, part_id: int | None) -> ResponseReturnValue:
    event, kind = load_event(event_id), KINDS[part]
    row = _row(event, part, part_id)
    form = kind.form.of_part(event, kind.details, row)
    if part_id is not None and row is None:
        return _gone(event, part, form)
    meanwhile: list[Difference] = []

    def work(at: datetime) -> None:
        details = form.typed(kind.details)
        more: dict[str, Any] = {}
        if isinstance(form, SessionForm):
            again = "write_again" in form and form.write_again.data
            more = {"seats": form.session_seats(), "way_in": form.way_in(), "write_again": again}
            more["knowing"] = form.collides.data
        arranging.save(event_id, details, part_id=part_id, version=form.shown_version, by=member(), at=at, **more)

    if request.method == "POST" and form.validate():
        try:
            if save(form, work):
                flash(saved_words(event_id, form.saved_at), "success")
                return redirect(url_for("staff.event_agenda", event_id=event_id), 303)
        except EditedMeanwhileError:
            meanwhile = _meanwhile(form, kind, load_event(event_id), part_id)
    return _page(load_event(event_id), part, form, part_id, meanwhile)


def _row(event: Event, part: str, part_id: int | None) -> Any:
    return next((row for row in getattr(event, part) if row.id == part_id), None)


def _gone(event: Event, part: str, form: PartForm) -> ResponseReturnValue:
    """Somebody else removed it. What was typed can be added anew."""
    say_gone(form, _("Somebody removed it meanwhile. Nothing you typed is lost: save to add it anew."))
    form.version.data = str(event.version)
    return _page(event, part, form, None, [])


def _meanwhile(form: Any, kind: Kind, event: Event, part_id: int | None) -> list[Difference]:
    """Show what changed; the next press saves knowingly over it."""
    form.version.data = str(event.version)
    row = _row(event, kind.details.part, part_id)
    if row is None:
        form.form_errors.append(
            _("The event was saved meanwhile, perhaps by your own second press. Look into the agenda first.")
        )
        return []
    standing = kind.details.read(row, event.zone)
    beside = kind.form.standing(row, standing)
    return differences(form, [(standing, form.typed(kind.details))], event.zone, beside=beside)


def _page(
    event: Event, part: str, form: PartForm, part_id: int | None, meanwhile: list[Difference]
) -> ResponseReturnValue:
    where: dict[str, Any] = {"event_id": event.id, "part": part}
    is_new = part_id is None
    return form_page(
        "staff/program/part.html",
        form,
        meanwhile,
        event=event,
        part=part,
        row=_row(event, part, part_id),
        people=picked_by(part_id) if part == "sessions" and part_id else 0,
        address=url_for("staff.add_part", **where) if is_new else url_for("staff.edit_part", part_id=part_id, **where),
        title=KINDS[part].new if is_new else KINDS[part].change,
    )

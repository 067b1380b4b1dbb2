"""Editing an event, one part at a time; the second of two editors sees what the first one changed."""

from datetime import datetime

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import db
from app.models import Event, Right
from app.operations.program import listing, planning, telling
from app.operations.program.planning import EditedMeanwhileError
from app.web.meanwhile import Difference
from app.web.staff import blueprint
from app.web.staff.acting import form_page, load_event, member
from app.web.staff.door import requires
from app.web.staff.program import zones
from app.web.staff.program.aftermath import saved_words
from app.web.staff.program.base_form import PartForm
from app.web.staff.program.comparing import differences
from app.web.staff.program.forms import BasicsForm, PlaceForm
from app.web.staff.program.saving import save
from app.web.staff.program.sections import SECTIONS, Section


@blueprint.route("/events/<int:event_id>/edit/<slug:part>", methods=["GET", "POST"])
@requires(Right.EDIT_EVENTS)
def edit_event(event_id: int, part: str) -> ResponseReturnValue:
    section = SECTIONS.get(part) or abort(404)
    event = load_event(event_id)
    form = section.form.showing(event)
    if isinstance(form, BasicsForm):
        form.topics.offer((topic.id, topic.name) for topic in listing.topics())
    meanwhile: list[Difference] = []
    if request.method == "POST" and form.validate():
        try:
            if save(form, lambda at: _save(event_id, form, at)):
                return _saved(event_id, form)
        except EditedMeanwhileError:
            meanwhile = _meanwhile(form, load_event(event_id))
    return _page(load_event(event_id), section, form, meanwhile)


def _save(event_id: int, form: PartForm, at: datetime) -> Event:
    event = db.session.get(Event, event_id) or abort(404)
    return planning.edit(
        event_id,
        form.details(event),
        version=form.shown_version,
        seats=form.seats() if isinstance(form, PlaceForm) else None,
        tell=form.telling(),
        restriction_reason=form["restriction_reason"].data if "restriction_reason" in form else "",
        by=member(),
        at=at,
    )


def _saved(event_id: int, form: PartForm) -> ResponseReturnValue:
    flash(saved_words(event_id, form.saved_at), "success")
    return redirect(url_for("staff.event", event_id=event_id), 303)


def _meanwhile(form: PartForm, event: Event) -> list[Difference]:
    """Show what changed; the next press saves knowingly over it."""
    form.version.data = str(event.version)
    pairs = [(type(typed).of(event), typed) for typed in form.details(event)]
    return differences(form, pairs, event.zone, beside=form.more_values(event, {}))


def _page(event: Event, section: Section, form: PartForm, meanwhile: list[Difference]) -> ResponseReturnValue:
    return form_page(
        "staff/program/edit.html",
        form,
        meanwhile,
        event=event,
        section=section,
        sections=SECTIONS.values(),
        zone=zones.words(event.time_zone),
        audience=telling.audience(event),
        is_released=bool(event.joining and event.joining.is_released(clock.now())),
    )

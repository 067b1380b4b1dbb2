"""The agenda, the speakers and the materials of an event: add, change, remove, one at a time."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_security import current_user
from wtforms import SelectField

from app.db import transact
from app.formats import dates
from app.models import Event, EventSession, MaterialKind, Mode, Right, SessionKind
from app.operations.program import arranging
from app.operations.program.details import Details, MaterialDetails, SessionDetails, SpeakerDetails
from app.operations.program.moments import Moment
from app.operations.program.planning import EditedMeanwhileError
from app.web.filters import locale
from app.web.staff import blueprint
from app.web.staff.door import requires
from app.web.staff.program.fields import (
    Choice,
    Line,
    Lines,
    NeededMoment,
    Ticks,
    WallTimeField,
    WholeNumber,
    is_web_address,
    needed,
    option,
)
from app.web.staff.program.forms import PartForm
from app.web.staff.program.saving import load, member, save
from app.web.staff.program.words import day_words, moment_words

LENGTH = timedelta(minutes=60)


class SessionForm(PartForm):
    kinds = (SessionDetails,)
    title = Line(_l("Title"), 200, [needed(_l("Give the session a title."))])
    kind = Choice(_l("Kind"), SessionKind)
    mode = SelectField(
        _l("For whom"),
        choices=[
            option("", _l("Everyone")),
            option(Mode.IN_PERSON.value, _l("People in the room")),
            option(Mode.ONLINE.value, _l("People online")),
        ],
        invalid_choice_message=_l("Choose one of these."),
    )
    starts = WallTimeField(_l("Starts"), [NeededMoment()])
    ends = WallTimeField(_l("Ends"), [NeededMoment()])
    room = Line(_l("Room"), 100)
    description = Lines(_l("Description"), 5000)
    speakers = Ticks(_l("Speakers"))

    def prepare(self, event: Event) -> None:
        self.speakers.offer((speaker.id, speaker.name) for speaker in event.speakers)

    @classmethod
    def fresh(cls, event: Event) -> dict[str, Any]:
        """A new session begins where the last one ends."""
        ends = max((session.ends_local for session in event.sessions), default=event.starts_local)
        if ends is None:
            return {}
        return {"starts": Moment.near(ends, event.zone), "ends": Moment.near(ends + LENGTH, event.zone)}

    def _typed(self, name: str, standing: Any) -> Any:
        if name == "mode":
            return Mode(self.mode.data) if self.mode.data else None
        return super()._typed(name, standing)


class SpeakerForm(PartForm):
    kinds = (SpeakerDetails,)
    name = Line(_l("Name"), 200, [needed(_l("Enter the speaker’s name."))])
    job_title = Line(_l("Job title"), 200)
    organization = Line(_l("Organization"), 200)
    biography = Lines(_l("Biography"), 5000)
    place = WholeNumber(_l("Place in the list"), 0, 999)

    @classmethod
    def fresh(cls, event: Event) -> dict[str, Any]:
        return {"place": max((speaker.place for speaker in event.speakers), default=0) + 1}


class MaterialForm(PartForm):
    kinds = (MaterialDetails,)
    kind = Choice(_l("Kind"), MaterialKind)
    title = Line(_l("Title"), 200, [needed(_l("Give it a title."))])
    url = Line(_l("Web address"), 2000, [needed(_l("Enter its web address.")), is_web_address])
    publish = WallTimeField(_l("Show it from"), description=_l("Leave empty to show it at once."))
    place = WholeNumber(_l("Place in the list"), 0, 999)

    @classmethod
    def fresh(cls, event: Event) -> dict[str, Any]:
        return {"place": max((material.place for material in event.materials), default=0) + 1}


@dataclass(frozen=True)
class Kind:
    """One kind of part: its form, and its words."""

    form: Any
    details: type[Details]
    new: LazyString
    change: LazyString


KINDS = {
    "sessions": Kind(SessionForm, SessionDetails, _l("New session"), _l("Change a session")),
    "speakers": Kind(SpeakerForm, SpeakerDetails, _l("New speaker"), _l("Change a speaker")),
    "materials": Kind(MaterialForm, MaterialDetails, _l("New material"), _l("Change a material")),
}
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
    load(event_id)
    transact(lambda at: arranging.remove(event_id, part, part_id, by=member(), at=at))
    flash(_("Removed."), "success")
    return redirect(url_for("staff.event_agenda", event_id=event_id), 303)


def _edit(event_id: int, part: str, part_id: int | None) -> ResponseReturnValue:
    event, kind = load(event_id), KINDS[part]
    form = _form(event, kind, part, part_id)

    def work(at: datetime) -> None:
        details = kind.details(**{name: form._typed(name, None) for name in _names(kind)})
        arranging.save(event_id, details, part_id=part_id, version=form.shown_version, by=member(), at=at)

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

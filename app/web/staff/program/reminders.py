"""When people are reminded of an event, or of the next events of a series: seen, and changed in one form."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user
from flask_wtf import FlaskForm
from wtforms import HiddenField

from app import clock
from app.db import db, transact
from app.models import Event, EventState, Lead, Mode, ReminderUnit, Right, Series
from app.models.reminder import LONGEST_AMOUNT, MOST, MOST_DAYS
from app.operations.communication import foreseeing
from app.operations.meanwhile import ChangedMeanwhileError
from app.operations.program import leads
from app.operations.program.planning import EditedMeanwhileError
from app.web.choices import ChoiceField
from app.web.fields import sent_number
from app.web.meanwhile import Difference, unlike
from app.web.staff import blueprint
from app.web.staff.acting import form_page, load_event, member
from app.web.staff.door import requires
from app.web.staff.program.fields import Choice, WholeNumber, option
from app.web.staff.program.words import instant_words, lead_words

EVENT = "/events/<int:event_id>/reminders"
SERIES = "/series/<int:series_id>/reminders"
ROWS = range(1, MOST + 1)
TO_WHOM = [
    option("", _l("everybody")),
    option(Mode.IN_PERSON.value, _l("people in the room")),
    option(Mode.ONLINE.value, _l("people online")),
]


class RemindersForm(FlaskForm):
    """So many rows, each a reminder; a row without a number is none."""

    version = HiddenField()

    @classmethod
    def showing(cls, standing: list[Lead], version: int | str) -> "RemindersForm":
        values: dict[str, Any] = {"version": version}
        for row, lead in zip(ROWS, standing, strict=False):
            mode = lead.mode.value if lead.mode else ""
            values |= {f"amount_{row}": lead.amount, f"unit_{row}": lead.unit, f"mode_{row}": mode}
        return cls(data=values)

    @property
    def rows(self) -> list[tuple[Any, Any, Any]]:
        return [(self[f"amount_{row}"], self[f"unit_{row}"], self[f"mode_{row}"]) for row in ROWS]

    @property
    def leads(self) -> list[Lead]:
        found = [(amount.data, unit.data, mode.data) for amount, unit, mode in self.rows if amount.data]
        wanted = [Lead(amount, unit, Mode(mode) if mode else None) for amount, unit, mode in found]
        return sorted(wanted, key=lambda lead: -lead.length)

    def compared_with(self, standing: Sequence[Lead], version: int | str) -> list[Difference]:
        """What somebody else saved first beside what was typed; another press means it so."""
        self.version.data = str(version)
        return unlike([Difference(_("Reminders"), _told(standing), _told(self.leads))])

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        seen: set[str] = set()
        for amount, unit, _mode in self.rows:
            lead = Lead(amount.data, unit.data) if amount.data else None
            if lead and lead.length > timedelta(days=MOST_DAYS):
                amount.errors = [_("Remind people at most %(most)s days before the start.", most=MOST_DAYS)]
            elif lead and lead.key in seen:
                amount.errors = [_("Another row has this time already. Choose another one, or leave this row empty.")]
            seen |= {lead.key} if lead else set()
        return not self.errors


for _row in ROWS:
    setattr(RemindersForm, f"amount_{_row}", WholeNumber(_l("How many"), 1, LONGEST_AMOUNT))
    setattr(RemindersForm, f"unit_{_row}", Choice(_l("Before the start"), ReminderUnit, default=ReminderUnit.DAYS))
    setattr(RemindersForm, f"mode_{_row}", ChoiceField(_l("To"), choices=TO_WHOM, default=""))


def _told(leads: Sequence[Lead]) -> str:
    """All of them on one line."""
    whom = {one.value: str(one.label) for one in TO_WHOM}
    return "; ".join(f"{lead_words(one)}, {whom[one.mode.value if one.mode else '']}" for one in leads) or _("nothing")


@blueprint.route(EVENT, methods=["GET", "POST"])
@requires(Right.VIEW_EVENTS)
def reminders(event_id: int) -> ResponseReturnValue:
    event = load_event(event_id)
    form = RemindersForm.showing([one.lead for one in foreseeing.longest_first(event)], event.version)
    if form.is_submitted() and not current_user.may(Right.EDIT_EVENTS):
        abort(403)
    if form.validate_on_submit():
        wanted, version, by = form.leads, sent_number(form.version.data), member()
        try:
            transact(lambda at: leads.remind(event_id, wanted, version=version, by=by, at=at).id)
        except EditedMeanwhileError:
            event = load_event(event_id)
            standing = [one.lead for one in foreseeing.longest_first(event)]
            return _page(form, event=event, meanwhile=form.compared_with(standing, event.version))
        flash(_("Saved."), "success")
        return redirect(url_for("staff.reminders", event_id=event_id), 303)
    return _page(form, event=load_event(event_id))


@blueprint.route(SERIES, methods=["GET", "POST"])
@requires(Right.EDIT_EVENTS)
def series_reminders(series_id: int) -> ResponseReturnValue:
    series = db.session.get(Series, series_id) or abort(404)
    form = RemindersForm.showing(_longest_first(series), leads.shown(series))
    if form.validate_on_submit():
        wanted, version, by = form.leads, form.version.data, member()
        try:
            transact(lambda at: leads.remind_series(series_id, wanted, by=by, at=at, version=version).id)
        except ChangedMeanwhileError:
            series = db.session.get_one(Series, series_id)
            return _page(form, series=series, meanwhile=form.compared_with(_longest_first(series), leads.shown(series)))
        flash(_("Saved. Events of the series that are made from now on begin with these."), "success")
        return redirect(url_for("staff.series_reminders", series_id=series_id), 303)
    return _page(form, series=db.session.get_one(Series, series_id))


def _longest_first(series: Series) -> list[Lead]:
    return sorted(series.leads, key=lambda lead: -lead.length)


def _page(
    form: RemindersForm,
    *,
    event: Event | None = None,
    series: Series | None = None,
    meanwhile: Sequence[Difference] = (),
) -> ResponseReturnValue:
    at = clock.now()
    return form_page(
        "staff/program/reminders.html",
        form,
        meanwhile,
        event=event,
        series=series or (event.series if event else None),
        outlook=foreseeing.outlook(event, at) if event else [],
        lead_words=lead_words,
        words=lambda instant: instant_words(instant, event.zone) if event else "",
        is_held=event is not None and event.state is EventState.PUBLISHED,
        may_edit=current_user.may(Right.EDIT_EVENTS),
    )

"""One press from the event's page: registration ends later."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired

from app.models import Event, Mode, Right
from app.models.availability import registration_closes_at
from app.operations.program import extending
from app.web.choices import RadiosField
from app.web.staff import blueprint
from app.web.staff.acting import load_event, member
from app.web.staff.door import requires
from app.web.staff.program.base_form import PartForm
from app.web.staff.program.fields import option
from app.web.staff.program.saving import save
from app.web.staff.program.time_fields import NeededMoment, WallTimeField
from app.web.staff.program.words import instant_words

ALL_OTHERS = "all"


class ExtensionForm(PartForm):
    """Until when; and for whom, where a way of attending has an end of its own."""

    way = RadiosField(_l("What ends later?"), validators=[InputRequired(_l("Say what ends later."))])
    registration_closes = WallTimeField(_l("New end of registration"), [NeededMoment()])

    def prepare(self, event: Event) -> None:
        own = [pool.mode for mode in event.modes if (pool := event.pool(mode)) and pool.closes_at]
        others = [mode for mode in event.modes if mode not in own]
        if not own:
            del self.way
            return
        self.way.choices = [option(mode.value, _in_force(event, mode)) for mode in own]
        if others:
            self.way.choices.append(option(ALL_OTHERS, _in_force(event, *others)))

    @property
    def mode(self) -> Mode | None:
        chosen = self.way.data if "way" in self else ALL_OTHERS
        return None if chosen == ALL_OTHERS else Mode(chosen)


def _in_force(event: Event, *modes: Mode) -> str:
    """These ways of attending, and when registration for them ends now."""
    closes_at = registration_closes_at(event, modes[0])
    ways = ", ".join(str(mode.label) for mode in modes)
    return _("%(ways)s: now %(when)s", ways=ways, when=instant_words(closes_at, event.zone)) if closes_at else ways


@blueprint.route("/events/<int:event_id>/extension", methods=["GET", "POST"])
@requires(Right.EDIT_EVENTS)
def extend_registration(event_id: int) -> ResponseReturnValue:
    event = load_event(event_id)
    form = ExtensionForm.showing(event)
    if request.method == "POST" and form.validate():
        until, mode = form.registration_closes.data, form.mode
        if save(form, lambda at: extending.extend(event_id, until, by=member(), at=at, mode=mode)):
            flash(_("Registration ends later. The public page says so at once."), "success")
            return redirect(url_for("staff.event", event_id=event_id), 303)
        event = load_event(event_id)
    closes_at = registration_closes_at(event)
    html = render_template(
        "staff/program/extend.html",
        event=event,
        form=form,
        ends=instant_words(closes_at, event.zone) if closes_at else "",
        page_error=bool(form.errors or form.form_errors),
    )
    return html, 422 if form.errors or form.form_errors else 200

"""Moving somebody to the other way of attending, after saying what it costs; and what can be done if that is full."""

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField, ValidationError
from wtforms.validators import InputRequired

from app import clock
from app.models import Mode, Registration, Right
from app.models.availability import takes
from app.operations.registration import keeping_turn, switching, waiting
from app.web.choices import RadiosField
from app.web.fields import line_field
from app.web.staff import blueprint
from app.web.staff.acting import member
from app.web.staff.door import requires
from app.web.staff.program.fields import option
from app.web.staff.registration.loading import attempt, load
from app.web.staff.registration.registrations import PERSON

ADD_SEAT, WAIT = "seat", "line"
IF_FULL = {
    ADD_SEAT: option(
        ADD_SEAT, _l("Give them a seat all the same: they pass everybody who waits. Make sure that the room holds it")
    ),
    WAIT: option(
        WAIT, _l("Put them at the end of the waiting list: they keep their seat online until it is their turn")
    ),
}


class WayForm(FlaskForm):
    if_full = RadiosField(_l("What should happen?"), validators=[InputRequired(_l("Choose what should happen."))])
    reason = line_field(_l("Reason"), most=300)

    def __init__(self, person: Registration, mode: Mode, at: datetime) -> None:
        super().__init__()
        self.is_closed = not takes(person.event, mode, at)
        pool = person.event.pool(mode)
        self.has_seats = pool is not None and pool.capacity != 0
        is_full = self.has_seats and not (person.is_pending or _has_seat(person, mode, at))
        may_wait = mode is Mode.IN_PERSON and keeping_turn.may_wait(person, at)
        self.if_full.choices = [IF_FULL[ADD_SEAT], *([IF_FULL[WAIT]] if may_wait else [])]
        if not is_full:
            del self.if_full
        if not (is_full or self.is_closed):
            del self.reason

    @property
    def wants(self) -> str:
        return str(self.if_full.data) if "if_full" in self else ""

    def validate_reason(self, field: StringField) -> None:
        if not field.data and (self.is_closed or self.wants == ADD_SEAT):
            raise ValidationError(_("Say why. It stands in the log."))


def _has_seat(person: Registration, mode: Mode, at: datetime) -> bool:
    pool = person.event.pool(mode)
    return pool is not None and waiting.has_seat_for(person, pool, at)


@blueprint.route(f"{PERSON}/mode/<any('in-person', online):mode>", methods=["GET", "POST"])
@requires(Right.EDIT_PEOPLE)
def change_registration_mode(registration_id: int, mode: str) -> ResponseReturnValue:
    person, wanted = load(registration_id), Mode(mode)
    form = WayForm(person, wanted, clock.now())
    if not form.validate_on_submit():
        return _page(person, wanted, form)
    if refusal := _move(registration_id, wanted, form):
        person = load(registration_id)
        form = WayForm(person, wanted, clock.now())  # What is full by now is asked about.
        form.form_errors.append(refusal)
        return _page(person, wanted, form)
    flash(_("Changed. A mail tells them."), "success")
    return redirect(url_for("staff.registration", registration_id=registration_id), 303)


def _move(registration_id: int, mode: Mode, form: WayForm) -> object:
    """Do what was chosen. Returns why it was refused, if it was."""
    reason, wants, actor = (form.reason.data or "") if "reason" in form else "", form.wants, member()
    known = request.form.getlist("known", type=int)

    def work(at: datetime) -> None:
        if wants == WAIT:
            keeping_turn.wait_for_room(registration_id, at=at, by=actor, reason=reason)
        else:
            adds = wants == ADD_SEAT
            switching.change_mode(registration_id, mode, at=at, by=actor, known=known, reason=reason, adds_seat=adds)

    return attempt(work)


def _page(person: Registration, mode: Mode, form: WayForm) -> ResponseReturnValue:
    is_refused = request.method == "POST"
    html = render_template(
        "staff/registration/way.html",
        person=person,
        event=person.event,
        mode=mode,
        stakes=switching.at_stake(person, mode, clock.now()),
        form=form,
        page_error=is_refused,
    )
    return (html, 422) if is_refused else html

"""Moving somebody to the other way of attending, after saying what it costs them."""

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from app import clock
from app.models import Mode, Registration, Right
from app.models.availability import takes
from app.operations.registration import switching
from app.web.fields import line_field
from app.web.staff import blueprint
from app.web.staff.acting import member
from app.web.staff.door import requires
from app.web.staff.registration.loading import attempt, load
from app.web.staff.registration.registrations import PERSON


class WayForm(FlaskForm):
    reason = line_field(_l("Reason"), most=300, required=_l("Say why. It stands in the log."))


@blueprint.route(f"{PERSON}/mode/<any('in-person', online):mode>", methods=["GET", "POST"])
@requires(Right.EDIT_PEOPLE)
def change_registration_mode(registration_id: int, mode: str) -> ResponseReturnValue:
    person, wanted, actor = load(registration_id), Mode(mode), member()
    form = WayForm()
    if takes(person.event, wanted, clock.now()):
        del form.reason
    if not form.validate_on_submit():
        return _page(person, wanted, form)
    reason = (form.reason.data or "") if "reason" in form else ""
    known = request.form.getlist("known", type=int)

    def work(at: datetime) -> None:
        switching.change_mode(registration_id, wanted, at=at, by=actor, known=known, reason=reason)

    if refusal := attempt(work):
        form.form_errors.append(refusal)
        return _page(load(registration_id), wanted, form)
    flash(_("Changed. A mail tells them."), "success")
    return redirect(url_for("staff.registration", registration_id=registration_id), 303)


def _page(person: Registration, mode: Mode, form: FlaskForm) -> ResponseReturnValue:
    is_refused = request.method == "POST"
    html = render_template(
        "staff/registration/way.html",
        person=person,
        event=person.event,
        mode=mode,
        pool=person.event.pool(mode),
        stakes=switching.at_stake(person, mode, clock.now()),
        form=form,
        page_error=is_refused,
    )
    return (html, 422) if is_refused else html

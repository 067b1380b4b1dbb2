"""One press from the event's page: registration ends later."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.models import Right
from app.models.availability import registration_closes_at
from app.operations.program import extending
from app.web.staff import blueprint
from app.web.staff.door import requires
from app.web.staff.program.forms import PartForm
from app.web.staff.program.saving import load, member, save
from app.web.staff.program.time_fields import NeededMoment, WallTimeField
from app.web.staff.program.words import instant_words


class ExtensionForm(PartForm):
    """The one field of it."""

    registration_closes = WallTimeField(_l("New end of registration"), [NeededMoment()])


@blueprint.route("/events/<int:event_id>/extension", methods=["GET", "POST"])
@requires(Right.EDIT_EVENTS)
def extend_registration(event_id: int) -> ResponseReturnValue:
    event = load(event_id)
    form = ExtensionForm.showing(event)
    if request.method == "POST" and form.validate():
        until = form.registration_closes.data
        if save(form, lambda at: extending.extend(event_id, until, by=member(), at=at)):
            flash(_("Registration ends later. The public page says so at once."), "success")
            return redirect(url_for("staff.event", event_id=event_id), 303)
        event = load(event_id)
    closes_at = registration_closes_at(event)
    html = render_template(
        "staff/program/extend.html",
        event=event,
        form=form,
        ends=instant_words(closes_at, event.zone) if closes_at else "",
        own_ends=[pool.mode.label for pool in event.pools if pool.closes_at],
        page_error=bool(form.errors or form.form_errors),
    )
    return html, 422 if form.errors or form.form_errors else 200

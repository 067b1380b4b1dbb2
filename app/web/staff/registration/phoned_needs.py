"""Writing down what somebody needs who calls after registering. Written only: reading takes a right of its own."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, ValidationError

from app.models import Right
from app.operations.registration import asking_for_access
from app.web.needs_fields import needs_field, needs_of, needs_text_field
from app.web.staff import blueprint
from app.web.staff.acting import member
from app.web.staff.door import requires
from app.web.staff.registration.loading import attempt, back_to_person, load
from app.web.staff.registration.registrations import PERSON


class PhonedNeedsForm(FlaskForm):
    needs, needs_text = needs_field(theirs=True), needs_text_field(theirs=True)

    def validate_needs(self, field: Field) -> None:
        if not (field.data or self.needs_text.data):
            raise ValidationError(_("Tick what they need, or write it below."))


@blueprint.route(f"{PERSON}/needs/new", methods=["GET", "POST"])
@requires(Right.EDIT_PEOPLE)
def write_needs_down(registration_id: int) -> ResponseReturnValue:
    person, form = load(registration_id), PhonedNeedsForm()
    if form.validate_on_submit():
        wanted, by = needs_of(form), member()
        refusal = attempt(lambda at: asking_for_access.ask(registration_id, wanted, by=by, at=at))
        return back_to_person(registration_id, _("Kept."), refusal)
    html = render_template(
        "staff/registration/phoned_needs.html",
        person=person,
        event=person.event,
        form=form,
        page_error=bool(form.errors),
    )
    return (html, 422) if form.errors else html

"""Writing down what somebody needs who calls after registering. Written only: reading takes a right of its own."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, ValidationError

from app.models import Need, Right
from app.operations.registration import asking_for_access
from app.operations.registration.details import Needs
from app.web.choices import CheckboxesField, choice
from app.web.fields import text_field
from app.web.staff import blueprint
from app.web.staff.acting import member
from app.web.staff.door import requires
from app.web.staff.registration.loading import attempt, back_to_person, load
from app.web.staff.registration.registrations import PERSON


class PhonedNeedsForm(FlaskForm):
    needs = CheckboxesField(_l("What they need to take part"), choices=[choice(need) for need in Need])
    needs_text = text_field(_l("Anything else they need"), most=2000, render_kw={"rows": 3})

    def validate_needs(self, field: Field) -> None:
        if not (field.data or self.needs_text.data):
            raise ValidationError(_("Tick what they need, or write it below."))

    @property
    def wanted(self) -> Needs:
        return Needs(tuple(Need(value) for value in self.needs.data or ()), self.needs_text.data or "")


@blueprint.route(f"{PERSON}/needs/new", methods=["GET", "POST"])
@requires(Right.EDIT_PEOPLE)
def write_needs_down(registration_id: int) -> ResponseReturnValue:
    person, form = load(registration_id), PhonedNeedsForm()
    if form.validate_on_submit():
        wanted, by = form.wanted, member()
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

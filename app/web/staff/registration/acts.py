"""What staff do with one registration: change it, correct its address, move it, mail it again, cancel it."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from app import clock
from app.models import Registration, RegistrationState, Right
from app.operations.meanwhile import ChangedMeanwhileError
from app.operations.registration import cancelling, changing, proposing, waiting
from app.operations.registration.details import RegistrationDetails
from app.web.meanwhile import of_person
from app.web.staff import blueprint
from app.web.staff.acting import member
from app.web.staff.door import requires
from app.web.staff.registration.loading import attempt, back_to_person, load
from app.web.staff.registration.person_forms import AddressForm, CancelForm, DetailsForm, PersonForm
from app.web.staff.registration.registrations import PERSON


@blueprint.route(f"{PERSON}/details", methods=["GET", "POST"])
@requires(Right.EDIT_PEOPLE)
def change_registration(registration_id: int) -> ResponseReturnValue:
    person = load(registration_id)
    form, actor = DetailsForm(person), member()
    if not form.validate_on_submit():
        return _form_page("details", person, form)
    version, details = form.shown.data, _details(form, person)
    try:
        refusal = attempt(
            lambda at: changing.change_details(registration_id, details, at=at, by=actor, version=version)
        )
    except ChangedMeanwhileError:
        person = load(registration_id)
        form.shown.data = changing.shown(person)
        return _form_page("details", person, form, meanwhile=of_person(form, person.event, person, details))
    if refusal is None:
        return back_to_person(registration_id, _("Saved."))
    form.form_errors.append(refusal)
    return _form_page("details", person, form)


def _details(form: PersonForm, person: Registration) -> RegistrationDetails:
    """What was typed; of a field that the form left out, what stands."""
    details = form.details(person.event, person.mode, email=person.email or "")
    return details.with_values(**{name: getattr(person, name) for name in changing.CHANGEABLE if name not in form})


@blueprint.route(f"{PERSON}/address", methods=["GET", "POST"])
@requires(Right.EDIT_PEOPLE)
def correct_address(registration_id: int) -> ResponseReturnValue:
    person = load(registration_id)
    form, actor = AddressForm(person.email), member()
    if form.validate_on_submit():
        email = form.address
        refusal = attempt(lambda at: changing.correct_address(registration_id, email, at=at, by=actor))
        if refusal is None:
            words = _("The address is corrected, and the state is being mailed to it.")
            return back_to_person(registration_id, words if person.can_be_mailed else _("The address is corrected."))
        form.email.errors = (refusal,)
    return _form_page("address", person, form, move=proposing.standing(person, clock.now()))


@blueprint.route(f"{PERSON}/cancellation", methods=["GET", "POST"])
@requires(Right.EDIT_PEOPLE)
def cancel_registration(registration_id: int) -> ResponseReturnValue:
    person = load(registration_id)
    form, actor = CancelForm(), member()
    if form.validate_on_submit():
        reason, tell = form.reason.data or "", not form.tell_nobody.data
        refusal = attempt(lambda at: cancelling.cancel(registration_id, at=at, by=actor, reason=reason, tell=tell))
        return back_to_person(registration_id, _("The registration is cancelled."), refusal)
    return _form_page("cancellation", person, form)


@blueprint.post(f"{PERSON}/message")
@requires(Right.EDIT_PEOPLE)
def mail_registration_again(registration_id: int) -> ResponseReturnValue:
    """Tell the person once more how they stand."""
    person = load(registration_id)
    actor = member()
    if person.email is None:
        return back_to_person(registration_id, "", _("There is no email address. Call them, or add an address."))
    if not person.can_be_mailed:
        return back_to_person(
            registration_id, "", _("This is a sample person of the demonstration. Nobody is written to.")
        )
    refusal = attempt(lambda at: changing.resend(registration_id, at=at, by=actor))
    return back_to_person(registration_id, _("The mail is on its way."), refusal)


@blueprint.post(f"{PERSON}/address/trial")
@requires(Right.EDIT_PEOPLE)
def try_address_again(registration_id: int) -> ResponseReturnValue:
    """The address is right, although mail came back from it."""
    person, actor = load(registration_id), member()
    words = _("The flag is gone, and the mail is on its way.") if person.can_be_mailed else _("The flag is gone.")
    refusal = attempt(lambda at: changing.try_again(registration_id, at=at, by=actor))
    return back_to_person(registration_id, words, refusal)


def _form_page(name: str, person: Registration, form: FlaskForm, **more: Any) -> ResponseReturnValue:
    is_refused = request.method == "POST"
    pool, now = person.event.pool(person.mode), clock.now()
    moves_up = pool is not None and pool.waiting > 0 and waiting.moves(person.event, person.mode, now)
    html = render_template(
        f"staff/registration/{name}.html",
        person=person,
        event=person.event,
        form=form,
        is_over=person.event.is_settled(now),
        somebody_waits=moves_up and person.state is RegistrationState.CONFIRMED,
        page_error=is_refused,
        **more,
    )
    return (html, 409 if "meanwhile" in more else 422) if is_refused else html

"""Everything that is amiss with a form in one summary: also what registering itself would refuse only afterwards.

Looked at once a form goes back anyway, and without the lock. So it decides nothing; registering looks again.
"""

from collections.abc import Callable

from app.operations.registration import admitting
from app.operations.registration.admitting import WrongCodeError
from app.operations.registration.details import email_key
from app.operations.registration.fitting import is_offered, sessions_that_fit
from app.operations.registration.submitting import RefusedInFieldError
from app.web import limits, refusals
from app.web.public.registration_forms import RegistrationForm


def add_to(form: RegistrationForm) -> None:
    """Name beside the faults of a refused form the others that the form and its event tell by themselves."""
    for name, look in {"access_code": _code, "email": _domain, "sessions": _sessions}.items():
        if name in form and not form[name].errors:
            note(form, look)


def note(form: RegistrationForm, look: Callable[[RegistrationForm], None]) -> None:
    try:
        look(form)
    except RefusedInFieldError as refusal:
        refuse(form, refusal)


def refuse(form: RegistrationForm, refusal: RefusedInFieldError) -> None:
    """Say in the form what was refused. A wrong code is counted: nobody may guess on."""
    if isinstance(refusal, WrongCodeError):
        limits.allows(f"code-{form.desk.event.id}", limits.WRONG_CODE)
    form.mark(refusal)
    form.refuse_in_field(refusal.field, refusals.sentence_for(refusal))


def _code(form: RegistrationForm) -> None:
    if limits.has_room(f"code-{form.desk.event.id}", limits.WRONG_CODE):
        admitting.refuse_wrong_code(form.desk.event, form.value("access_code"))


def _domain(form: RegistrationForm) -> None:
    if not form.likely_address:
        admitting.refuse_other_domain(form.desk.event, email_key(form.address))


def _sessions(form: RegistrationForm) -> None:
    """Whoever has not said how they attend is asked that first, unless their sessions leave one way alone."""
    event, wanted = form.desk.event, form.wanted
    chosen = [session for session in event.sessions if session.id in wanted.sessions]
    modes = [form.chosen_mode] if form.chosen_mode else form.desk.open_modes
    fitting = [mode for mode in modes if all(is_offered(session, mode) for session in chosen)]
    for mode in (fitting or modes)[:1]:
        sessions_that_fit(event.sessions, wanted.sessions, mode, event, form.desk.read_at, noticed=wanted.noticed)

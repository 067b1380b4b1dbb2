""" "Wrong address?": for half an hour whoever sent a form may say that the address in it was mistyped."""

import json
from datetime import datetime, timedelta

from app import keys
from app.db import db
from app.models import Event, FormSubmission
from app.operations import withdrawing
from app.operations.registration import managing
from app.operations.registration.admitting import refuse_other_address
from app.operations.registration.cancelling import PERSON, cancel, lock
from app.operations.registration.changing import move_to_address
from app.operations.registration.details import RegistrationDetails, email_key
from app.operations.registration.recognizing import live_registration, tell_owner
from app.operations.registration.registering import desk_facts, register
from app.operations.registration.submitting import SentForm, typed_in

LIFETIME = timedelta(minutes=30)
CORRECTIONS = 3


class CorrectionOverError(Exception):
    """Half an hour has passed, or the address was corrected too often."""


def readdress(submission_id: int, email: str, *, at: datetime) -> int:
    """Move the registration that this form made, or register the new address if the form made none.

    Returns the submission to show next. The screen is the same in every case; who stood under which address is told
    by mail alone. Raises CorrectionOverError, and what registering raises.
    """
    submission = db.session.get_one(FormSubmission, submission_id, with_for_update=True)
    over = at > submission.submitted_at + LIFETIME or submission.corrections >= CORRECTIONS
    if over or submission.sealed_form is None:
        raise CorrectionOverError
    typed = _typed_for(submission, email)
    if email_key(email) == email_key(submission.email):
        return submission.id
    refuse_other_address(db.session.get_one(Event, submission.event_id), typed.email_key)
    submission.corrections += 1
    if booking_id := submission.outcome.get("booking"):
        managing.move(booking_id, email, at=at)
    registration = lock(submission.registration_id) if submission.registration_id else None
    if registration is None or not registration.is_live:
        return _register_instead(submission, typed, at)
    standing = live_registration(submission.event_id, typed.email_key)
    if standing:
        # The person holds a seat already: the one made under the mistyped address is given up, and its links die.
        tell_owner(standing, typed, at, key=f"corrected-{submission.id}-{submission.corrections}")
        cancel(registration.id, at=at, tell=False)
        withdrawing.withdraw_older(registration.id, at=at)
        registration.link_version += 1
    else:
        move_to_address(registration, email, at, PERSON)
    _show(submission, typed)
    return submission.id


def _typed_for(submission: FormSubmission, email: str) -> RegistrationDetails:
    """The form with the right address. Its days have moved with the event since, if that moved."""
    typed = typed_in(submission).with_email(email)
    return typed.with_values(days=tuple(submission.outcome.get("days", typed.days)))


def _register_instead(submission: FormSubmission, typed: RegistrationDetails, at: datetime) -> int:
    """The sender alone: their colleagues are registered."""
    event = db.session.get_one(Event, submission.event_id)
    made_id = register(desk_facts(event, at), typed.sender, SentForm.of(submission.form_key, typed), at=at)
    made = db.session.get_one(FormSubmission, made_id)
    if "booking" in submission.outcome:
        made.outcome = made.outcome | {name: submission.outcome[name] for name in ("booking", "people")}
        _keep_typed(made, typed)
    # The half hour and the corrections count from the first form on.
    made.submitted_at, made.corrections = submission.submitted_at, submission.corrections
    return made_id


def _show(submission: FormSubmission, typed: RegistrationDetails) -> None:
    submission.email = typed.email
    submission.number = keys.confirmation_number(submission.event_id, typed.email_key)
    _keep_typed(submission, typed)


def _keep_typed(submission: FormSubmission, typed: RegistrationDetails) -> None:
    submission.sealed_form = keys.seal(json.dumps(typed.to_json()), f"submission:{submission.form_key}")

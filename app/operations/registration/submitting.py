"""A sent form: known again when it is sent twice, and answered alike whether its address is known or not."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app import keys
from app.db import Json, UtcDateTime
from app.handwritten import HandWritten
from app.models import RegistrationState
from app.operations.registration.details import RegistrationDetails
from app.operations.registration.recognizing import live_registration, tell_owner
from app.operations.registration.statements import SUBMISSION


class RefusedInFieldError(Exception):
    """The form cannot be taken as it is; the page says so beside the field and keeps everything that was typed.

    Whether it is raised depends on the form and the event alone, never on who is registered.
    """

    field = ""


@dataclass(frozen=True)
class SentForm:
    """Proof of which form was sent: the digest of its signed key, and the digest of what it said."""

    key: str
    body: str
    offered_seat: bool = False  # Whether the form, when it was shown, still had a seat for this way of attending.

    @classmethod
    def of(cls, form_key: str, details: RegistrationDetails, *, offered_seat: bool = False) -> "SentForm":
        """Same key and same body mean: the same press of the button, sent again."""
        body = json.dumps(details.to_json(), sort_keys=True)
        key, digest = (hashlib.sha256(text.encode()).hexdigest() for text in (form_key, body))
        return cls(key, digest, offered_seat)


_SENT_BEFORE = HandWritten("SELECT id FROM form_submission WHERE form_key = :form_key AND body_digest = :body_digest")
_KEEP = HandWritten(
    SUBMISSION.format(new_id=":registration_id", from_new=""), given={"at": UtcDateTime(), "outcome": Json}
)


@dataclass(frozen=True)
class Outcome:
    """What a newcomer's form comes to: decided before anything is written, shown to everybody alike."""

    state: RegistrationState
    more: dict[str, Any] = field(default_factory=dict)  # What FormSubmission.outcome keeps.
    has_free: bool = False  # Whether any seat is free, also one that may be given only later.

    @property
    def waits(self) -> bool:
        return self.state is RegistrationState.WAITLISTED


def columns(event_id: int, details: RegistrationDetails, sent: SentForm, outcome: Outcome) -> dict[str, Any]:
    """What the confirmation page shows: equal for known and unknown addresses."""
    return {
        "form_key": sent.key,
        "body_digest": sent.body,
        "event_id": event_id,
        "mode": details.mode.value,
        "number": keys.confirmation_number(event_id, details.person_key),
        "email": details.email,
        "sealed_form": keys.seal(json.dumps(details.to_json()), f"submission:{sent.key}"),
        "language": details.language,
        "lost_race": sent.offered_seat and outcome.waits and not outcome.has_free,
        "outcome": {**outcome.more, **_besides(details)},
    }


def _besides(details: RegistrationDetails) -> dict[str, Any]:
    """What was asked for besides a seat, for the page to repeat: never what somebody needs."""
    asked = {"days": list(details.days), "needs": bool(details.needs), "news": details.wants_mail}
    return {name: value for name, value in asked.items() if value}


def typed_in(submission: Any) -> RegistrationDetails:
    """The form as it was sent, from what is kept of it for 48 hours."""
    sealed = keys.unseal(submission.sealed_form, f"submission:{submission.form_key}")
    return RegistrationDetails.from_json(json.loads(sealed))


def sent_before(sent: SentForm) -> int | None:
    """The same press of the button, once more: the same page."""
    row = _SENT_BEFORE.run({"form_key": sent.key, "body_digest": sent.body})
    return int(row[0]) if row else None


def keep(
    event_id: int,
    details: RegistrationDetails,
    sent: SentForm,
    outcome: Outcome,
    at: datetime,
    registration_id: int | None = None,
) -> int:
    """Write the submission that the confirmation page shows. Returns its id."""
    shown = columns(event_id, details, sent, outcome) | {"state": outcome.state.value, "at": at}
    row = _KEEP.run(shown | {"registration_id": registration_id})
    if row is None:
        raise AssertionError("The submission was not written.")
    return int(row[0])


def answer_known_address(
    event_id: int,
    details: RegistrationDetails,
    sent: SentForm,
    outcome: Outcome,
    at: datetime,
    event_facts: dict[str, Any] | None = None,
) -> int:
    """Change nothing, show what a newcomer would see, and tell the owner of the address by mail."""
    standing = live_registration(event_id, details.email_key)
    if standing is None:
        raise AssertionError("An address that could not be entered is registered.")
    tell_owner(standing, details, at, key=f"{sent.key[:32]}{sent.body[:32]}", event_facts=event_facts)
    return keep(event_id, details, sent, outcome, at)

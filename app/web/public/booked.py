"""Whom a form registered besides its sender, as its confirmation shows them: how it came out, for known and unknown
addresses alike.
"""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from app.models import RegistrationState
from app.operations.registration.submitting import typed_in
from app.web.public.desks import Desk
from app.web.showing import picked
from app.web.showing.cards import State


@dataclass(frozen=True)
class BookedPerson:
    """One colleague on the page."""

    name: str
    goes_to: str  # Where their mail goes.
    state: State
    sessions: list[picked.Picked]


def people_of(desk: Desk, submission: Any) -> list[BookedPerson]:
    """The colleagues of a form, in its order; none where it named nobody else."""
    outcomes = submission.outcome.get("people", [])
    if not outcomes or submission.sealed_form is None:
        return []
    typed = typed_in(submission)
    return [
        BookedPerson(
            one.full_name,
            goes_to(one.email if not one.is_guest else None),
            state_words(outcome, one.full_name, is_guest=one.is_guest),
            picked.of_outcome(desk.event, outcome, attends=outcome["state"] == RegistrationState.CONFIRMED.value),
        )
        for one, outcome in zip(typed.everybody[1:], outcomes, strict=True)
    ]


def goes_to(email: str | None) -> str:
    return email or _("We write to you")


def state_words(outcome: dict[str, Any], name: str, *, is_guest: bool) -> State:
    """How somebody's form came out; under an organization's cap only a mail may tell."""
    if outcome.get("told_by_mail"):
        return State(_("We told you by mail") if is_guest else _("We told %(name)s by mail", name=name), "note")
    if outcome["state"] == RegistrationState.CONFIRMED.value:
        if outcome.get("keeps_turn"):
            return State(_("Seat online confirmed, waits for the room"), "open")
        return State(_("Seat confirmed"), "open")
    state = RegistrationState(outcome["state"])
    return State(str(state.label), "later" if state is RegistrationState.PENDING_APPROVAL else "waiting")


def managed_words() -> str:
    return _("Manages it themselves")

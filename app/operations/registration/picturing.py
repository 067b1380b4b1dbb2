"""What a booker sees of somebody they registered: the form as it now is for that person, and what it came to.

It is kept for every place alike, whether it leads to a registration or not. So nothing that is shown or decided by it
tells whose address was registered before.
"""

import json
from typing import Any

from app import keys
from app.models import BookedPlace, Event, RegistrationState
from app.operations.facts import session_facts
from app.operations.registration.details import Needs, RegistrationDetails, email_key, person_key
from app.operations.registration.submitting import Outcome

Sessions = dict[int, str]  # The sessions of a place, by id, and what a newcomer got of each.


def shown(outcome: Outcome) -> dict[str, Any]:
    """An outcome as pages and places keep it. Nothing personal."""
    return {"state": outcome.state.value, **outcome.more}


def keep(place: BookedPlace, details: RegistrationDetails, outcome: dict[str, Any]) -> None:
    """Write down how a place stands for its booker. What somebody needs to take part is told once, and not kept."""
    kept = details.with_values(needs=Needs(), us_person=None, wants_mail=False)
    place.sealed_form = keys.seal(json.dumps(kept.to_json()), _row(place))
    place.first_name, place.last_name = details.first_name, details.last_name
    place.mode, place.outcome = details.mode, outcome
    place.state = None if outcome.get("told_by_mail") else RegistrationState(outcome["state"])


def typed(place: BookedPlace) -> RegistrationDetails | None:
    """The form as it now is for this person; None for those who were booked before it was kept."""
    if place.sealed_form is None:
        return None
    found = RegistrationDetails.from_json(json.loads(keys.unseal(place.sealed_form, _row(place))))
    return found.with_values(email=place.email or place.booking.email, is_guest=place.email is None)


def whole(place: BookedPlace) -> RegistrationDetails:
    """The form of somebody of whom all is known that the booker can change."""
    found = typed(place)
    if found is None:
        raise AssertionError("A place of a time in which only names were kept.")
    return found


def named(place: BookedPlace) -> RegistrationDetails:
    """As much of a form as is known of somebody who was booked before it was kept."""
    return RegistrationDetails(
        mode=place.mode,
        email=place.email or place.booking.email,
        first_name=place.first_name,
        last_name=place.last_name,
        is_guest=place.email is None,
    )


def known(place: BookedPlace) -> RegistrationDetails:
    """As much of the form as is known of somebody, whenever they were booked."""
    return typed(place) or named(place)


def number(place: BookedPlace, details: RegistrationDetails) -> str:
    """The confirmation number: it follows the address, and for a guest the name under it."""
    under = email_key(place.email or place.booking.email)
    return keys.confirmation_number(place.booking.event_id, person_key(under, details.guest_key))


def state(place: BookedPlace) -> RegistrationState:
    """What the form came to, also where only a mail may tell it."""
    outcome = place.outcome or {}
    return RegistrationState(outcome["state"]) if "state" in outcome else place.state or RegistrationState.CONFIRMED


def sessions(place: BookedPlace) -> Sessions:
    return dict((place.outcome or {}).get("sessions", []))


def facts(place: BookedPlace) -> dict[str, Any]:
    """What the overview says of one person, as plain values."""
    outcome = place.outcome or {}
    return {
        "name": place.full_name,
        "email": place.email,
        "mode": place.mode.value,
        "state": place.state.value if place.state else None,
        "keeps_turn": bool(outcome.get("keeps_turn")),
        "sessions": [] if place.state is None else _session_facts(place.booking.event, sessions(place)),
    }


def _session_facts(event: Event, held: Sessions) -> list[dict[str, Any]]:
    return [session_facts(one) | {"state": held[one.id]} for one in event.sessions if one.id in held]


def _row(place: BookedPlace) -> str:
    return f"booked-place:{place.id}"

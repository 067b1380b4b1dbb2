"""The people of a booking as the booker's pages show them: as the form came out, for known and unknown addresses
alike. Of those who have no address of their own, as they stand: what is mailed about them goes to the booker anyway.
"""

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from app import links
from app.models import BookedPlace, Mode, Registration, RegistrationState
from app.operations.registration import picturing
from app.operations.registration.details import email_key
from app.operations.registration.recognizing import live_registration
from app.web.public import booked
from app.web.showing import picked
from app.web.showing.cards import State


@dataclass(frozen=True)
class Shown:
    """One person of a booking."""

    place: BookedPlace
    name: str
    goes_to: str
    way: str
    number: str
    state: State
    sessions: list[picked.Picked]
    own_link: str = ""  # Their own page, where only the booker can open it.
    may_change: bool = False
    is_theirs: bool = False  # They manage it themselves: nothing more is told.


def shown(place: BookedPlace) -> Shown:
    if place.cancelled_at or place.taken_over_at or place.email:
        return _as_booked(place)
    guest = _guest(place)
    return _as_it_stands(place, guest) if guest else _as_booked(place)


def _as_booked(place: BookedPlace) -> Shown:
    outcome = place.outcome or {}
    told = place.state is not None
    return Shown(
        place,
        place.full_name,
        booked.goes_to(place.email),
        _way(place.mode, keeps_turn=told and bool(outcome.get("keeps_turn"))),
        place.number,
        _state(place),
        picked.of_outcome(place.booking.event, outcome, attends=place.state is RegistrationState.CONFIRMED),
        may_change=place.may_be_managed and place.email is not None,
        is_theirs=place.taken_over_at is not None,
    )


def _as_it_stands(place: BookedPlace, guest: Registration) -> Shown:
    token = links.sign_reference(links.MANAGE, guest.id, guest.link_version)
    return Shown(
        place,
        guest.full_name,
        booked.goes_to(None),
        _way(guest.mode, keeps_turn=guest.keeps_turn),
        guest.number,
        State(guest.state.label, _TONES.get(guest.state, "waiting")),
        picked.of_registration(guest),
        own_link=url_for("public.registration", token=token) if guest.is_live else "",
    )


_TONES = {RegistrationState.CONFIRMED: "open", RegistrationState.CANCELLED: "cancelled"}


def _guest(place: BookedPlace) -> Registration | None:
    """Somebody of this name may stand under the booker's address since an earlier form."""
    if place.registration:
        return place.registration
    details = picturing.typed(place) or picturing.named(place)
    return live_registration(place.booking.event_id, email_key(place.booking.email), details.guest_key)


def _way(mode: Mode, *, keeps_turn: bool) -> str:
    return _("%(way)s, waits for the room", way=mode.label) if keeps_turn else str(mode.label)


def _state(place: BookedPlace) -> State:
    if place.cancelled_at:
        return State(RegistrationState.CANCELLED.label, "cancelled")
    if place.taken_over_at:
        return State(booked.managed_words(), "neutral")
    told: dict[str, Any] = {"told_by_mail": True} if place.state is None else {"state": place.state.value}
    return booked.state_words(told, place.full_name, is_guest=place.email is None)

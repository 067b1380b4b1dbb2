"""The words of a mail to whoever booked for several people."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from app import links
from app.mail.facts import Happening, happening
from app.mail.picked import of_colleague
from app.models import Mode, RegistrationState


@dataclass(frozen=True, slots=True)
class Booked:
    """One colleague, as the form came out."""

    name: str
    state: str
    goes_to: str
    sessions: list[str]
    is_untold: bool = False  # Whether they are registered, their own message says alone.


def booked(people: list[dict[str, Any]], language: str) -> list[Booked]:
    return [
        Booked(one["name"], _state(one), _goes_to(one["email"]), _sessions(one, language), one["state"] is None)
        for one in people
    ]


def _state(one: dict[str, Any]) -> str:
    mode = Mode(one["mode"]).label
    if one["state"] is None:
        return _("%(mode)s; the message to them says whether they have a seat", mode=mode)
    if one.get("keeps_turn"):
        return _("%(state)s, %(mode)s, and waits for the room", state=RegistrationState(one["state"]).label, mode=mode)
    return f"{RegistrationState(one['state']).label}, {mode}"


def _sessions(one: dict[str, Any], language: str) -> list[str]:
    attends = one["state"] == RegistrationState.CONFIRMED.value
    return [of_colleague(session, language, attends=attends) for session in one.get("sessions", [])]


def _goes_to(email: str | None) -> str:
    return _("Messages go to %(email)s", email=email) if email else _("Messages go to you")


@dataclass(frozen=True, slots=True)
class ListedBooking:
    """A booking among the links of an address."""

    event: Happening
    names: str
    url: str


def listed_booking(entry: dict[str, Any], language: str) -> ListedBooking:
    about = entry["booking"]
    url = links.booking(about["id"], about["version"], language)
    return ListedBooking(happening(entry["event"], language), ", ".join(entry["names"]), url)


def booking_steps() -> list[str]:
    return [
        _("Your page shows all of them, to print, to change and to cancel. It works until the event is over."),
        _("There you can change their sessions, how they attend, their details and a mistyped address."),
        _("Whoever takes their registration over manages it alone from then on. How it goes on, each is told by mail."),
        _("Messages for people without an address come to you and name them. Please pass them on."),
        _("An address that was registered before keeps that registration, and its owner was told."),
    ]

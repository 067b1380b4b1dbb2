"""The words of a mail to whoever booked for several people."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from app.models import Mode, RegistrationState


@dataclass(frozen=True, slots=True)
class Booked:
    """One colleague, as the form came out."""

    name: str
    state: str
    goes_to: str


def booked(people: list[dict[str, Any]]) -> list[Booked]:
    return [Booked(one["name"], _state(one), _goes_to(one["email"])) for one in people]


def _state(one: dict[str, Any]) -> str:
    mode = Mode(one["mode"]).label
    if one["state"] is None:
        return _("%(mode)s; the message to them says whether they have a seat", mode=mode)
    return f"{RegistrationState(one['state']).label}, {mode}"


def _goes_to(email: str | None) -> str:
    return _("Messages go to %(email)s", email=email) if email else _("Messages go to you")


def booking_steps() -> list[str]:
    return [
        _("Your page shows all of them, to print, to change and to cancel. It works until the event is over."),
        _("Whoever takes their registration over manages it alone from then on. How it goes on, each is told by mail."),
        _("Messages for people without an address come to you and name them. Please pass them on."),
        _("An address that was registered before keeps that registration, and its owner was told."),
    ]

"""Whom a mail is about: a registration as it was when the mail was queued, with their links signed."""

from dataclasses import dataclass
from typing import Any

from app import links
from app.mail.picked import PickedSession, picked
from app.mail.times import day
from app.models import Mode, RegistrationState
from app.models.registration_state import HOLD_OR_WAIT, HOPE_TO_COME


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The registration a mail is about, from its own facts."""

    id: int
    number: str
    name: str
    first_name: str
    email: str
    state: RegistrationState
    mode: Mode
    waits_for: Mode | None
    offered_until: str  # An instant, as it stands in the facts.
    days: tuple[str, ...]  # On which the person comes to the venue, in words.
    day_keys: tuple[str, ...]  # The same as the facts name them: 2026-12-08.
    calendar_uid: str
    calendar_sequence: int
    had_seat: bool  # Before what this mail tells of.
    was_pending: bool  # Likewise: nobody had decided on it yet.
    manage_url: str
    join_url: str
    offer_url: str
    postponed_url: str
    question_url: str
    is_guest: bool  # The address is that of whoever booked for them.
    sessions: tuple[PickedSession, ...] = ()
    given_up: tuple[PickedSession, ...] = ()  # Picked before, and not any more.
    calendar_url: str = ""
    links_url: str = ""  # Where the person has the manage link mailed. Given where that link itself must not stand.

    @property
    def is_online(self) -> bool:
        return self.mode is Mode.ONLINE

    @property
    def keeps_turn(self) -> bool:
        return self.waits_for is not None and self.waits_for is not self.mode

    @property
    def is_confirmed(self) -> bool:
        return self.state is RegistrationState.CONFIRMED

    @property
    def is_pending(self) -> bool:
        return self.state is RegistrationState.PENDING_APPROVAL

    @property
    def is_live(self) -> bool:
        return self.state in HOPE_TO_COME

    @property
    def has_place(self) -> bool:
        """Whether it is a seat or a place in line."""
        return self.state in HOLD_OR_WAIT

    @property
    def waits_in_session(self) -> bool:
        """Whether a session was picked that has no seat yet."""
        return any(not session.is_confirmed for session in self.sessions)

    @property
    def is_cancelled(self) -> bool:
        return self.state is RegistrationState.CANCELLED


def person(registration: dict[str, Any], language: str, *, was: str | None = None) -> Person:
    """``was`` is the state before a cancellation; somebody whose state we were not told had a seat."""
    row, version = registration["id"], registration["link_version"]
    manage_url = links.manage(row, version, language)
    return Person(
        id=row,
        number=registration["number"],
        name=registration["full_name"],
        first_name=registration["first_name"],
        email=registration["email"] or "",
        state=RegistrationState(registration["state"]),
        mode=Mode(registration["mode"]),
        waits_for=Mode(registration["waits_for"]) if registration["waits_for"] else None,
        offered_until=registration["offered_until"] or "",
        days=tuple(day(one, language) for one in registration["days"]),
        day_keys=tuple(registration["days"]),
        calendar_uid=registration["calendar_uid"],
        calendar_sequence=registration["calendar_sequence"],
        had_seat=was in {None, RegistrationState.CONFIRMED.value},
        was_pending=was == RegistrationState.PENDING_APPROVAL.value,
        sessions=picked(
            registration.get("sessions", []),
            language,
            attends=registration["state"] == RegistrationState.CONFIRMED.value,
        ),
        given_up=picked(registration.get("given_up", []), language, attends=False),
        manage_url=manage_url,
        calendar_url=links.calendar(row, version, language),
        join_url=f"{manage_url}/join",
        offer_url=links.offer(row, version, language),
        postponed_url=f"{manage_url}/postponed",
        question_url=f"{manage_url}/question",
        is_guest=registration.get("is_guest", False),
    )

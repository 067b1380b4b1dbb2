"""The sessions that a person picked, as a mail lists them: when, what, where, and how each of them stands."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from app.formats import dates
from app.models import PickState


@dataclass(frozen=True, slots=True, kw_only=True)
class PickedSession:
    title: str
    when: str  # "Tue, Dec 8, 2026, 1:00–2:15 p.m. EST"
    room: str
    is_confirmed: bool
    state: str  # How it stands, in words.
    facts: dict[str, Any]

    @property
    def line(self) -> str:
        """All of it, for a mail without looks and for a calendar."""
        return f"{self.when}: {self.title}" + (f" ({self.room})" if self.room else "") + f". {self.state}."


def picked(sessions: list[dict[str, Any]], locale: str, *, attends: bool) -> tuple[PickedSession, ...]:
    """``attends`` tells whether the person has a seat at the event itself."""
    return tuple(_picked(session, locale, attends=attends) for session in sessions)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionWay:
    """The session that a mail leads to, at its place on the person's own join page."""

    title: str
    when: str
    join_url: str


def session_way(session: dict[str, Any] | None, join_url: str, locale: str) -> SessionWay | None:
    if session is None:
        return None
    url = f"{join_url}#session-{session['id']}"
    return SessionWay(title=session["title"], when=_when(session, locale), join_url=url)


def when_and_where(session: dict[str, Any], locale: str) -> str:
    """One session in a line, without how anybody stands in it."""
    parts = (session["title"], _when(session, locale), session["room"])
    return ", ".join(part for part in parts if part)


def of_colleague(session: dict[str, Any], locale: str, *, attends: bool) -> str:
    """One session of somebody else in a line, for whoever booked for them."""
    if PickState(session["state"]) is PickState.CONFIRMED:
        state = _("Seat confirmed")
    else:
        state = _("Waiting list") if attends else _("Waits for a seat at the event")
    return f"{when_and_where(session, locale)}: {state}"


def _when(session: dict[str, Any], locale: str) -> str:
    if session.get("undated"):
        return _("Date to be announced")  # The event is postponed, and its sessions go with it.
    start, end = (datetime.fromisoformat(session[name]) for name in ("starts_at", "ends_at"))
    zone = session["time_zone"]
    day, times = dates.short_date(start, zone, locale), dates.clock_times(start, end, zone, locale)
    return f"{day}, {times} {dates.zone_letters(start, zone, locale)}"


def _picked(session: dict[str, Any], locale: str, *, attends: bool) -> PickedSession:
    state = PickState(session["state"])
    has_seat = state is PickState.CONFIRMED
    return PickedSession(
        title=session["title"],
        when=_when(session, locale),
        room=session["room"],
        is_confirmed=has_seat,
        state=_held(session, locale) if state is PickState.OFFERED else _state(has_seat=has_seat, attends=attends),
        facts=session,
    )


def _held(session: dict[str, Any], locale: str) -> str:
    until, zone = datetime.fromisoformat(session["offered_until"]), session["time_zone"]
    when = f"{dates.short_date(until, zone, locale)}, {dates.clock_time(until, zone, locale)}"
    return _("A seat is held for you until %(when)s", when=f"{when} {dates.zone_letters(until, zone, locale)}")


def _state(*, has_seat: bool, attends: bool) -> str:
    if has_seat:
        return _("You have a seat")
    if attends:
        return _("You are on the waiting list of this session")
    return _("Waits with you for a seat at the event")

"""A mail's facts, made ready to be read: cleaned of what no mail may carry, times put into words, links signed.

The facts are what was true when the mail was queued. Nothing here asks the database.
"""

import json
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _

from app import keys, links
from app.formats import dates
from app.formats.cleaning import many_lines, one_line
from app.formats.countries import country_name
from app.mail.picked import PickedSession, picked
from app.models import EventState, Mode, RegistrationState
from app.models.registration import HOLD_OR_WAIT, HOPE_TO_COME

# Texts that staff write in paragraphs. Everything else is one line, whatever was typed.
_PARAGRAPHS = frozenset({"summary", "reason", "text", "id_text", "arrival_text", "access_text"})


def opened(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts with what was sealed among them. Raises keys.UnreadableError."""
    sealed = facts.get("sealed")
    if not sealed:
        return facts
    values: dict[str, Any] = json.loads(keys.unseal(b64decode(sealed["value"]), sealed["row"]))
    return {name: value for name, value in facts.items() if name != "sealed"} | values


def cleaned(value: Any, name: str = "") -> Any:
    """The same facts without line breaks in names, control characters or marks that turn text round."""
    if isinstance(value, str):
        return many_lines(value) if name in _PARAGRAPHS else one_line(value)
    if isinstance(value, dict):
        return {key: cleaned(inner, key) for key, inner in value.items()}
    if isinstance(value, Sequence):
        return [cleaned(inner, name) for inner in value]
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A start and an end in words, at the event's place."""

    day: str  # "Tuesday, December 8, 2026"
    time: str  # "1:00–2:30 p.m. Eastern Time (EST)"
    short: str  # "Tue, Dec 8, 2026, 1:00 p.m. EST"
    zones: tuple[tuple[str, str], ...]  # ("Central Time", "12:00–1:30 p.m."), where the event wants it
    tile: tuple[str, str]
    lasts_days: bool


def when(event: dict[str, Any], locale: str) -> When | None:
    """None while the date is to be announced."""
    if not event.get("starts_at") or not event.get("ends_at"):
        return None
    start, end = (datetime.fromisoformat(event[name]) for name in ("starts_at", "ends_at"))
    zone = event["time_zone"]
    if lasts_whole_days(event):
        return _whole_days(start, end, zone, locale)
    begins, letters = dates.clock_time(start, zone, locale), dates.zone_letters(start, zone, locale)
    return When(
        day=dates.days(start, end, zone, locale),
        time=f"{dates.hours(start, end, zone, locale)} {dates.zone_from_to(start, end, zone, locale)}",
        short=f"{dates.short_date(start, zone, locale)}, {begins} {letters}",
        zones=_us_zones(start, end, zone, locale) if event.get("shows_us_zones") else (),
        tile=dates.tile(start, end, zone, locale),
        lasts_days=_lasts_days(start, end, zone),
    )


def lasts_whole_days(event: dict[str, Any]) -> bool:
    """Whether only the days are known: such an event runs from midnight to 23:59."""
    return str(event.get("starts_local"))[11:16] == "00:00" and str(event.get("ends_local"))[11:16] == "23:59"


def _whole_days(start: datetime, end: datetime, zone: str, locale: str) -> When:
    return When(
        day=dates.days(start, end, zone, locale),
        time=_("Hours to be announced"),
        short=dates.short_date(start, zone, locale),
        zones=(),
        tile=dates.tile(start, end, zone, locale),
        lasts_days=_lasts_days(start, end, zone),
    )


def _lasts_days(start: datetime, end: datetime, zone: str) -> bool:
    return dates.last_day(start, start, zone) != dates.last_day(start, end, zone)


def _us_zones(start: datetime, end: datetime, own: str, locale: str) -> tuple[tuple[str, str], ...]:
    """The hours on each coast and between; what is on another day than at the event says so."""
    day = dates.last_day(start, start, own)
    return tuple(
        (dates.zone_words(zone, locale), dates.hours(start, end, zone, locale, day)) for zone in dates.US_ZONES
    )


def day(text: str, locale: str) -> str:
    """A day from the facts, such as "2026-12-08", in words."""
    return dates.full_date(datetime.fromisoformat(text).replace(tzinfo=UTC), "UTC", locale)


def day_to_come(text: str | None, at: datetime, locale: str) -> str:
    """A day in words if it is not over yet, or nothing."""
    return day(text, locale) if text and text >= at.date().isoformat() else ""


def instant(text: str | None, zone: str, locale: str) -> str:
    """An instant from the facts in words, or nothing."""
    if not text:
        return ""
    moment = datetime.fromisoformat(text)
    day, time = dates.short_date(moment, zone, locale), dates.clock_time(moment, zone, locale)
    return _("%(day)s at %(time)s", day=day, time=f"{time} {dates.zone_letters(moment, zone, locale)}")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """The event a mail is about, as it was when the mail was queued."""

    title: str
    series: str
    url: str
    when: When | None
    place: str  # "Trade Hall, Room 4, 1300 Main Street, Washington, DC 20229", or "Online"
    is_demo: bool
    join_released: bool
    join_release: str  # "Mon, Dec 7, 2026 at 5:00 p.m. EST"
    language: str
    facts: dict[str, Any]

    @property
    def register_url(self) -> str:
        return f"{self.url}/register"

    @property
    def is_held(self) -> bool:
        return bool(self.facts["state"] == EventState.PUBLISHED.value)

    @property
    def is_postponed(self) -> bool:
        return bool(self.facts["state"] == EventState.POSTPONED.value)

    @property
    def time_line(self) -> str:
        return self.when.short if self.when else _("date to be announced")


def happening(event: dict[str, Any], language: str, *, mode: Mode | None = None) -> Happening:
    """``mode`` says for whom the place is told; without one both ways to attend are named."""
    return Happening(
        title=event["title"],
        series=event["series"],
        url=links.absolute(f"/events/{event['slug']}", language),
        when=when(event, language),
        place=place(event, language, mode),
        is_demo=event["is_demo"],
        join_released=event["join_released"],
        join_release=instant(event["join_release_at"], event["time_zone"], language),
        language=language,
        facts=event,
    )


def place(event: dict[str, Any], language: str, mode: Mode | None) -> str:
    """Where somebody who attends this way is; without a mode both ways are named."""
    modes = [Mode(value) for value in event["modes"] or ["online"]]
    wanted = [mode] if mode else modes
    hall = _hall(event["venue"], language) if event["venue"] else ""
    places = {Mode.IN_PERSON: hall or _("Place to be announced"), Mode.ONLINE: _("Online")}
    return " · ".join(places[one] for one in wanted)


def _hall(venue: dict[str, Any], language: str) -> str:
    country = country_name(venue.get("country_abroad", ""), language)  # Older facts name it in their address.
    return ", ".join(part for part in (venue["name"], venue["room"], venue["address"], country) if part)

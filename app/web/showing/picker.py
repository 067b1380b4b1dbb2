"""The agenda as components/session_picker.html draws it: what people choose stands among what is open to everyone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from flask_babel import gettext as _
from flask_babel.speaklater import LazyString

from app.formats import dates
from app.models import Event, EventSession, Mode
from app.models.availability import Availability, session_availability
from app.operations.registration.fitting import has_room, is_offered
from app.web import filters
from app.web.showing.agenda import speaker_words
from app.web.showing.cards import State, state_of

Held = Mapping[int, State]  # The sessions that somebody has, by id, each with how it stands.
NOTHING: Held = {}


@dataclass(frozen=True)
class Standing:
    """How a session stands for those who attend in one way; ``mode`` is empty where it is so for everybody."""

    mode: str
    mode_label: LazyString | str
    state: State


@dataclass(frozen=True)
class Choice:
    """One session. Without standings it is open to everyone who attends, and there is nothing to choose."""

    id: int
    title: str
    times: str
    room: str
    only_for: LazyString | str  # "In person", where people who attend otherwise cannot have it.
    repeats: bool
    repeat_key: str
    speakers: list[str]
    summary: str
    standings: list[Standing]
    starts: int  # In seconds, so that the script sees what overlaps.
    ends: int


@dataclass(frozen=True)
class Slot:
    """What begins at one hour of one day."""

    start: str
    legend: str  # "Tuesday, May 4, 2027, 1:00 p.m."
    choices: list[Choice]
    open_to_all: list[Choice]


@dataclass(frozen=True)
class Day:
    date: date
    slots: list[Slot]


@dataclass(frozen=True)
class Picker:
    days: list[Day]
    zone_note: str

    @property
    def choices(self) -> list[Choice]:
        """In the order in which they are held."""
        return [choice for day in self.days for slot in day.slots for choice in slot.choices]

    @property
    def has_open(self) -> bool:
        """Whether it shows sessions that nobody chooses."""
        return any(slot.open_to_all for day in self.days for slot in day.slots)


def picker(event: Event, modes: Sequence[Mode], at: datetime, *, held: Held = NOTHING) -> Picker:
    """What people who attend in one of these ways can pick, and what somebody has ``held`` already, as it stands."""
    sessions = [one for one in event.sessions if _stands_in_it(one, modes, at, held)]
    days = groupby(sessions, key=lambda session: session.starts_local.date())
    return Picker(
        [Day(day, _slots(of_day, event, modes, at, held)) for day, of_day in days],
        _("All times are %(zone)s.", zone=dates.zone_words(event.time_zone, filters.locale())),
    )


def _stands_in_it(session: EventSession, modes: Sequence[Mode], at: datetime, held: Held) -> bool:
    """What can be picked, and for orientation what is open to everyone; pauses only make it longer."""
    if session.is_picked:
        return can_be_picked(session, modes, at, held)
    return not session.kind.is_pause and session.mode in (None, *modes)


def can_be_picked(session: EventSession, modes: Sequence[Mode], at: datetime, held: Held = NOTHING) -> bool:
    is_open = session.ends_at > at and any(is_offered(session, mode) and has_room(session, mode, at) for mode in modes)
    return session.is_picked and (is_open or session.id in held)


def _slots(
    sessions: Iterable[EventSession], event: Event, modes: Sequence[Mode], at: datetime, held: Held
) -> list[Slot]:
    hours = groupby(sessions, key=lambda session: session.starts_at)
    return [
        _slot(start, [_choice(session, event, modes, at, held) for session in at_once], event)
        for start, at_once in hours
    ]


def _slot(start: datetime, items: list[Choice], event: Event) -> Slot:
    language = filters.locale()
    begins = dates.clock_time(start, event.time_zone, language)
    return Slot(
        start=begins,
        legend=f"{dates.full_date(start, event.time_zone, language)}, {begins}",
        choices=[item for item in items if item.standings],
        open_to_all=[item for item in items if not item.standings],
    )


def _choice(session: EventSession, event: Event, modes: Sequence[Mode], at: datetime, held: Held) -> Choice:
    possible = [mode for mode in modes if session.pool(mode)] if session.is_picked else []
    repeated = [one for one in event.sessions if session.repeat_key and one.repeat_key == session.repeat_key]
    return Choice(
        id=session.id,
        title=session.title,
        times=dates.clock_times(session.starts_at, session.ends_at, event.time_zone, filters.locale()),
        room=session.room,
        only_for=possible[0].label if len(possible) == 1 < len(modes) else "",
        repeats=len(repeated) > 1,
        repeat_key=session.repeat_key,
        speakers=[speaker_words(speaker) for speaker in session.speakers],
        summary=session.description,
        standings=_standings(session, possible, at, held) if session.is_picked else [],
        starts=int(session.starts_at.timestamp()),
        ends=int(session.ends_at.timestamp()),
    )


def _standings(session: EventSession, modes: Sequence[Mode], at: datetime, held: Held) -> list[Standing]:
    """What somebody has of it already, or how it stands for newcomers: once where all ways of attending are alike."""
    if session.id in held:
        return [Standing("", "", held[session.id])]
    found = {mode: session_availability(session, mode, at) for mode in modes}
    if len(set(found.values())) == 1 or not found:
        alike = next(iter(found.values()), Availability.FULL)
        return [Standing("", "", state_of(alike))]
    return [Standing(mode.value, mode.label, state_of(state)) for mode, state in found.items()]

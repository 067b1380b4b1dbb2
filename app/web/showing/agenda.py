"""The agenda as components/agenda.html draws it: days, each with its hours; what runs at once stands side by side."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from app import clock
from app.formats import dates
from app.models import Event, EventSession, EventState, Speaker
from app.web import filters


@dataclass(frozen=True)
class Item:
    """One session."""

    id: int
    title: str
    kind_label: str
    room: str
    mode_label: str
    speakers: list[str]
    summary: str
    is_break: bool
    is_picked: bool


@dataclass(frozen=True)
class Slot:
    """What begins at one hour. The end is said when all of it ends together."""

    start: str
    end: str
    sessions: list[Item]


@dataclass(frozen=True)
class Day:
    date: date
    slots: list[Slot]
    number: int = 0  # Told in place of its date while the event has none.


def agenda(event: Event) -> list[Day]:
    sessions = sorted(event.sessions, key=lambda session: (session.starts_at, session.room, session.id))
    days = groupby(sessions, key=lambda session: session.starts_local.date())
    return [Day(day, _slots(list(of_day), event.time_zone), _number(event, day)) for day, of_day in days]


def _number(event: Event, day: date) -> int:
    """The which-th day of an event that was put off; 0 while it has its dates."""
    if event.starts_local:
        return 0
    first = min(session.starts_local.date() for session in event.sessions)
    return (day - min(first, event.postponed_from_local.date() if event.postponed_from_local else first)).days + 1


def _slots(sessions: Iterable[EventSession], zone: str) -> list[Slot]:
    hours = groupby(sessions, key=lambda session: session.starts_at)
    return [_slot(list(at_once), zone) for _, at_once in hours]


def _slot(sessions: list[EventSession], zone: str) -> Slot:
    ends = {session.ends_at for session in sessions}
    language = filters.locale()
    return Slot(
        start=dates.clock_time(sessions[0].starts_at, zone, language),
        end=dates.clock_time(ends.pop(), zone, language) if len(ends) == 1 else "",
        sessions=[_item(session) for session in sessions],
    )


def _item(session: EventSession) -> Item:
    return Item(
        id=session.id,
        title=session.title,
        kind_label="" if session.kind.is_pause else str(session.kind.label),
        room=session.room,
        mode_label=str(session.mode.label) if session.mode else "",
        speakers=[speaker_words(speaker) for speaker in session.speakers],
        summary=session.description,
        is_break=session.kind.is_pause and not session.is_picked,
        is_picked=session.is_picked and _takes_picks(session.event),
    )


def _takes_picks(event: Event) -> bool:
    return event.state is EventState.PUBLISHED and not event.has_ended(clock.now())


def speaker_words(speaker: Speaker) -> str:
    """Ana Lopez, Harbor Brokers."""
    return ", ".join(part for part in (speaker.name, speaker.organization) if part)

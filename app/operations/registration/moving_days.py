"""The days on which people come keep to an event that moves: its first day to its first, as sessions do.

Nothing is lost on the way. A day that the event no longer has lies beyond its end, where nobody reads it, and comes
back with a change that is undone.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from app import nights
from app.db import db
from app.models import BookedPlace, Booking, Event, FormSubmission, Helper, Registration
from app.operations.facts import AT_ONCE
from app.operations.registration import picturing

Days = tuple[str, ...]


@dataclass(frozen=True)
class _Turn:
    """How a choice of days follows the event."""

    shift: timedelta
    whole: frozenset[str] = frozenset()  # Who came on all of these comes on all days of an event that lasts longer now.
    added: Days = ()

    def __call__(self, days: Collection[str]) -> list[str]:
        moved = [(date.fromisoformat(day) + self.shift).isoformat() for day in days]
        return sorted({*moved, *self.added}) if self.whole and self.whole <= set(days) else moved


def follow(event: Event, former: dict[str, Any], *, undoing: bool = False) -> None:
    """Move everybody's days along. ``former`` is when a locked event was held before, as "Undo" remembers it."""
    times = _times(event)
    before, now = _first_day(former), _first_day(times)
    if before is None or now is None or (before, _last_day(former)) == (now, _last_day(times)):
        return  # Most changes move no day, and leave everybody's unread.
    chosen = {table: _chosen(event, table) for table in (Registration, Helper)}
    turn = _Turn(now - before)
    if not undoing:
        turn = _longer(event, before, _last_day(former) or _latest(chosen.values()), turn)
    if turn.shift or turn.whole:
        for table, choices in chosen.items():
            _rewrite(table, choices, turn)
        _rewrite_booked(event, turn)
        _rewrite_confirmed(event, turn)


def _longer(event: Event, first: date, last: date | None, turn: _Turn) -> _Turn:
    """The same, for an event that may have more days now than it had."""
    had = [(first + timedelta(days=number)).isoformat() for number in range(((last or first) - first).days + 1)]
    has = tuple(event.day_keys)
    return _Turn(turn.shift, frozenset(had), has) if len(has) > len(had) else turn


def _chosen(event: Event, table: type[Registration | Helper]) -> dict[Days, list[int]]:
    """Who chose which days; those without any come on every day, or to no room."""
    found: dict[Days, list[int]] = defaultdict(list)
    for row, days in db.session.execute(select(table.id, table.days).where(table.event_id == event.id)):
        if days:
            found[tuple(days)].append(row)
    return found


def _rewrite(table: type[Registration | Helper], choices: dict[Days, list[int]], turn: _Turn) -> None:
    for days, rows in choices.items():
        for start in range(0, len(rows), AT_ONCE):
            db.session.execute(
                update(table).where(table.id.in_(rows[start : start + AT_ONCE])).values(days=turn(days)),
            )


def _rewrite_booked(event: Event, turn: _Turn) -> None:
    """What bookers see of their colleagues."""
    places = select(BookedPlace).join(Booking).where(Booking.event_id == event.id, BookedPlace.sealed_form.is_not(None))
    for place in db.session.scalars(places):
        details = picturing.whole(place)
        if details.days:
            picturing.keep(place, details.with_values(days=tuple(turn(details.days))), place.outcome or {})


def _rewrite_confirmed(event: Event, turn: _Turn) -> None:
    """What the pages say that confirm the forms of the last days."""
    for submission in db.session.scalars(select(FormSubmission).where(FormSubmission.event_id == event.id)):
        if days := submission.outcome.get("days"):
            submission.outcome = submission.outcome | {"days": turn(days)}


def _times(event: Event) -> dict[str, str | None]:
    times = {name: getattr(event, name) for name in ("starts_local", "ends_local", "postponed_from_local")}
    return {name: moment and moment.isoformat() for name, moment in times.items()}


def _first_day(times: dict[str, Any]) -> date | None:
    """The day on which it begins, or was to begin before it was put off."""
    begins = times["starts_local"] or times["postponed_from_local"]
    return datetime.fromisoformat(begins).date() if begins else None


def _last_day(times: dict[str, Any]) -> date | None:
    if not (times["starts_local"] and times["ends_local"]):
        return None
    return nights.last_day(*(datetime.fromisoformat(times[name]) for name in ("starts_local", "ends_local")))


def _latest(choices: Iterable[dict[Days, list[int]]]) -> date | None:
    """Nobody remembers when an event that was put off was to end: the last day on which anybody comes."""
    days = [day for chosen in choices for one in chosen for day in one]
    return date.fromisoformat(max(days)) if days else None

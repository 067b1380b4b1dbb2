"""What a visitor may know of an event: derived here, once, for pages, feeds and mails. Never a figure."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l

from app.models.event import Event
from app.models.event_parts import EventSession
from app.models.event_state import EventState
from app.models.labels import Labelled
from app.models.seat_pool import Mode, SeatPool


class Availability(Labelled):
    """How things stand with an event, or with one way of attending it."""

    BY_INVITATION = "by-invitation", _l("By invitation"), "note"
    OPENS_LATER = "opens-later", _l("Registration opens later"), "note"
    OPEN = "open", _l("Open"), "good"
    FEW_SEATS = "few-seats", _l("Few seats left"), "warn"
    WAITING_LIST = "waiting-list", _l("Waiting list"), "warn"
    FULL = "full", _l("No seats"), "quiet"
    PAUSED = "paused", _l("Registration paused"), "warn"
    ENDED = "ended", _l("Registration ended"), "quiet"
    NOT_NEEDED = "not-needed", _l("No registration needed"), "quiet"
    UNDER_WAY = "under-way", _l("Under way"), "note"
    PAST = "past", _l("Past event"), "quiet"
    POSTPONED = "postponed", _l("Postponed"), "warn"
    CANCELLED = "cancelled", _l("Cancelled"), "stop"

    @property
    def takes_registrations(self) -> bool:
        return self in {Availability.OPEN, Availability.FEW_SEATS, Availability.WAITING_LIST}


# Then it says nothing more that registration is by invitation.
SHUT = frozenset({Availability.PAUSED, Availability.ENDED, Availability.UNDER_WAY})
# What an event is called whose ways of attending stand differently.
BEST_FIRST = (
    Availability.OPEN,
    Availability.FEW_SEATS,
    Availability.WAITING_LIST,
    Availability.PAUSED,
    Availability.OPENS_LATER,
    Availability.FULL,
    Availability.UNDER_WAY,
    Availability.ENDED,
)


@dataclass(frozen=True)
class ModeAvailability:
    mode: Mode
    availability: Availability


def registration_opens_at(event: Event, mode: Mode | None = None) -> datetime | None:
    """When registration opens, for everybody or for one way of attending. None: it is open from the beginning."""
    pool = event.pool(mode) if mode else None
    return (pool.opens_at if pool else None) or event.registration_opens_at


def registration_closes_at(event: Event, mode: Mode | None = None) -> datetime | None:
    """The deadline in force, for everybody or for one way of attending: the one that was set, else the start."""
    pool = event.pool(mode) if mode else None
    return (pool.closes_at if pool else None) or event.registration_closes_at or event.starts_at


def availability(event: Event, at: datetime) -> Availability:
    """The event as a whole: the best that one of its ways of attending offers."""
    fixed = _whole_event(event, at)
    if fixed:
        return fixed
    found = [_pool_availability(event, pool, at) for pool in event.pools]
    if event.is_by_invitation and not SHUT.issuperset(found):
        return Availability.BY_INVITATION
    return next((best for best in BEST_FIRST if best in found), _closed(event, None, at) or Availability.FULL)


def mode_availability(event: Event, at: datetime) -> list[ModeAvailability]:
    """Each way of attending, in person first."""
    fixed = _whole_event(event, at)
    pools = [pool for mode in Mode if (pool := event.pool(mode))]
    return [ModeAvailability(pool.mode, fixed or _pool_availability(event, pool, at)) for pool in pools]


def session_availability(session: EventSession, mode: Mode, at: datetime) -> Availability:
    """One session that people pick, for those who attend in one way."""
    pool = session.pool(mode)
    if pool is None or pool.capacity == 0:
        return Availability.FULL
    if session.ends_at <= at:
        return Availability.PAST
    if not pool.has_free:
        return Availability.WAITING_LIST if session.starts_at > at else Availability.FULL
    if pool.waiting and session.starts_at > at and session.event.lines_rest:
        return Availability.WAITING_LIST
    return Availability.FEW_SEATS if pool.has_few else Availability.OPEN


def next_state_at(event: Event, at: datetime) -> datetime | None:
    """The next instant at which the clock alone changes how things stand with the event."""
    instants = (event.registration_opens_at, registration_closes_at(event), event.starts_at, event.ends_at)
    closing = [event.promotes_until(pool.mode) for pool in event.pools]
    own = [instant for pool in event.pools for instant in (pool.opens_at, pool.closes_at)]
    return min((instant for instant in (*instants, *closing, *own) if instant and instant > at), default=None)


def next_change_at(event: Event, at: datetime) -> datetime | None:
    """The next instant at which the clock alone changes what a visitor sees; a kept page lives no longer."""
    materials = [material.publish_at for material in event.materials]
    later = [instant for instant in (next_state_at(event, at), *materials) if instant and instant > at]
    return min(later, default=None)


def _whole_event(event: Event, at: datetime) -> Availability | None:
    """What holds for every way of attending alike, or None when the seats decide."""
    if event.state is EventState.CANCELLED:
        return Availability.CANCELLED
    if event.state is EventState.POSTPONED or event.starts_at is None:
        return Availability.POSTPONED
    if event.has_ended(at):
        return Availability.PAST
    return None if event.takes_registrations else Availability.NOT_NEEDED


def _closed(event: Event, mode: Mode | None, at: datetime) -> Availability | None:
    """Why nobody can register this way now, or None when the seats decide."""
    opens_at, closes_at = registration_opens_at(event, mode), registration_closes_at(event, mode)
    if opens_at and at < opens_at:
        return Availability.OPENS_LATER
    if closes_at and closes_at <= at:
        return Availability.UNDER_WAY if event.starts_at and event.starts_at <= at else Availability.ENDED
    return Availability.PAUSED if event.is_paused_for(mode) else None


def takes(event: Event, mode: Mode, at: datetime) -> bool:
    """Whether registration is open for this way of attending, whatever seats there are."""
    return _closed(event, mode, at) is None


def _pool_availability(event: Event, pool: SeatPool, at: datetime) -> Availability:
    if closed := _closed(event, pool.mode, at):
        return closed
    if pool.capacity == 0:
        return Availability.FULL
    line_is_closed = event.line_is_closed(pool.mode, at)
    if not pool.has_free:
        return Availability.FULL if line_is_closed else Availability.WAITING_LIST
    # Whoever waits beside a free seat cannot take it now. They stop nobody but while their line rests.
    if pool.waiting and not line_is_closed and event.lines_rest:
        return Availability.WAITING_LIST
    return Availability.FEW_SEATS if pool.has_few else Availability.OPEN

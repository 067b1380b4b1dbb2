"""The order of an event's dates: what must come before what, each breach with its sentence and its field."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from flask_babel import lazy_gettext as _l

from app.models import Event, EventState, Mode, SeatPool
from app.models.availability import registration_closes_at, registration_opens_at
from app.models.labels import Labelled

LONGEST = timedelta(days=31)
EARLIEST_YEAR, LATEST_YEAR = 2000, 2100


class Disorder(Labelled):
    """Two dates in the wrong order. The value names the field that says so, before the colon."""

    NO_START = "starts:missing", _l("Enter when the event starts.")
    NO_END = "ends:missing", _l("Enter when the event ends.")
    START_YEAR = "starts:year", _l("Enter a year from 2000 to 2100.")
    ENDS_FIRST = "ends:first", _l("The end must be after the start.")
    TOO_LONG = "ends:long", _l("An event can last 31 days at most. Make one event for each part.")
    CLOSES_FIRST = "registration_closes:first", _l("Registration must end after it opens.")
    CLOSES_LATE = "registration_closes:late", _l("Registration must end before the event does.")
    ROOM_CLOSES_FIRST = "in_person_closes:first", _l("Registration must end after it opens.")
    ONLINE_CLOSES_FIRST = "online_closes:first", _l("Registration must end after it opens.")
    ROOM_CLOSES_LATE = "in_person_closes:late", _l("Registration must end before the event does.")
    ONLINE_CLOSES_LATE = "online_closes:late", _l("Registration must end before the event does.")
    OPENS_LATE = "registration_opens:late", _l("Registration must open before the event starts.")
    RELEASE_LATE = "release:late", _l("People need the way to join before the event starts. Choose an earlier time.")
    ACCESS_LATE = "accessibility_by:late", _l("This day must not be after the event starts.")

    @property
    def field(self) -> str:
        return str(self.value).partition(":")[0]


class OutOfOrderError(Exception):
    """Dates contradict each other; ``disorders`` says which and why."""

    def __init__(self, disorders: tuple[Disorder, ...]) -> None:
        super().__init__(*(disorder.value for disorder in disorders))
        self.disorders = disorders


def refuse_disorder(event: Event) -> None:
    found = tuple(disorders(event))
    if found:
        raise OutOfOrderError(found)


def disorders(event: Event) -> Iterator[Disorder]:
    span = list(_span(event, event.starts_local, event.starts_at)) if event.starts_at and event.starts_local else []
    yield from span
    # Against an end that is wrong itself nothing else is held: one fault, told once.
    ends_at = None if Disorder.ENDS_FIRST in span else event.ends_at
    if event.starts_at and event.starts_local:
        yield from _before_start(event, event.starts_local.date(), event.starts_at)
    if event.registration_closes_at:
        if event.registration_opens_at and event.registration_closes_at <= event.registration_opens_at:
            yield Disorder.CLOSES_FIRST
        if ends_at and event.registration_closes_at > ends_at:
            yield Disorder.CLOSES_LATE
    for pool in event.pools:
        yield from _own_times(event, pool, ends_at)


def _own_times(event: Event, pool: SeatPool, ends_at: datetime | None) -> Iterator[Disorder]:
    """One way of attending: its end must come after its opening, whichever of the two it has from the event."""
    if not (pool.opens_at or pool.closes_at):
        return
    in_room = pool.mode is Mode.IN_PERSON
    opens, closes = registration_opens_at(event, pool.mode), registration_closes_at(event, pool.mode)
    if opens and closes and closes <= opens:
        yield Disorder.ROOM_CLOSES_FIRST if in_room else Disorder.ONLINE_CLOSES_FIRST
    if ends_at and closes and closes > ends_at:
        yield Disorder.ROOM_CLOSES_LATE if in_room else Disorder.ONLINE_CLOSES_LATE


def _span(event: Event, starts_local: datetime, starts_at: datetime) -> Iterator[Disorder]:
    if not EARLIEST_YEAR <= starts_local.year <= LATEST_YEAR:
        yield Disorder.START_YEAR
    if event.ends_at is None or event.ends_local is None:
        if event.state is not EventState.CANCELLED:  # One that was postponed before had no date to end on.
            yield Disorder.NO_END
    elif event.ends_at <= starts_at or event.ends_local <= starts_local:
        yield Disorder.ENDS_FIRST
    elif event.ends_at - starts_at > LONGEST:
        yield Disorder.TOO_LONG


def _before_start(event: Event, first_day: date, starts_at: datetime) -> Iterator[Disorder]:
    if event.registration_opens_at and event.registration_opens_at >= starts_at:
        yield Disorder.OPENS_LATE
    if event.joining and event.joining.release_at and event.joining.release_at > starts_at:
        yield Disorder.RELEASE_LATE
    if event.accessibility_by and event.accessibility_by > first_day:
        yield Disorder.ACCESS_LATE

"""The register panel: how things stand, until when, and the one button."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.models import Event, Mode
from app.models.availability import (
    Availability,
    ModeAvailability,
    availability,
    mode_availability,
    registration_closes_at,
    registration_opens_at,
)
from app.web import filters
from app.web.admission_words import conditions
from app.web.showing.cards import State, state_of

SEATS = {Availability.OPEN, Availability.FEW_SEATS, Availability.WAITING_LIST, Availability.FULL}
BY_TIME = {Availability.OPENS_LATER, Availability.ENDED, Availability.UNDER_WAY, Availability.PAUSED}
WITHOUT_REGISTERING = {
    Mode.IN_PERSON: _l("You may also come without registering."),
    Mode.ONLINE: _l("You may also follow online without registering."),
}
WEBINARS = "webinars"
NO_SEATS = _l("There are no seats this way.")
OTHERWISE = {
    Availability.BY_INVITATION: _l(
        "Registration is by invitation. Whoever is invited has a personal link by mail. To ask for an invitation,"
        " write to the contact."
    ),
    Availability.WAITING_LIST: _l("Who is on the waiting list moves up in order."),
    Availability.FULL: _l("All seats are taken, and the waiting list is closed."),
    Availability.PAUSED: _l("We hold registration for a while. Nobody loses a seat. Come back a little later."),
    Availability.NOT_NEEDED: _l("You need not register. Come, or follow online, as described here."),
    Availability.PAST: _l("This event is over."),
    Availability.POSTPONED: _l("A new date will stand here. Who is registered stays registered."),
    Availability.CANCELLED: _l(
        "This event will not take place. If you were registered, there is nothing you need to do."
    ),
}


@dataclass(frozen=True)
class ModeLine:
    """One way of attending: its word, its state, its sentence."""

    label: LazyString | str
    state: State
    sentence: str


@dataclass(frozen=True)
class Action:
    label: str
    url: str


@dataclass(frozen=True)
class Panel:
    """Lines per way of attending while seats decide; one sentence for the event otherwise."""

    modes: list[ModeLine]
    sentence: str
    action: Action | None
    conditions: list[str]  # Of the one button: what whoever presses it needs or must know.


def panel(event: Event, at: datetime) -> Panel:
    found = availability(event, at)
    if found not in SEATS and not (found in BY_TIME and _ways_differ(event)):
        return Panel([], sentence(event, found), None, [])
    lines = [
        ModeLine(line.mode.label, state_of(line.availability), _line(event, line))
        for line in mode_availability(event, at)
    ]
    button = action(event, at)
    return Panel(lines, "", button, conditions(event) if button else [])


def _ways_differ(event: Event) -> bool:
    """Whether there is more to say than one sentence for everybody."""
    return any(pool.opens_at or pool.closes_at or not pool.registration_required for pool in event.pools)


def _line(event: Event, line: ModeAvailability) -> str:
    words, pool = sentence(event, line.availability, line.mode), event.pool(line.mode)
    if pool and not pool.registration_required:
        words += " " + str(WITHOUT_REGISTERING[line.mode])
    return words


def sentence(event: Event, found: Availability, mode: Mode | None = None) -> str:
    """What a state means for a visitor, in one sentence: for everybody, or for one way of attending."""
    match found:
        case Availability.OPENS_LATER:
            return _("Registration opens on %(when)s.", when=_words(event, registration_opens_at(event, mode)))
        case Availability.OPEN:
            return _deadline(event, mode)
        case Availability.FEW_SEATS:
            return _("Only a few seats are left.") + " " + _deadline(event, mode)
        case Availability.ENDED:
            ended = _("Registration ended on %(when)s.", when=_words(event, registration_closes_at(event, mode)))
            return ended + _still_public(event)
        case Availability.UNDER_WAY:
            return _("The event is under way. Registration has ended.") + _still_public(event)
    words = str(OTHERWISE[found] if found is not Availability.FULL or _has_seats(event, mode) else NO_SEATS)
    return f"{why_wait(event)} {words}" if found is Availability.WAITING_LIST else words


def why_wait(event: Event) -> str:
    """Why a newcomer gets no seat: until people are told of a new date, nobody moves up to one that is free."""
    return _("Free seats go first to those who wait.") if event.lines_rest else _("All seats are taken.")


def _has_seats(event: Event, mode: Mode | None) -> bool:
    """Whether any were planned this way, or in any way."""
    return any(pool.capacity != 0 for pool in event.pools if mode in {None, pool.mode})


def _still_public(event: Event) -> str:
    """A deadline must not look like a closed door: the meetings of advisory committees stay open to the public."""
    if event.committee and not event.committee.closed_to_public:
        return " " + _("The meeting stays open to the public: write to the contact to attend.")
    return ""


def _deadline(event: Event, mode: Mode | None) -> str:
    closes_at = registration_closes_at(event, mode)
    if closes_at == event.starts_at:
        return _("You can register until it begins.")
    return _("Register by %(when)s.", when=_words(event, closes_at))


def _words(event: Event, instant: datetime | None) -> str:
    return filters.instant_words(instant, event.time_zone) if instant else ""


def action(event: Event, at: datetime) -> Action | None:
    """The one button: none when nobody can register."""
    found = availability(event, at)
    if not found.takes_registrations:
        return None
    if found is Availability.WAITING_LIST:
        label = _("Join the waiting list")
    elif event.series.slug == WEBINARS:
        label = _("Register for this webinar")
    else:
        label = _("Register for this event")
    return Action(label, url_for("public.register_form", slug=event.slug))

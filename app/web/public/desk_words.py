"""What the form and the confirmation say around a registration: how things stand, and what happens next."""

from dataclasses import dataclass

from flask_babel import gettext as _

from app.models import Mode, RegistrationState
from app.models.availability import Availability, registration_closes_at
from app.web.filters import event_date_words, event_time_words, instant_words
from app.web.public.desks import Desk


@dataclass(frozen=True)
class Step:
    """One line of "what happens next"."""

    title: str
    text: str = ""
    when: str = ""


def mode_hints(desk: Desk) -> dict[str, str]:
    """How things stand with each way of attending, below its choice."""
    return {found.mode.value: _mode_hint(found.availability) for found in desk.modes}


def _mode_hint(found: Availability) -> str:
    if found is Availability.WAITING_LIST:
        return _("All seats are taken. You join the waiting list.")
    if found is Availability.FEW_SEATS:
        return _("Few seats left.")
    return ""


def why_closed(desk: Desk) -> str:
    """Why nobody can register now, and the way on."""
    event, found = desk.event, desk.availability
    if found is Availability.OPENS_LATER and event.registration_opens_at:
        opens = instant_words(event.registration_opens_at, event.time_zone)
        return _("Registration opens on %(when)s. Come back then.", when=opens)
    closes = registration_closes_at(event)
    if found is Availability.ENDED and closes:
        return _("Registration ended on %(when)s.", when=instant_words(closes, event.time_zone)) + _still_public(desk)
    return {
        Availability.CANCELLED: _("The event is cancelled. Look for another one in the list."),
        Availability.POSTPONED: _("The event is postponed. Registration goes on when the new date is known."),
        Availability.NOT_NEEDED: _("This event needs no registration. Just come."),
        Availability.UNDER_WAY: _("The event is under way. Registration has ended.") + _still_public(desk),
        Availability.PAST: _("The event is over. Look for the next one in the list."),
    }.get(found, _("No seats can be given for this event."))


def _still_public(desk: Desk) -> str:
    """A deadline must not look like a closed door: the meetings of advisory committees stay open to the public."""
    if desk.event.committee and not desk.event.committee.closed_to_public:
        return " " + _("The meeting stays open to the public: write to the contact to attend.")
    return ""


def what_next(desk: Desk, mode: Mode, state: RegistrationState) -> list[Step]:
    mail = Step(
        _("Look for our mail"),
        _("It has your own link, for changing or cancelling. If it does not come in ten minutes, look into spam."),
    )
    if state is RegistrationState.WAITLISTED:
        return [mail, _when_a_seat_is_free(desk, mode), _the_day(desk)]
    return [mail, _before(desk, mode), _the_day(desk)]


def _when_a_seat_is_free(desk: Desk, mode: Mode) -> Step:
    until = desk.event.promotes_until(mode)
    text = _("Seats go to whoever waits longest. You get a mail the moment one is yours; you need not do anything.")
    if until is None:
        return Step(_("Wait for a seat"), text)
    return Step(_("Wait for a seat"), text, _("until %(when)s", when=instant_words(until, desk.event.time_zone)))


def _before(desk: Desk, mode: Mode) -> Step:
    event = desk.event
    if mode is Mode.ONLINE:
        released = event.joining.release_at if event.joining else None
        when = instant_words(released, event.time_zone) if released else ""
        return Step(_("Get the way to join"), _("We mail it to you. It is for you alone."), when)
    if desk.checks_id and event.venue:
        return Step(_("Bring your ID"), event.venue.id_text or _("ID is checked at the entrance."))
    return Step(_("Find your way"), event.venue.arrival_text if event.venue else "")


def _the_day(desk: Desk) -> Step:
    words = ", ".join(part for part in (event_date_words(desk.event), event_time_words(desk.event)) if part)
    return Step(_("Take part"), when=words)

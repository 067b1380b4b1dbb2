"""What the form and the confirmation say around a registration: how things stand, and what happens next."""

from flask_babel import gettext as _

from app import clock
from app.models import Event, Mode, RegistrationState
from app.models.availability import Availability
from app.web.filters import event_when_words, instant_words
from app.web.public.desks import Desk
from app.web.public.registration_forms import KEEPS_TURN
from app.web.public.steps import Step
from app.web.showing import panel


def mode_hints(desk: Desk) -> dict[str, str]:
    """How things stand with each way of attending, below its choice."""
    hints = {found.mode.value: _mode_hint(desk.event, found.availability) for found in desk.modes}
    if desk.offers_turn:
        hints[KEEPS_TURN] = _("One registration: you have a seat online now, and wait in line for the room.")
    return hints


def _mode_hint(event: Event, found: Availability) -> str:
    if found is Availability.WAITING_LIST:
        return panel.why_wait(event) + " " + _("You join the waiting list.")
    if found is Availability.FEW_SEATS:
        return _("Few seats left.")
    return ""


def what_next(desk: Desk, mode: Mode, state: RegistrationState, *, keeps_turn: bool = False) -> list[Step]:
    mail = Step(
        _("Look for our mail"),
        _("It has your own link, for changing or cancelling. If it does not come in ten minutes, look into spam."),
    )
    if state is RegistrationState.PENDING_APPROVAL:
        return [mail, _approval(), _the_day(desk, _("The event, if you are approved"))]
    if state is RegistrationState.WAITLISTED:
        return [mail, _when_a_seat_is_free(desk, mode), _the_day(desk, _("The event, if you have a seat by then"))]
    turn = [_when_a_seat_is_free(desk, Mode.IN_PERSON)] if keeps_turn else []
    return [mail, *turn, _before(desk, mode), _the_day(desk, _("Take part"))]


def _approval() -> Step:
    text = _(
        "The office looks at your registration and may ask you something. When it is approved, you get the seat that"
        " is free then, or a place on the waiting list. We write to you in every case."
    )
    return Step(_("Wait for our answer"), text)


def told_by_mail(desk: Desk) -> list[Step]:
    """Where the page itself must not say how things stand."""
    text = _(
        "It says whether you have a seat, and what you can do. If it does not come in ten minutes, look into spam."
    )
    return [Step(_("Look for our mail"), text), _the_day(desk, _("The event, if you have a seat"))]


def _when_a_seat_is_free(desk: Desk, mode: Mode) -> Step:
    until = desk.event.promotes_until(mode)
    text = _("Seats go to whoever waits longest. You get a mail the moment one is yours; you need not do anything.")
    if desk.event.offers_seats:
        text = _("Seats go to whoever waits longest. When it is your turn, we mail you: accept the seat in time.")
    if until is None:
        return Step(_("Wait for a seat"), text)
    return Step(_("Wait for a seat"), text, _("until %(when)s", when=instant_words(until, desk.event.time_zone)))


def _before(desk: Desk, mode: Mode) -> Step:
    event = desk.event
    if mode is Mode.ONLINE:
        return _way_in(event)
    if desk.checks_id and event.venue:
        return Step(
            _("Bring your ID"),
            event.venue.id_text or _("A photo ID with the name you registered under: it is checked at the door."),
        )
    found = event.venue and (event.venue.arrival_text or _("The address stands above, and in our mail."))
    return Step(_("Find your way"), found or "")


def _way_in(event: Event) -> Step:
    """Told with its moment only while that lies ahead: most people register in the last day, when it is over."""
    now = clock.now()
    if event.joining and event.joining.is_released(now):
        return Step(_("Join with the button in our mail"), _("It works for you alone."))
    released = event.joining.release_at if event.joining else None
    when = instant_words(released, event.time_zone) if released and released > now else ""
    return Step(_("Get the way to join"), _("We mail it to you. It is for you alone."), when)


def _the_day(desk: Desk, title: str) -> Step:
    return Step(title, when=event_when_words(desk.event))

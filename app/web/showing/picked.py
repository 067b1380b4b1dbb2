"""The sessions that somebody picked, each with how it stands, as components/picked_sessions.html draws them."""

from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _

from app.formats import dates
from app.models import Event, EventSession, Pick, PickState, Registration, RegistrationState
from app.operations.registration import seating
from app.operations.registration.moving_up import ahead_of
from app.web.filters import instant_words, locale
from app.web.showing.cards import State


@dataclass(frozen=True)
class Picked:
    title: str
    when: str
    room: str
    state: State
    session_id: int = 0
    ahead: int | None = None  # How many wait before this person in the session's line.
    held_until: str = ""  # A seat is held for the person's answer.
    in_the_way: str = ""  # Sessions that the person has, and that keep every seat in this one from them.


Outcome = dict[str, Any]  # What FormSubmission.outcome keeps.


def of_outcome(event: Event, outcome: Outcome, *, attends: bool) -> list[Picked]:
    """As a newcomer's form came out; of a session that was taken off since nothing is said."""
    states = _states(outcome, attends=attends)
    return [_picked(session, event, states[session.id]) for session in event.sessions if session.id in states]


def of_registration(registration: Registration) -> list[Picked]:
    """As they stand now, with the place in each line."""
    attends = registration.state is RegistrationState.CONFIRMED
    return [_of_pick(pick, registration.event, attends=attends) for pick in registration.live_picks]


def confirmed_in(outcome: Outcome) -> list[int]:
    """The sessions in which a newcomer's form got a seat."""
    return [number for number, state in outcome.get("sessions", []) if PickState(state) is PickState.CONFIRMED]


def key_of(outcome: Outcome) -> tuple[tuple[int, str], ...]:
    """What tells one outcome from another."""
    return tuple((number, state) for number, state in outcome.get("sessions", []))


def agenda(picked: list[Picked]) -> str:
    """A person's own agenda for a calendar: what, when and how it stands, a line each."""
    lines = [
        ", ".join(part for part in (one.when, one.title, one.room, str(one.state.label)) if part) for one in picked
    ]
    return "\n".join([_("Your sessions:"), *lines]) if lines else ""


def held_by(registration: Registration) -> dict[int, State]:
    """The sessions that somebody has, as the picker shows them."""
    attends = registration.state is RegistrationState.CONFIRMED
    return {pick.session_id: state_of(pick.state, attends=attends) for pick in registration.live_picks}


def held_in(outcome: Outcome) -> dict[int, State]:
    """The same for whoever has what their form came to."""
    return _states(outcome, attends=outcome.get("state") == RegistrationState.CONFIRMED.value)


def _states(outcome: Outcome, *, attends: bool) -> dict[int, State]:
    """Where only a mail may tell what came of a session, it is said that it was chosen."""
    found = {number: PickState(state) for number, state in outcome.get("sessions", [])}
    if outcome.get("told_by_mail"):
        return dict.fromkeys(found, State(_("Chosen"), "neutral"))
    return {number: state_of(state, attends=attends) for number, state in found.items()}


def state_of(state: PickState, *, attends: bool) -> State:
    if state is PickState.OFFERED:
        return State(_("A seat is held"), "few")
    if state.holds_seat:
        return State(_("Seat confirmed"), "open")
    return State(_("Waiting list") if attends else _("Waits for a seat at the event"), "waiting")


def _of_pick(pick: Pick, event: Event, *, attends: bool) -> Picked:
    ahead = _ahead(pick)
    return replace(
        _picked(pick.session, event, state_of(pick.state, attends=attends)),
        ahead=ahead,
        in_the_way=_in_the_way(pick) if ahead is not None else "",
        held_until=instant_words(pick.offered_until, event.time_zone) if pick.offered_until else "",
    )


def _ahead(pick: Pick) -> int | None:
    return ahead_of(pick) if pick.state is PickState.WAITLISTED and pick.position is not None else None


def _in_the_way(pick: Pick) -> str:
    return ", ".join(f"“{session.title}”" for session in seating.in_the_way(pick))


def _picked(session: EventSession, event: Event, state: State) -> Picked:
    zone, language = event.time_zone, locale()
    times = dates.clock_times(session.starts_at, session.ends_at, zone, language)
    when = f"{dates.short_date(session.starts_at, zone, language)}, {times}"
    if event.starts_at is None:
        when = _("Date to be announced")  # The day it had is not its day any more.
    return Picked(session.title, when, session.room, state, session.id)

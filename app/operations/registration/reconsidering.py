"""What a refusal by the office takes from somebody, and what a yes after all brings back of it."""

from datetime import datetime

from app.models import Approval, Mode, Registration
from app.operations.registration import fitting, questioning, seating, vetting
from app.operations.registration.questioning import Difference


def set_aside(registration: Registration, approval: Approval) -> None:
    """Take what somebody chose who is declined, and keep in mind which sessions it was."""
    approval.sessions = [pick.session_id for pick in registration.live_picks]
    seating.give_up_all(registration)
    questioning.free(registration)


def bring_back(registration: Registration, at: datetime) -> list[Difference]:
    """Give back what was set aside, as far as it is there. Returns the answers that cannot be had any more.

    A session that is over, taken off or not held in this way stays given up, and so does one without a seat once it
    has begun. Seats in the others follow with the seat
    at the event (seating.arrive).
    """
    wanted = registration.approval.sessions if registration.approval else []
    for session in seating.sessions_of(registration.event):
        is_there = session.ends_at > at and fitting.is_offered(session, registration.mode)
        if session.id in wanted and is_there and fitting.has_room(session, registration.mode, at):
            seating.pick(registration, session, at)
    return questioning.hold_again(registration)


def settle_into(registration: Registration, at: datetime) -> None:
    """Let what was told follow a way of attending that the office chose in place of one that is gone."""
    in_person = registration.mode is Mode.IN_PERSON
    registration.days = registration.event.day_keys if in_person else []
    questioning.leave_hidden(registration, at)
    vetting.forget_unless_coming(registration)

"""One registration: its data, its history, its mails, and everything that can be done with it."""

from flask import render_template
from flask_babel import gettext as _
from flask_security import current_user

from app import clock
from app.models import EventState, Mode, Registration, Right
from app.operations.communication import complaining
from app.operations.registration import answering, joining, questioning, reaching, room_wishes, vetting
from app.operations.registration.by_hand import offered_modes
from app.operations.registration.overviewing import overview
from app.operations.registration.waiting import ahead_of, is_passed_by
from app.web.answers import answers_of
from app.web.choices import countries
from app.web.filters import locale
from app.web.showing import picked
from app.web.showing.picker import can_be_picked
from app.web.staff import blueprint
from app.web.staff.door import requires
from app.web.staff.registration.history import happenings
from app.web.staff.registration.loading import load

PERSON = "/registrations/<int:registration_id>"


@blueprint.get(PERSON)
@requires(Right.VIEW_PEOPLE)
def registration(registration_id: int) -> str:
    found = load(registration_id)
    seen = overview(found, with_needs=current_user.may(Right.VIEW_NEEDS))
    return render_template(
        "staff/registration/registration.html",
        person=found,
        event=found.event,
        country={choice.value: choice.label for choice in countries(locale())}.get(found.country, found.country),
        other_mode=_other_mode(found),
        booked_by=_booked_by(found),
        answers=answers_of(found),
        picked=picked.of_registration(found),
        presences=joining.presences(found.id),
        may_pick=any(can_be_picked(one, [found.mode], clock.now()) for one in found.event.sessions),
        unanswered=_unanswered(found) if found.is_live else [],
        wish=room_wishes.standing(found),
        request_state=_request_state(found),
        flag=reaching.flag_of(found),
        unwanted=complaining.of_address(found.email_key),
        history=happenings(seen.history),
        mails=seen.mails,
        namesakes=seen.namesakes,
        ahead=ahead_of(found) if found.waits_for else 0,
        is_passed_by=is_passed_by(found),
        is_over=found.event.is_settled(clock.now()),
        line_is_closed=bool(found.waits_for and found.event.line_is_closed(found.waits_for, clock.now())),
        is_called_off=found.event.state is EventState.CANCELLED,
        may=current_user.may,
        rights=Right,
    )


def _booked_by(found: Registration) -> str:
    """Who registered this person, and whether they may act for them still."""
    if found.place is None:
        return ""
    booker = f"{found.place.booking.name} ({found.place.booking.email})"
    if found.is_guest:
        return _("%(booker)s, under whose address they stand", booker=booker)
    return _("%(booker)s, until they take over", booker=booker) if found.is_booked else booker


def _other_mode(found: Registration) -> Mode | None:
    """The other way of attending, when the event has one."""
    return next((mode for mode in offered_modes(found.event) if mode is not found.mode), None)


def _unanswered(found: Registration) -> list[str]:
    """What the event needs of them and does not know yet."""
    left = questioning.unanswered(found.event, found.ways, found.answers, clock.now())
    return [*left, _("whether they are a U.S. person")] if vetting.lacks(found) else left


def _request_state(found: Registration) -> object:
    """How far the person's request is; that there is one is shown to those alone who may read it."""
    if not current_user.may(Right.VIEW_NEEDS):
        return None
    request = answering.request_of(found.id)
    return request.state if request else None

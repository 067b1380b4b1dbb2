"""Registering somebody who called, wrote, or stands at the door."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_security import current_user
from markupsafe import Markup

from app import clock
from app.models import Event, EventState, Registration, Right
from app.operations.registration.by_hand import (
    AlreadyRegisteredError,
    ReasonNeededError,
    is_open,
    offered_modes,
    register_by_hand,
)
from app.operations.registration.capping import OrganizationFullError
from app.operations.registration.fitting import SessionRefusedError
from app.operations.registration.registering import AllTakenError
from app.web.staff import blueprint
from app.web.staff.acting import load_event, member
from app.web.staff.door import requires
from app.web.staff.registration.attendees import EVENT
from app.web.staff.registration.loading import attempt
from app.web.staff.registration.person_forms import ByHandForm
from app.web.staff.registration.sessions import refuse

TAKES_NOBODY: dict[EventState, Any] = {
    EventState.DRAFT: _l("Nobody can be registered yet: this event is a draft. Publish it first."),
    EventState.POSTPONED: _l("Nobody can be registered now: this event is postponed. Set a new date first."),
    EventState.CANCELLED: _l(
        "Nobody can be registered: this event is cancelled. To hold it after all, copy it and register people there."
    ),
}


@blueprint.route(f"{EVENT}/attendees/new", methods=["GET", "POST"])
@requires(Right.REGISTER_PEOPLE)
def register_person(event_id: int) -> ResponseReturnValue:
    event = load_event(event_id)
    if reason := _why_nobody(event, clock.now()):
        page = render_template("staff/registration/takes_nobody.html", event=event, reason=reason, **_seats_of(event))
        return page, 200 if request.method == "GET" else 409
    form = ByHandForm(event, offered_modes(event), at_door=not current_user.may(Right.EDIT_PEOPLE))
    if form.validate_on_submit() and (made := _register(event_id, form)):
        flash(_("%(name)s: %(state)s.", name=made.full_name, state=made.state.label), "success")
        return redirect(url_for("staff.registration", registration_id=made.id), 303)
    is_refused = request.method == "POST"
    html = render_template(
        "staff/registration/new.html",
        event=event,
        form=form,
        times=_times(event),
        page_error=is_refused,
        **_seats_of(event),
    )
    return (html, 422) if is_refused else html


def _why_nobody(event: Event, at: datetime) -> str:
    """Why nobody at all can be registered for this event now; nothing where somebody can."""
    if event.state in TAKES_NOBODY:
        return str(TAKES_NOBODY[event.state])
    if event.has_ended(at):
        return _("Nobody can be registered any more: this event is over.")
    if offered_modes(event):
        return ""
    if event.modes:
        return _("Nobody can be registered yet: this event has 0 seats. Set how many there are first.")
    return _("Nobody can be registered yet: no way of attending is offered. Set the seats first.")


def _seats_of(event: Event) -> dict[str, Any]:
    """The ways of attending that have no seats and so take nobody, and whether whoever looks may set them."""
    offered = offered_modes(event)
    seatless = [mode for mode in event.modes if mode not in offered]
    return {
        "seatless": seatless,
        "lacks_seats": event.state is EventState.PUBLISHED and not offered,
        "may_set_seats": current_user.may(Right.EDIT_EVENTS),
    }


def _times(event: Event) -> dict[str, str]:
    """What stands below each way of attending in which people cannot register by themselves now."""
    closed = [mode for mode in offered_modes(event) if not is_open(event, mode, clock.now())]
    return {mode.value: _("Registration is not open for it now: give a reason.") for mode in closed}


def _register(event_id: int, form: ByHandForm) -> Registration | None:
    """The registration that was made; none when it was refused, which the form then says."""
    details, asked, actor = form.details_of(load_event(event_id)), form.asked, member()
    made: list[Registration] = []

    def work(at: datetime) -> None:
        made[:] = [register_by_hand(event_id, details, asked, by=actor, at=at)]

    try:
        refusal = attempt(work)
    except AlreadyRegisteredError as known:
        url = url_for("staff.registration", registration_id=known.registration_id)
        words = Markup('%s <a href="%s">%s</a>')
        form.email.errors = (words % (_("This address is registered already."), url, _("Open that registration.")),)
        return None
    except ReasonNeededError:
        form.reason.errors = (_("Say why this person is registered all the same."),)
        return None
    except AllTakenError:
        _refuse_all_taken(form)
        return None
    except OrganizationFullError as full:
        form.reason.errors = (organization_full(full.most),)
        return None
    except SessionRefusedError as refused:
        refuse(form, refused)
        return None
    if refusal:
        form.form_errors.append(refusal)
    return made[0] if made and not refusal else None


def _refuse_all_taken(form: ByHandForm) -> None:
    if form.adds_seat:
        form.adds_seat.errors = (
            _("All seats are taken, and the waiting list is closed. Tick this and give a reason, or register nobody."),
        )
    else:
        form.form_errors.append(_("All seats are taken, and the waiting list is closed. An editor can add a seat."))


def organization_full(most: int) -> str:
    return ngettext(
        "%(num)s person of this organization is registered, and the event takes no more. Give a reason to go on.",
        "%(num)s people of this organization are registered, and the event takes no more. Give a reason to go on.",
        most,
    )

"""What staff do with somebody who waits, for the event or for a session: move them in the line, or give them a seat.

Each asks for a reason.
"""

from datetime import datetime
from functools import partial
from typing import Any

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from app import clock
from app.models import Pick, Registration, Right
from app.operations.registration import capping, moving_up, placing, placing_sessions, switching, waiting
from app.operations.registration.switching import Stake
from app.web.staff import blueprint
from app.web.staff.acting import member
from app.web.staff.door import requires
from app.web.staff.registration.loading import attempt, back_to_person, load
from app.web.staff.registration.person_forms import MoveForm, ReasonForm
from app.web.staff.registration.registrations import PERSON

SESSION = f"{PERSON}/sessions/<int:session_id>"


@blueprint.route(f"{PERSON}/place-in-line", methods=["GET", "POST"])
@requires(Right.EDIT_PEOPLE)
def move_in_line(registration_id: int) -> ResponseReturnValue:
    person = load(registration_id)
    ahead = waiting.ahead_of(person) if person.waits_for else None
    return _move(person, ahead, partial(placing.move, registration_id))


@blueprint.route(f"{PERSON}/seat", methods=["GET", "POST"])
@requires(Right.EDIT_PEOPLE)
def give_seat(registration_id: int) -> ResponseReturnValue:
    return _give_seat(load(registration_id), partial(placing.give_seat, registration_id))


@blueprint.route(f"{SESSION}/place-in-line", methods=["GET", "POST"])
@requires(Right.EDIT_PEOPLE)
def move_in_session_line(registration_id: int, session_id: int) -> ResponseReturnValue:
    person = load(registration_id)
    pick = _pick(person, session_id)
    ahead = moving_up.ahead_of(pick) if pick.position is not None else None
    return _move(person, ahead, partial(placing_sessions.move, registration_id, session_id), pick)


@blueprint.route(f"{SESSION}/seat", methods=["GET", "POST"])
@requires(Right.EDIT_PEOPLE)
def give_session_seat(registration_id: int, session_id: int) -> ResponseReturnValue:
    person = load(registration_id)
    give = partial(placing_sessions.give_seat, registration_id, session_id)
    return _give_seat(person, give, _pick(person, session_id))


def _pick(person: Registration, session_id: int) -> Pick:
    return next((one for one in person.picks if one.session_id == session_id), None) or abort(404)


def _move(person: Registration, ahead: int | None, move: Any, pick: Pick | None = None) -> ResponseReturnValue:
    form, actor = MoveForm(ahead=ahead), member()
    if not form.validate_on_submit():
        return _page("move", person, form, pick)
    place, reason = form.ahead.data or 0, form.reason.data or ""

    def work(at: datetime) -> int:
        return int(move(place, reason=reason, by=actor, at=at).id)

    return back_to_person(person.id, _("Moved. Everybody else keeps their order."), attempt(work))


def _give_seat(person: Registration, give: Any, pick: Pick | None = None) -> ResponseReturnValue:
    form, actor = ReasonForm(), member()
    if not form.validate_on_submit():
        return _page("give_seat", person, form, pick)
    reason = form.reason.data or ""

    def work(at: datetime) -> int:
        return int(give(reason=reason, by=actor, at=at).id)

    return back_to_person(person.id, _("The seat is theirs, and the confirmation is being mailed."), attempt(work))


def _page(name: str, person: Registration, form: FlaskForm, pick: Pick | None) -> ResponseReturnValue:
    is_refused, event = request.method == "POST", person.event
    line = event.pool(person.waits_for) if person.waits_for else None
    pool = pick.session.pool(pick.mode) if pick else line
    html = render_template(
        f"staff/registration/{name}.html",
        person=person,
        event=event,
        form=form,
        pool=pool,
        session=pick.session if pick else None,
        stakes=_stakes(person) if name == "give_seat" and not pick else [],
        held=bool(pick.offered_until if pick else person.offered_until),
        full_organization=capping.most_of_one(event) if not pick and waiting.is_passed_by(person) else None,
        page_error=is_refused,
    )
    return (html, 422) if is_refused else html


def _stakes(person: Registration) -> list[Stake]:
    """The sessions that a seat at the event costs, as things stand now."""
    return switching.at_stake(person, person.waits_for, clock.now()) if person.waits_for else []

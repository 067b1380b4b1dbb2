"""Mailing, cancelling or moving many people of the list at once: a first press shows who is meant, the second acts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy import select

from app import clock
from app.db import db
from app.models import Event, Mode, Registration, Right
from app.operations.registration import acting_on_many, filtering, reaching
from app.operations.registration.acting_on_many import Came
from app.operations.registration.listing import AttendeeFilter
from app.web.staff import blueprint
from app.web.staff.acting import load_event, member
from app.web.staff.door import requires
from app.web.staff.registration.attendees import EVENT, MOST_AT_ONCE, filter_in
from app.web.staff.registration.batches import NAMED, in_batches, ticked
from app.web.staff.registration.many_forms import CANCEL, MAIL, form_for
from app.web.staff.registration.many_words import done_words, left_words


@dataclass(frozen=True)
class Meant:
    """Whom the second page shows: who reads of it, and who must be called."""

    people: Sequence[Registration]
    dead: set[str]

    @property
    def mailed(self) -> int:
        return sum(one.can_be_mailed and one.email_key not in self.dead for one in self.people)

    @property
    def has_pending(self) -> bool:
        return any(one.is_pending for one in self.people)

    @property
    def has_samples(self) -> bool:
        return any(one.email and not one.can_be_mailed for one in self.people)

    @property
    def to_call(self) -> list[Registration]:
        return [one for one in self.people if not one.email or one.email_key in self.dead]


@blueprint.post(f"{EVENT}/attendees/<any(mail, cancellation, 'in-person', online):act>")
@requires(Right.EDIT_PEOPLE)
def act_on_many(event_id: int, act: str) -> ResponseReturnValue:
    event, asked = load_event(event_id), filter_in(request.form, event_id)
    found, form = _chosen(asked, act), form_for(act, event, clock.now())
    people, are_more = found[:MOST_AT_ONCE], len(found) > MOST_AT_ONCE
    query: dict[str, Any] = {**filtering.written(asked)}
    back = redirect(url_for("staff.attendees", event_id=event_id, **query), 303)
    if not people:
        flash(_("Tick at least one person for whom this can still be done."), "error")
        return back
    if are_more and act == MAIL:  # Nobody who is mailed drops out: a next press would meet the same people.
        flash(_("At most %(most)s people are mailed again at once. Filter the list first.", most=MOST_AT_ONCE), "error")
        return back
    if "decide" in request.form and form.validate_on_submit():
        _do(event_id, act, people, form)
        return back
    return _second_look(event, asked, act, people, form, are_more=are_more), 422 if form.errors else 200


def _chosen(asked: AttendeeFilter, act: str) -> list[int]:
    """Whom the page ticked, or all who fit its filter; of those, for whom it can be done. One too many, if more fit."""
    fit = asked.matching(Registration.id).order_by(None)
    chosen = fit if "all" in request.form else ticked(MOST_AT_ONCE)
    query = acting_on_many.meant(asked.event_id, chosen).limit(MOST_AT_ONCE + 1)
    if act not in (MAIL, CANCEL):
        query = query.where(Registration.mode != Mode(act))
    return list(db.session.scalars(query))


def _second_look(
    event: Event, asked: AttendeeFilter, act: str, people: list[int], form: FlaskForm, *, are_more: bool
) -> str:
    found = db.session.scalars(select(Registration).where(Registration.id.in_(people)).order_by(Registration.name_key))
    chosen = found.all()
    return render_template(
        "staff/registration/many.html",
        event=event,
        act=act,
        mode=None if act in (MAIL, CANCEL) else Mode(act),
        people=people,
        most=MOST_AT_ONCE if are_more else 0,
        meant=Meant(chosen, reaching.dead_among(chosen)),
        most_named=NAMED,
        query=filtering.written(asked),
        form=form,
        is_over=event.is_settled(clock.now()),
        somebody_waits=act != MAIL and _somebody_waits(event),
        page_error=bool(form.errors),
    )


def _somebody_waits(event: Event) -> bool:
    """For a seat at the event or in one of its sessions."""
    lines = [*event.pools, *(pool for session in event.picked_sessions for pool in session.pools)]
    return not event.is_settled(clock.now()) and any(pool.waiting for pool in lines)


def _do(event_id: int, act: str, people: list[int], form: FlaskForm) -> None:
    work, whole = _verb(event_id, act, form), Came()
    try:
        for came in in_batches(people, work):
            whole.add(came)
    finally:  # What is done stays done where a later batch fails.
        _say(act, whole)


def _say(act: str, whole: Came) -> None:
    flash(done_words(act, whole.done), "success" if whole.done else "error")
    for refusal, count in whole.left.items():
        flash(left_words(refusal, count), "error")


def _verb(event_id: int, act: str, form: FlaskForm) -> Callable[[Sequence[int], datetime], Came]:
    actor, reason = member(), (form["reason"].data or "") if "reason" in form else ""
    if act == MAIL:
        press = form["press"].data
        return lambda some, at: acting_on_many.mail_again(event_id, some, press=press, by=actor, at=at)
    if act == CANCEL:
        tell = not form["tell_nobody"].data
        return lambda some, at: acting_on_many.cancel(event_id, some, by=actor, at=at, reason=reason, tell=tell)
    return lambda some, at: acting_on_many.move(event_id, some, Mode(act), by=actor, at=at, reason=reason)

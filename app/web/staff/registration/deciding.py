"""Deciding about those who wait for the office's yes: one by one, or many at once, each with its mail."""

from collections.abc import Callable, Sequence
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf import FlaskForm
from sqlalchemy import select

from app.db import db
from app.models import Event, Registration, RegistrationState, Right
from app.operations.registration import allotting, approving, capping, changing
from app.web.staff import blueprint
from app.web.staff.acting import load_event, member
from app.web.staff.door import requires
from app.web.staff.registration.approval_forms import ACTS, ApproveForm
from app.web.staff.registration.approvals import MOST, PendingFilter, pending_filter_in
from app.web.staff.registration.attendees import EVENT
from app.web.staff.registration.batches import NAMED, in_batches, ticked
from app.web.staff.registration.by_hand import organization_full
from app.web.staff.registration.loading import attempt, back_to_person, load
from app.web.staff.registration.registrations import PERSON


@blueprint.post(f"{EVENT}/approvals/<any(approve, decline, ask):act>")
@requires(Right.EDIT_PEOPLE)
def decide(event_id: int, act: str) -> ResponseReturnValue:
    """The first press shows who is meant and what it brings; the second does it."""
    event, people = load_event(event_id), _chosen(event_id)
    if not people:
        flash(_why_nobody(event_id), "error")
        return redirect(url_for("staff.approvals", event_id=event_id), 303)
    form = ACTS[act]()
    if "decide" in request.form and form.validate_on_submit():
        _do(event_id, act, people, _words(form))
        return redirect(url_for("staff.approvals", event_id=event_id), 303)
    return _decision_page(event, act, people, form), 422 if form.errors else 200


def _words(form: FlaskForm) -> str:
    return (form["words"].data or "") if "words" in form else ""


def _chosen(event_id: int) -> list[int]:
    """Whom the page ticked, or all who fit its filter; of those, who still waits."""
    asked = pending_filter_in(request.form, event_id)
    query = asked.matching(Registration.id).limit(MOST)
    if "all" not in request.form:
        query = PendingFilter(event_id, state=RegistrationState.PENDING_APPROVAL).matching(Registration.id)
        query = query.where(Registration.id.in_(ticked(MOST)))
    return list(db.session.scalars(query))


def _why_nobody(event_id: int) -> str:
    """The same page may be sent twice, or by two members at once."""
    known = select(Registration.id).where(Registration.event_id == event_id, Registration.id.in_(ticked(MOST))).limit(1)
    if db.session.scalar(known):
        return _("Somebody decided about them meanwhile, or they cancelled. The list shows who still waits.")
    return _("Tick at least one person who waits for approval.")


def _decision_page(event: Event, act: str, people: list[int], form: FlaskForm) -> str:
    named = db.session.scalars(select(Registration).where(Registration.id.in_(people[:NAMED])))
    return render_template(
        "staff/registration/decision.html",
        event=event,
        act=act,
        people=people,
        named=sorted(named, key=lambda one: one.registered_at),
        form=form,
        page_error=bool(form.errors),
    )


def _do(event_id: int, act: str, people: list[int], words: str) -> None:
    actor, whole = member(), approving.Decided()

    def work(some: Sequence[int], at: datetime) -> approving.Decided:
        verbs: dict[str, Callable[[int], Registration]] = {
            "approve": lambda one: approving.approve(one, by=actor, at=at),
            "decline": lambda one: approving.decline(one, words=words, by=actor, at=at),
            "ask": lambda one: approving.ask(one, words, by=actor, at=at),
        }
        return approving.decide_many(event_id, some, verbs[act])

    for decided in in_batches(people, work):
        whole.add(decided)
    flash(_done_words(act, whole), "success" if whole.done else "error")
    for refusal, count in whole.left.items():
        flash(_left_words(refusal, count), "error")


def _done_words(act: str, decided: approving.Decided) -> str:
    done = decided.done.total()
    if act == "ask":
        return ngettext("%(num)s question is being mailed.", "%(num)s questions are being mailed.", done)
    if act == "decline":
        return ngettext("%(num)s declined, and being told.", "%(num)s declined, and being told.", done)
    waiting = decided.done[RegistrationState.WAITLISTED]
    words = ngettext("%(num)s approved, and being told.", "%(num)s approved, and being told.", done)
    if waiting:
        words += " " + ngettext(
            "%(num)s of them joined the waiting list.", "%(num)s of them joined the waiting list.", waiting
        )
    return words


def _left_words(refusal: type[Exception], count: int) -> str:
    if refusal is capping.OrganizationFullError:
        return ngettext(
            "%(num)s still waits: the places of their organization are taken. Open the registration to approve it with"
            " a reason.",
            "%(num)s still wait: the places of their organizations are taken. Open a registration to approve it with"
            " a reason.",
            count,
        )
    if refusal is allotting.NoSuchEventError:
        return ngettext(
            "%(num)s still waits: nobody can attend any more in the way that they chose. Open the registration to"
            " approve it for the other way.",
            "%(num)s still wait: nobody can attend any more in the way that they chose. Open each registration to"
            " approve it for the other way.",
            count,
        )
    if refusal is changing.NoSeatError:
        return ngettext(
            "%(num)s still waits: no seat is free, and the waiting list no longer moves. Raise the capacity first.",
            "%(num)s still wait: no seat is free, and the waiting list no longer moves. Raise the capacity first.",
            count,
        )
    return ngettext(
        "%(num)s was left as it is: the event is over, or somebody decided meanwhile.",
        "%(num)s were left as they are: the event is over, or somebody decided meanwhile.",
        count,
    )


@blueprint.route(f"{PERSON}/approval", methods=["GET", "POST"])
@requires(Right.EDIT_PEOPLE)
def approve_person(registration_id: int) -> ResponseReturnValue:
    """One alone: also somebody who was declined before, or whose organization has its places."""
    person, actor = load(registration_id), member()
    form = ApproveForm(person)
    if form.validate_on_submit():
        reason, instead = form.reason.data or "", form.instead
        try:
            refusal = attempt(
                lambda at: approving.approve(registration_id, reason=reason, instead=instead, by=actor, at=at)
            )
        except capping.OrganizationFullError as full:
            form.reason.errors = (organization_full(full.most),)
        else:
            return back_to_person(registration_id, _("Approved, and being told."), refusal)
    html = render_template(
        "staff/registration/approve.html",
        person=load(registration_id),
        event=person.event,
        form=form,
        is_full=capping.is_full(person.event, person.organization),
        page_error=bool(form.errors),
    )
    return html, 422 if form.errors else 200

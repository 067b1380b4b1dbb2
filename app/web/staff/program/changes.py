"""The large changes: moving an event, putting it off, calling it off. Each page says first who will read what."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import clock
from app.db import transact
from app.models import Event, EventState, MessageKind, Mode, Right
from app.operations.communication import overviewing_followers
from app.operations.program import rescheduling, telling
from app.operations.program.outside import outside
from app.operations.program.planning import EditedMeanwhileError
from app.operations.program.rescheduling import Move
from app.operations.program.telling import NothingToUndoError
from app.web.staff import blueprint
from app.web.staff.acting import form_page, load_event, member
from app.web.staff.door import requires
from app.web.staff.program import zones
from app.web.staff.program.aftermath import done_words
from app.web.staff.program.change_forms import ChangeForm, MoveForm, ZoneForm
from app.web.staff.program.comparing import differences
from app.web.staff.program.previewing import preview
from app.web.staff.program.saving import save
from app.web.staff.program.words import moment_words

SHIFTS = {
    "registration_opens": _l("Registration opens"),
    "registration_closes": _l("Registration ends"),
    "in_person_opens": _l("Registration in person opens"),
    "in_person_closes": _l("Registration in person ends"),
    "online_opens": _l("Registration online opens"),
    "online_closes": _l("Registration online ends"),
    "hand_over_until": _l("Seats can be handed over until"),
    "release": _l("How to join is given out"),
    "comments_close": _l("Comments end"),
    "accessibility_by": _l("Ask for accessibility needs by"),
    "session": _l("Session"),
    "session_release": _l("How to join the session is given out"),
    "material": _l("Material"),
}
ADDRESS = "/events/<int:event_id>"


@blueprint.route(f"{ADDRESS}/rescheduling", methods=["GET", "POST"])
@requires(Right.EDIT_EVENTS)
def reschedule_event(event_id: int) -> ResponseReturnValue:
    event, form = load_event(event_id), MoveForm.showing(load_event(event_id))
    along: frozenset[str] | None = None
    sound = request.method == "POST" and form.validate()
    if sound and form.confirmed.data == "yes":
        along = frozenset(request.form.getlist("along"))
        move = Move(form.starts.data, form.ends.data, along, knowing=form.collides.data)
        if answer := _done(event_id, form, lambda at: _reschedule(event_id, move, form, at)):
            return answer
        event, sound = load_event(event_id), form.asks_to_collide
    if not sound:
        return _page("reschedule.html", event, form)
    return _check_page(event, form, along=along)


def _check_page(event: Event, form: MoveForm, *, along: frozenset[str] | None) -> ResponseReturnValue:
    """What moves along: all that lies ahead, unless somebody ticked otherwise already."""
    shifts = rescheduling.shifts(event, form.starts.data.local, clock.now())
    mail = preview(event, MessageKind.EVENT_CHANGED, form.starts.data, form.ends.data)
    ticked = along if along is not None else {shift.key for shift in shifts if not shift.stays}
    moved = {int(key): one.new for key, one in _moving_sessions(shifts) if one.key in ticked}
    left_out = outside(event, form.starts.data.local, form.ends.data.local, moved)
    table = {
        "left_out": left_out,
        "shifts": shifts,
        "ticked": ticked,
        "shift_names": SHIFTS,
        "days_move": _days_move(event, form),
    }
    return _page("reschedule_check.html", event, form, mail=mail, **table)


def _moving_sessions(shifts: list[rescheduling.Shift]) -> list[tuple[str, rescheduling.Shift]]:
    return [(one.key.partition("-")[2], one) for one in shifts if one.what == "session"]


def _days_move(event: Event, form: MoveForm) -> bool:
    """Whether people chose days, which move along by themselves."""
    begins = event.starts_local or event.postponed_from_local
    moves = begins is not None and begins.date() != form.starts.data.local.date()
    return moves and event.pool(Mode.IN_PERSON) is not None and len(event.days) != 1


def _reschedule(event_id: int, move: Move, form: MoveForm, at: datetime) -> None:
    rescheduling.reschedule(event_id, move, version=form.shown_version, by=member(), at=at, tell=form.telling())


@blueprint.route(f"{ADDRESS}/time-zone", methods=["GET", "POST"])
@requires(Right.EDIT_EVENTS)
def change_time_zone(event_id: int) -> ResponseReturnValue:
    event = load_event(event_id)
    form = ZoneForm.showing(event)

    def work(at: datetime) -> None:
        rescheduling.change_zone(
            event_id,
            form.time_zone.data,
            same_instant=form.keeps.data == "instant",
            version=form.shown_version,
            by=member(),
            at=at,
            tell=form.telling(),
        )

    if request.method == "POST" and form.validate() and (answer := _done(event_id, form, work)):
        return answer
    return _page("time_zone.html", load_event(event_id), form)


@blueprint.route(f"{ADDRESS}/postponement", methods=["GET", "POST"])
@requires(Right.EDIT_EVENTS)
def postpone_event(event_id: int) -> ResponseReturnValue:
    return _ask_and_do(event_id, "postpone.html", rescheduling.postpone, MessageKind.EVENT_POSTPONED)


@blueprint.route(f"{ADDRESS}/cancellation", methods=["GET", "POST"])
@requires(Right.EDIT_EVENTS)
def cancel_event(event_id: int) -> ResponseReturnValue:
    return _ask_and_do(event_id, "cancel.html", rescheduling.cancel, MessageKind.EVENT_CANCELLED)


def _ask_and_do(event_id: int, template: str, verb: Callable[..., Event], kind: MessageKind) -> ResponseReturnValue:
    """Show who will read what; on the second press do it."""
    event = load_event(event_id)
    form, is_over = ChangeForm.showing(event), event.has_ended(clock.now())
    if request.method == "GET":
        form.tell_nobody.data = is_over  # Nobody plans by it any more.

    def work(at: datetime) -> None:
        verb(event_id, version=form.shown_version, by=member(), at=at, tell=form.telling())

    if request.method == "POST" and form.validate() and (answer := _done(event_id, form, work)):
        return answer
    event = load_event(event_id)
    return _page(template, event, form, mail=preview(event, kind), is_over=is_over)


def _done(event_id: int, form: ChangeForm, work: Callable[[datetime], Any]) -> ResponseReturnValue | None:
    try:
        if not save(form, work):
            return None
    except EditedMeanwhileError:
        _compare(form, load_event(event_id))
        return None
    flash(done_words(event_id, form.saved_at), "success")
    return redirect(url_for("staff.event", event_id=event_id), 303)


def _compare(form: ChangeForm, event: Event) -> None:
    """Show what changed; the next press does it knowingly."""
    form.version.data = str(event.version)
    form.form_errors.append(_("Somebody changed this event meanwhile. Look at it again, then press once more."))
    pairs = [(type(typed).of(event), typed) for typed in form.details(event)]
    form.meanwhile = differences(form, pairs, event.zone, beside=form.more_values(event, {}))


def _page(template: str, event: Event, form: ChangeForm, **values: Any) -> ResponseReturnValue:
    return form_page(
        f"staff/program/{template}",
        form,
        form.meanwhile,
        event=event,
        audience=telling.audience(event),
        followers=_followers(event),
        is_draft=event.state is EventState.DRAFT,
        zone=zones.words(event.time_zone),
        local_words=lambda local: moment_words(local, event.zone),
        **values,
    )


def _followers(event: Event) -> int:
    """How many read of a change in their news. Nothing new is told of an event that is over."""
    is_told = telling.concerns_people(event, clock.now())
    return overviewing_followers.count_of(event) if is_told else 0


@blueprint.post(f"{ADDRESS}/undo/<int:notice_id>")
@requires(Right.EDIT_EVENTS)
def undo_change(event_id: int, notice_id: int) -> ResponseReturnValue:
    """Take the change back that people have not been told of."""
    load_event(event_id)

    def work(at: datetime) -> None:
        telling.undo(event_id, notice_id, by=member(), at=at)

    try:
        transact(work)
    except NothingToUndoError:
        flash(_("It is too late to undo this: people have been told, or it was undone already."), "error")
    else:
        flash(
            _("Undone. What was done since stays. Only people whom another mail told of it meanwhile are written to."),
            "success",
        )
    return redirect(url_for("staff.event", event_id=event_id), 303)

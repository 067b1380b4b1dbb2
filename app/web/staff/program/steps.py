"""The small steps of an event: published, a draft again, deleted, its way to join given out."""

from collections.abc import Callable
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.db import transact
from app.models import Event, EventState, Mode, Right
from app.operations.program import pausing, planning, publishing, releasing, telling
from app.operations.registration.allotting import NoSuchEventError
from app.web.staff import blueprint
from app.web.staff.acting import load_event, member, refusal_of, tell
from app.web.staff.door import requires
from app.web.staff.program.saving import PLAIN

ADDRESS = "/events/<int:event_id>"
WAY = "<any('in-person', online):way>"
WORDS = PLAIN | {
    publishing.NotReadyError: _l("It cannot be published yet. The list below says what is missing."),
    NoSuchEventError: _l("Nobody can attend in this way any more."),
    releasing.NothingToReleaseError: _l("Enter a link or a number to dial first."),
}


@blueprint.post(f"{ADDRESS}/publication")
@requires(Right.EDIT_EVENTS)
def publish_event(event_id: int) -> ResponseReturnValue:
    done = _("It is public now.")
    return _take(event_id, lambda at: publishing.publish(event_id, by=member(), at=at), done)


@blueprint.post(f"{ADDRESS}/withdrawal")
@requires(Right.EDIT_EVENTS)
def withdraw_event(event_id: int) -> ResponseReturnValue:
    done = _("It is a draft again. Nobody sees it.")
    return _take(event_id, lambda at: publishing.withdraw(event_id, by=member(), at=at), done)


@blueprint.post(f"{ADDRESS}/pause")
@blueprint.post(f"{ADDRESS}/pause/{WAY}")
@requires(Right.EDIT_EVENTS)
def pause_registration(event_id: int, way: str = "") -> ResponseReturnValue:
    done, mode = _("Registration is paused. Visitors read so, and nobody loses a seat."), _mode(way)
    return _take(event_id, lambda at: pausing.pause(event_id, by=member(), at=at, mode=mode), done)


@blueprint.post(f"{ADDRESS}/resumption")
@blueprint.post(f"{ADDRESS}/resumption/{WAY}")
@requires(Right.EDIT_EVENTS)
def resume_registration(event_id: int, way: str = "") -> ResponseReturnValue:
    done, mode = _("Registration goes on."), _mode(way)
    return _take(event_id, lambda at: pausing.resume(event_id, by=member(), at=at, mode=mode), done)


def _mode(way: str) -> Mode | None:
    """The way of attending that an address names; without one all are meant."""
    return Mode(way) if way else None


@blueprint.route(f"{ADDRESS}/joining-release", methods=["GET", "POST"])
@requires(Right.EDIT_EVENTS)
def release_joining(event_id: int) -> ResponseReturnValue:
    """Asks once more, and says how many people it goes to."""
    event = load_event(event_id)
    if request.method == "GET":
        audience = telling.audience(event, online_only=True)
        return render_template("staff/program/release.html", event=event, audience=audience)
    done = _("The way to join is out. It is being mailed to everyone confirmed online.")
    return _take(event_id, lambda at: releasing.release_now(event_id, by=member(), at=at), done)


@blueprint.route(f"{ADDRESS}/deletion", methods=["GET", "POST"])
@requires(Right.EDIT_EVENTS)
def delete_draft(event_id: int) -> ResponseReturnValue:
    event = load_event(event_id)
    if request.method == "GET" and event.state is not EventState.DRAFT:
        tell("", str(PLAIN[planning.NotADraftError]))
        return redirect(url_for("staff.event", event_id=event_id))
    if request.method == "GET":
        return render_template("staff/program/delete.html", event=event)
    title = event.title
    try:
        transact(lambda at: planning.discard(event_id, by=member(), at=at))
    except planning.NotADraftError as refusal:
        flash(str(PLAIN[type(refusal)]), "error")
        return redirect(url_for("staff.event", event_id=event_id), 303)
    flash(_("The draft “%(title)s” is deleted.", title=title), "success")
    return redirect(url_for("staff.events", when="drafts"), 303)


def _take(event_id: int, work: Callable[[datetime], Event], done: str) -> ResponseReturnValue:
    """Take the step and go back to the event, with a word on what happened."""
    load_event(event_id)
    tell(done, refusal_of(work, WORDS))
    return redirect(url_for("staff.event", event_id=event_id), 303)

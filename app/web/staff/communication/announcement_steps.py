"""The steps of an announcement: addressed, tested, sent, taken back, its notice taken down, deleted, written again."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user

from app.db import transact
from app.models import Right
from app.operations.communication import sending, writing
from app.web.fields import sent_number
from app.web.staff import blueprint
from app.web.staff.acting import member, refusal_of, tell
from app.web.staff.communication.announcements import CHANGED, NO_DRAFT, ONE, load
from app.web.staff.door import requires
from app.web.staff.registration.attendees import filter_in

WORDS: dict[type[Exception], Any] = {
    writing.NoDraftError: NO_DRAFT,
    writing.ChangedMeanwhileError: CHANGED,
    sending.NotTestedError: _l("Send a test to yourself first. These words have not been in your mailbox."),
    sending.NobodyMeantError: _l("Nobody would get it. Choose other people first."),
    sending.FilterGoneError: _l("What it was filtered by is gone. Choose the people again."),
    sending.HasLeftError: _l("It is too late to undo this: it has left, or somebody took it back already."),
}


@blueprint.post(f"{ONE}/people")
@requires(Right.WRITE_TO_PEOPLE)
def address_announcement(announcement_id: int) -> ResponseReturnValue:
    asked = filter_in(request.form, load(announcement_id).event_id)
    done = _("The list below shows who gets it now.")
    return _take(announcement_id, lambda at: writing.choose(announcement_id, asked, by=member(), at=at), done)


@blueprint.post(f"{ONE}/test")
@requires(Right.WRITE_TO_PEOPLE)
def test_announcement(announcement_id: int) -> ResponseReturnValue:
    address, name = member(), current_user.name
    done = _("A test is on its way to %(address)s. Read it there, then come back.", address=address)
    return _take(announcement_id, lambda at: sending.test(announcement_id, to=address, name=name, at=at), done)


@blueprint.post(f"{ONE}/sending")
@requires(Right.WRITE_TO_PEOPLE)
def send_announcement(announcement_id: int) -> ResponseReturnValue:
    version = sent_number(request.form.get("version"))
    if load(announcement_id).is_urgent:
        done = _("It leaves now, before all other mail, and its notice stands on the pages.")
    else:
        done = _("It leaves in ten minutes. Until then you can undo it.")
    return _take(announcement_id, lambda at: sending.send(announcement_id, version=version, by=member(), at=at), done)


@blueprint.post(f"{ONE}/undo")
@requires(Right.WRITE_TO_PEOPLE)
def take_announcement_back(announcement_id: int) -> ResponseReturnValue:
    done = _("Undone. It is a draft again, and nobody got it.")
    return _take(announcement_id, lambda at: sending.take_back(announcement_id, by=member(), at=at), done)


@blueprint.post(f"{ONE}/notice-removal")
@requires(Right.WRITE_TO_PEOPLE)
def take_urgent_notice_down(announcement_id: int) -> ResponseReturnValue:
    done = _("The notice is gone from the pages. The mails stay as they were sent.")
    return _take(announcement_id, lambda at: sending.take_down(announcement_id, by=member(), at=at), done)


@blueprint.post(f"{ONE}/copy")
@requires(Right.WRITE_TO_PEOPLE)
def write_announcement_again(announcement_id: int) -> ResponseReturnValue:
    """A new draft with the same words, for the same people."""
    load(announcement_id)
    made = transact(lambda at: writing.draft_like(announcement_id, by=member(), at=at).id)
    flash(_("This is a new draft with the same words, for the same people."), "success")
    return redirect(url_for("staff.announcement", announcement_id=made), 303)


@blueprint.post(f"{ONE}/deletion")
@requires(Right.WRITE_TO_PEOPLE)
def delete_announcement(announcement_id: int) -> ResponseReturnValue:
    event_id = load(announcement_id).event_id
    refusal = refusal_of(lambda at: writing.discard(announcement_id, by=member(), at=at), WORDS)
    if refusal:
        flash(refusal, "error")
        return redirect(url_for("staff.announcement", announcement_id=announcement_id), 303)
    flash(_("The draft is deleted."), "success")
    return redirect(url_for("staff.announcements", event_id=event_id), 303)


def _take(announcement_id: int, work: Callable[[datetime], Any], done: str) -> ResponseReturnValue:
    """Take the step and go back to the announcement, with a word on what happened."""
    load(announcement_id)
    tell(done, refusal_of(work, WORDS))
    return redirect(url_for("staff.announcement", announcement_id=announcement_id), 303)

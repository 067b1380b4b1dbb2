"""One mail: its steps, its exact text and source; sending it again, taking it back, seeing to it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as policy
from typing import Any

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user

from app.db import db, transact
from app.mail.wording import words_for
from app.models import EmailState, OutgoingEmail, Right
from app.operations import auditing
from app.operations.communication import complaining, filing, outgoing
from app.operations.communication.outgoing import (
    AlreadyLeftError,
    NobodyThereError,
    NoLongerTrueError,
    NotSentAgainError,
    NotWantedError,
)
from app.web.staff import blueprint, rail
from app.web.staff.door import requires
from app.web.staff.mail_views import MailView, mail_view, seen, without_keys
from app.web.staff.messages import hidden_kinds

MESSAGE = "/messages/<int:message_id>"
REFUSALS: dict[type[Exception], Any] = {
    NoLongerTrueError: _l("The registration has changed since. Its newest message tells how it stands now."),
    NotSentAgainError: _l("This message cannot be sent again. Make a new sign-in link under Staff instead."),
    NobodyThereError: _l("Mail to this address came back, so nothing is sent there. Correct the address first."),
    NotWantedError: _l("The owner of this address marked such mail as unwanted. See below what came back about it."),
    AlreadyLeftError: _l("It is leaving just now, or has left. It cannot be taken back any more."),
}


@dataclass(frozen=True)
class Letter:
    """A message as its reader gets it."""

    view: MailView
    source: str
    is_sent: bool

    @property
    def without_keys(self) -> "Letter":
        return Letter(without_keys(self.view), "", self.is_sent)


@blueprint.get(MESSAGE)
@requires(Right.VIEW_PEOPLE)
def message(message_id: int) -> ResponseReturnValue:
    found = _seen(message_id)
    may_edit = current_user.may(Right.EDIT_PEOPLE)
    in_trouble = found.state in outgoing.TROUBLE
    return render_template(
        "staff/message.html",
        mail=found,
        letter=_letter(found) if may_edit else _letter(found).without_keys,
        notices=filing.about(found.id),
        unwanted=complaining.of_address(found.recipient_key),
        event=outgoing.event_of(found),
        person_url=rail.way_to("staff.registration", registration_id=found.registration_id or 0),
        is_waiting=found.state in outgoing.TAKEN_BACK,
        may_send_again=may_edit and found.state is not EmailState.WITHDRAWN,
        may_withdraw=may_edit and found.state in outgoing.TAKEN_BACK,
        may_lift=may_edit,
        may_see_to=may_edit and in_trouble and found.seen_to_at is None,
    )


def _seen(message_id: int) -> OutgoingEmail:
    """The message, for eyes that may see it; a look at the most private ones is logged."""
    found = _load(message_id)
    if found.kind.is_sealed and found.registration_id:
        auditing.viewed("registration", found.registration_id, actor=current_user.email, event_id=found.event_id)
        found = _load(message_id)
    return found


def _load(message_id: int) -> OutgoingEmail:
    """The message, for eyes that may see it. To others there is none."""
    found = db.session.get(OutgoingEmail, message_id) or abort(404)
    if found.kind in hidden_kinds():
        abort(404)
    return found


def _letter(message: OutgoingEmail) -> Letter:
    """The very bytes that left; before that, what would leave now."""
    content = message.letter
    if content is None:
        words = words_for(message.kind, message.event_id, message.language, message.facts)
        view = mail_view(message.kind, message.facts, message.language, at=message.queued_at, words=words)
        return Letter(view, "", is_sent=False)
    parsed = message_from_bytes(content, EmailMessage, policy=policy)
    view = seen(message.subject, _part(parsed, "plain"), _part(parsed, "html"))
    return Letter(view, content.decode("utf-8", "replace"), is_sent=True)


def _part(parsed: EmailMessage, form: str) -> str:
    body = parsed.get_body((form,))
    return str(body.get_content()) if body else ""


@blueprint.get(f"{MESSAGE}/source")
@requires(Right.EDIT_PEOPLE)
def message_source(message_id: int) -> ResponseReturnValue:
    """The bytes as a file that mail programs open. Before the first attempt there are none."""
    content = _seen(message_id).letter or abort(404)
    headers = {"Content-Disposition": f'attachment; filename="message-{message_id}.eml"'}
    return Response(content, content_type="message/rfc822", headers=headers)


@blueprint.post(f"{MESSAGE}/again")
@requires(Right.EDIT_PEOPLE)
def send_message_again(message_id: int) -> ResponseReturnValue:
    _load(message_id)
    actor = current_user.email
    try:
        again = transact(lambda at: outgoing.send_again(message_id, actor=actor, at=at).id)
    except (NoLongerTrueError, NotSentAgainError, NobodyThereError, NotWantedError) as refusal:
        flash(str(REFUSALS[type(refusal)]), "error")
        return redirect(url_for("staff.message", message_id=message_id))
    flash(_("It is queued and leaves within a minute."))
    return redirect(url_for("staff.message", message_id=again))


@blueprint.post(f"{MESSAGE}/withdrawal")
@requires(Right.EDIT_PEOPLE)
def withdraw_message(message_id: int) -> ResponseReturnValue:
    actor = current_user.email
    return _act(message_id, lambda at: outgoing.withdraw(message_id, actor=actor, at=at), _("It is withdrawn."))


@blueprint.post(f"{MESSAGE}/seen-to")
@requires(Right.EDIT_PEOPLE)
def see_to_message(message_id: int) -> ResponseReturnValue:
    actor = current_user.email
    return _act(message_id, lambda at: outgoing.see_to(message_id, actor=actor, at=at), _("It is off the work list."))


def _act(message_id: int, work: Callable[[datetime], None], words: str) -> ResponseReturnValue:
    _load(message_id)
    try:
        transact(work)
        flash(words)
    except AlreadyLeftError as refusal:
        flash(str(REFUSALS[type(refusal)]), "error")
    return redirect(url_for("staff.message", message_id=message_id))

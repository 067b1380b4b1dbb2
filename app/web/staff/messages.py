"""The mails: what is queued, sent, failed and why; one of them with its exact text; sending it again."""

from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as policy
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user

from app.db import db, transact
from app.mail import rendering
from app.models import EmailState, MessageKind, OutgoingEmail, Right
from app.operations import auditing
from app.operations.communication import outgoing
from app.operations.communication.outgoing import MessageFilter, NoLongerTrueError, NotSentAgainError
from app.web.staff import blueprint, rail
from app.web.staff.door import requires
from app.web.staff.listing import Chip, whole_number

GROUPS = {
    "queued": _l("Waiting"),
    "sent": _l("Sent"),
    "failed": _l("Failed or in doubt"),
    "withdrawn": _l("Withdrawn"),
}
REFUSALS: dict[type[Exception], Any] = {
    NoLongerTrueError: _l("The registration has changed since. Its newest message tells how it stands now."),
    NotSentAgainError: _l("This message cannot be sent again. Make a new sign-in link under Staff instead."),
}


@dataclass(frozen=True)
class Letter:
    """A message as its reader gets it."""

    subject: str
    text: str
    source: str
    is_sent: bool


@blueprint.get("/messages")
@requires(Right.VIEW_PEOPLE)
def messages() -> ResponseReturnValue:
    wanted = _wanted()
    found = outgoing.page(wanted, older_than=whole_number("before"))
    return render_template(
        "staff/messages.html",
        messages=found.messages,
        wanted=wanted,
        groups=GROUPS,
        kinds=[kind for kind in MessageKind if kind not in wanted.hidden],
        chips=_chips(wanted),
        next_url=_url(wanted, before=found.older_than) if found.older_than else "",
        first_url=_url(wanted) if request.args.get("before") else "",
    )


def _wanted() -> MessageFilter:
    group = request.args.get("state", "")
    kind = next((kind for kind in MessageKind if kind.value == request.args.get("kind")), None)
    return MessageFilter(
        group=group if group in GROUPS else "",
        kind=kind,
        event_id=whole_number("event"),
        hidden=hidden_kinds(),
    )


def hidden_kinds() -> frozenset[MessageKind]:
    """What is not for this member's eyes: a sign-in link is as good as a password, and needs are private."""
    return frozenset(
        kind
        for kind in MessageKind
        if (kind is MessageKind.STAFF_SIGN_IN and not current_user.may(Right.ADMINISTER))
        or (kind.tells_of_needs and not current_user.may(Right.VIEW_NEEDS))
    )


def _chips(wanted: MessageFilter) -> list[Chip]:
    chips = []
    if wanted.group:
        chips.append(Chip(str(GROUPS[wanted.group]), _url(wanted.without("group"))))
    if wanted.kind:
        chips.append(Chip(str(wanted.kind.label), _url(wanted.without("kind"))))
    if wanted.event_id is not None:
        chips.append(Chip(_("One event"), _url(wanted.without("event_id"))))
    return chips


def _url(wanted: MessageFilter, **more: Any) -> str:
    kind = wanted.kind.value if wanted.kind else None
    return url_for("staff.messages", state=wanted.group or None, kind=kind, event=wanted.event_id, **more)


@blueprint.get("/messages/<int:message_id>")
@requires(Right.VIEW_PEOPLE)
def message(message_id: int) -> ResponseReturnValue:
    found = _load(message_id)
    if found.kind.is_sealed and found.registration_id:
        auditing.viewed("registration", found.registration_id, actor=current_user.email, event_id=found.event_id)
        found = _load(message_id)
    return render_template(
        "staff/message.html",
        mail=found,
        letter=_letter(found),
        event=outgoing.event_of(found),
        person_url=rail.way_to("staff.registration", registration_id=found.registration_id or 0),
        is_waiting=found.state in outgoing.GROUPS["queued"],
        may_send_again=current_user.may(Right.EDIT_PEOPLE) and found.state is not EmailState.WITHDRAWN,
    )


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
        rendered = rendering.render(message.kind, message.facts, message.language, at=message.queued_at)
        return Letter(rendered.subject, rendered.text, "", is_sent=False)
    parsed = message_from_bytes(content, EmailMessage, policy=policy)
    body = parsed.get_body(("plain",))
    text = body.get_content() if body else ""
    return Letter(message.subject, text, content.decode("utf-8", "replace"), is_sent=True)


@blueprint.post("/messages/<int:message_id>/again")
@requires(Right.EDIT_PEOPLE)
def send_message_again(message_id: int) -> ResponseReturnValue:
    _load(message_id)
    actor = current_user.email
    try:
        again = transact(lambda at: outgoing.send_again(message_id, actor=actor, at=at).id)
    except (NoLongerTrueError, NotSentAgainError) as refusal:
        flash(str(REFUSALS[type(refusal)]), "error")
        return redirect(url_for("staff.message", message_id=message_id))
    flash(_("It is queued and leaves within a minute."))
    return redirect(url_for("staff.message", message_id=again))

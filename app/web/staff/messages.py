"""The mails: what is queued, sent, failed and why."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user

from app.models import MessageKind, Right
from app.operations.communication import outgoing
from app.operations.communication.outgoing import MessageFilter
from app.web.staff import blueprint
from app.web.staff.door import requires
from app.web.staff.listing import Chip, whole_number

GROUPS = {
    "queued": _l("Waiting"),
    "sent": _l("Sent"),
    "failed": _l("To see to: failed, came back, in doubt"),
    "seen-to": _l("Seen to"),
    "withdrawn": _l("Withdrawn"),
}


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

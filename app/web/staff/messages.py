"""The mails: what is queued, sent, failed and why."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user

from app.db import db
from app.formats.cleaning import one_line
from app.models import Event, MessageKind, Right
from app.operations.communication import outgoing
from app.operations.communication.outgoing import MessageFilter
from app.web.staff import blueprint
from app.web.staff.door import requires
from app.web.staff.listing import Chip, whole_number

LONGEST = 254
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
        address=one_line(request.args.get("to", ""))[:LONGEST].strip(),
        event_id=whole_number("event"),
        about=one_line(request.args.get("about", ""))[:LONGEST].strip(),
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
    if wanted.address:
        chips.append(Chip(wanted.address, _url(wanted.without("address"))))
    if wanted.event_id is not None:
        event = db.session.get(Event, wanted.event_id)
        chips.append(Chip(event.title if event else _("One event"), _url(wanted.without("event_id"))))
    if wanted.about:
        chips.append(Chip(f"“{wanted.about}”", _url(wanted.without("about"))))
    return chips


def _url(wanted: MessageFilter, **more: Any) -> str:
    values: dict[str, Any] = {
        "state": wanted.group,
        "kind": wanted.kind.value if wanted.kind else "",
        "to": wanted.address,
        "event": wanted.event_id,
        "about": wanted.about,
    }
    given = {name: value for name, value in values.items() if value not in {"", None}}
    return url_for("staff.messages", **given, **more)

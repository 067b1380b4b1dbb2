"""What came back by mail: bounces, complaints, automatic and calendar answers, as they were filed."""

from datetime import datetime, timedelta

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from app.models import NoticeKind, Right, UnwantedAddress
from app.operations.communication import complaining, filing
from app.web.staff import blueprint
from app.web.staff.door import requires
from app.web.staff.listing import Chip, whole_number
from app.web.staff.messages import hidden_kinds

STALE = timedelta(minutes=15)


@blueprint.get("/messages/notices")
@requires(Right.VIEW_PEOPLE)
def mail_notices() -> ResponseReturnValue:
    wanted = next((kind for kind in NoticeKind if kind.value == request.args.get("kind")), None)
    value = wanted.value if wanted else None
    found = filing.page(wanted, hidden_kinds(), older_than=whole_number("before"))
    return render_template(
        "staff/mail_notices.html",
        notices=found.notices,
        unwanted=_unwanted(found) if current_user.may(Right.EDIT_PEOPLE) else {},
        kinds=NoticeKind,
        wanted=wanted,
        chips=[Chip(str(wanted.label), url_for("staff.mail_notices"))] if wanted else [],
        next_url=url_for("staff.mail_notices", kind=value, before=found.older_than) if found.older_than else "",
        first_url=url_for("staff.mail_notices", kind=value) if request.args.get("before") else "",
        is_set=has_mailbox(),
        read_at=filing.mailbox_read_at(),
    )


def _unwanted(found: filing.NoticePage) -> dict[str, UnwantedAddress]:
    """The addresses among them to which no list mail goes any more."""
    about = {mail.recipient_key for notice, mail in found.notices if mail and notice.kind is NoticeKind.COMPLAINT}
    return complaining.of_keys(about) if about else {}


def has_mailbox() -> bool:
    return bool(current_app.config["BOUNCES_MAILDIR"] or current_app.config["BOUNCES_IMAP_SERVER"])


def is_stale(at: datetime) -> bool:
    """Whether the mailbox is set, and nobody has read it for a while."""
    read_at = filing.mailbox_read_at() if has_mailbox() else at
    return read_at is None or at - read_at > STALE

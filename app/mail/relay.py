"""What all workers know together of the mail server: why it takes nothing, and how much it may be given in a minute.

A server that refuses our account, or offers no encryption, is left alone for five minutes at a time, by all workers
together: knocking on and on locks accounts. One that is just away is called again by each worker as it sees fit.
"""

import logging
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import update

from app.db import db
from app.mail.answers import UnreachableError
from app.models import EmailState, MailRelay, OutgoingEmail
from app.models.outgoing_email import UNSETTLED

REST = timedelta(minutes=5)
MINUTE = 60
log = logging.getLogger(__name__)


def is_closed(at: datetime) -> bool:
    """Whether no mail may be taken up now. Only looks."""
    relay = db.session.get(MailRelay, 1, populate_existing=True)
    closed = relay is not None and (_rests(relay, at) or _left(relay, at) == 0)
    db.session.rollback()
    return closed


def allowance(wanted: int, at: datetime) -> int:
    """How many of the wanted mails may be taken up now; they count as taken. A troubled server is tried with one."""
    relay = db.session.get(MailRelay, 1, populate_existing=True)
    if not current_app.config["MAIL_MESSAGES_PER_MINUTE"] and (relay is None or relay.trouble is None):
        return wanted
    relay = _locked()
    if _rests(relay, at):
        return 0
    if relay.trouble:
        wanted = 1
        relay.rests_until = at + REST if relay.trouble.is_ours else None
    return _spend(relay, wanted, at)


def _rests(relay: MailRelay, at: datetime) -> bool:
    return relay.rests_until is not None and at < relay.rests_until


def _locked() -> MailRelay:
    relay = db.session.get(MailRelay, 1, with_for_update=True, populate_existing=True)
    if relay is None:
        db.session.add(relay := MailRelay(minute={}))
        db.session.flush()
    return relay


def _spend(relay: MailRelay, wanted: int, at: datetime) -> int:
    left = _left(relay, at)
    if left is None:
        return wanted
    second, taken = str(int(at.timestamp())), min(wanted, left)
    spent = _spent(relay, at)
    relay.minute = spent | {second: spent.get(second, 0) + taken}
    return taken


def _left(relay: MailRelay, at: datetime) -> int | None:
    """How many mails may still leave; None when the settings name no limit."""
    most: int = current_app.config["MAIL_MESSAGES_PER_MINUTE"]
    return max(most - sum(_spent(relay, at).values()), 0) if most else None


def _spent(relay: MailRelay, at: datetime) -> dict[str, int]:
    """The last minute, second by second."""
    since = int(at.timestamp()) - MINUTE
    return {second: count for second, count in relay.minute.items() if int(second) > since}


def is_troubled() -> bool:
    relay = db.session.get(MailRelay, 1)
    return relay is not None and relay.trouble is not None


def note_trouble(error: UnreachableError, at: datetime) -> None:
    """Keep why nothing leaves. What needs somebody of the office is told once, however often it is met."""
    relay = _locked()
    is_new = relay.trouble is not error.trouble
    relay.trouble, relay.words = error.trouble, str(error)[:500]
    relay.troubled_since = at if is_new or relay.troubled_since is None else relay.troubled_since
    relay.rests_until = at + REST if error.trouble.is_ours else None
    if is_new:
        log.log(logging.ERROR if error.trouble.is_ours else logging.WARNING, "No mail leaves: %s", error)


def note_recovery(at: datetime) -> None:
    """The server takes mail again. What was put off because it took none need not wait any longer."""
    relay = _locked()
    if relay.trouble is None:
        return
    log.warning("Mail leaves again.")
    put_off = (OutgoingEmail.state == EmailState.RETRY, OutgoingEmail.last_error == relay.words)
    db.session.execute(update(OutgoingEmail).where(UNSETTLED, *put_off, OutgoingEmail.due_at > at).values(due_at=at))
    relay.trouble, relay.words, relay.troubled_since, relay.rests_until = None, "", None, None

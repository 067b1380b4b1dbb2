"""The outbox as staff see it: what is queued, sent, failed and why; sending one again, or taking it back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from sqlalchemy import ColumnElement, TextClause, select
from sqlalchemy.orm import defer

from app.db import db
from app.models import EmailState, Event, MessageKind, OutgoingEmail, Registration
from app.models.event_search import events_named
from app.models.outgoing_email import TO_DO
from app.operations import auditing, notifying
from app.operations.communication import complaining
from app.operations.registration import reaching
from app.operations.registration.details import email_key
from app.operations.registration.searching import begins_with

PAGE_SIZE = 50
TROUBLE = (EmailState.FAILED, EmailState.IN_DOUBT, EmailState.BOUNCED)
TAKEN_BACK = (EmailState.QUEUED, EmailState.RETRY, EmailState.IN_DOUBT)
# One word for several states: the worker's steps are no matter of the office.
GROUPS = {
    "queued": (EmailState.QUEUED, EmailState.CLAIMED, EmailState.SENDING, EmailState.RETRY),
    "sent": (EmailState.ACCEPTED,),
    "failed": TROUBLE,
    "seen-to": TROUBLE,
    "withdrawn": (EmailState.WITHDRAWN,),
}


class NoLongerTrueError(Exception):
    """The mail tells of a state that the registration is no longer in."""


class NotSentAgainError(Exception):
    """Mails of this kind carry a link that works once; a new link is asked for where links are made."""


class NobodyThereError(Exception):
    """Mail to the address came back. Whatever is sent there is withheld until the address is mended."""


class NotWantedError(Exception):
    """The owner of the address marked such mail as unwanted."""


class AlreadyLeftError(Exception):
    """A worker has the mail in hand, or it has left: it cannot be taken back any more."""


@dataclass(frozen=True)
class MessageFilter:
    group: str = ""
    kind: MessageKind | None = None
    address: str = ""  # Its beginning, at least.
    event_id: int | None = None
    about: str = ""  # Words of the event's title.
    hidden: frozenset[MessageKind] = frozenset()  # What the reader may not see.

    def without(self, name: str) -> "MessageFilter":
        return replace(self, **{name: getattr(MessageFilter, name)})


@dataclass(frozen=True)
class MessagePage:
    messages: Sequence[OutgoingEmail]
    older_than: int | None  # Where the next page begins, if there is one.


def page(wanted: MessageFilter, *, older_than: int | None = None) -> MessagePage:
    query = select(OutgoingEmail).where(*_conditions(wanted)).order_by(OutgoingEmail.id.desc()).limit(PAGE_SIZE + 1)
    if older_than is not None:
        query = query.where(OutgoingEmail.id < older_than)
    found = db.session.scalars(query.options(defer(OutgoingEmail.content), defer(OutgoingEmail.facts))).all()
    return MessagePage(found[:PAGE_SIZE], found[PAGE_SIZE - 1].id if len(found) > PAGE_SIZE else None)


def _conditions(wanted: MessageFilter) -> list[ColumnElement[bool] | TextClause]:
    conditions = _of_group(wanted.group)
    if wanted.kind:
        conditions.append(OutgoingEmail.kind == wanted.kind)
    if wanted.event_id is not None:
        conditions.append(OutgoingEmail.event_id == wanted.event_id)
    if wanted.address:
        key = email_key(wanted.address) if "@" in wanted.address else wanted.address.casefold()
        conditions.append(begins_with(OutgoingEmail.recipient_key, key))
    if wanted.about:
        conditions.append(OutgoingEmail.event_id.in_(select(Event.id).where(*events_named(wanted.about))))
    if wanted.hidden:
        conditions.append(OutgoingEmail.kind.not_in(wanted.hidden))
    return conditions


def _of_group(group: str) -> list[ColumnElement[bool] | TextClause]:
    if not group:
        return []
    chosen: list[ColumnElement[bool] | TextClause] = [OutgoingEmail.state.in_(GROUPS[group])]
    if group == "failed":
        chosen.append(TO_DO)
    return [*chosen, OutgoingEmail.seen_to_at.is_not(None)] if group == "seen-to" else chosen


def event_of(message: OutgoingEmail) -> Event | None:
    return db.session.get(Event, message.event_id) if message.event_id else None


def send_again(message_id: int, *, actor: str, at: datetime) -> OutgoingEmail:
    """Queue the same message as a new row, with the facts as they are now.

    Raises NoLongerTrueError, NotSentAgainError, NobodyThereError and NotWantedError.
    """
    former = db.session.get_one(OutgoingEmail, message_id)
    if former.kind is MessageKind.STAFF_SIGN_IN:
        raise NotSentAgainError
    again = _to_person(former, at) if former.registration_id else _to_address(former, at)
    if not again.kind.was_asked_for and reaching.is_dead(again.recipient_key):
        raise NobodyThereError
    if again.kind.goes_to_many and complaining.of_address(again.recipient_key):
        raise NotWantedError
    if former.state in TROUBLE:
        former.seen_to_at = former.seen_to_at or at
    db.session.flush()
    _record("sent message again", former, actor=actor, at=at, new=again.id)
    return again


def withdraw(message_id: int, *, actor: str, at: datetime) -> None:
    """Take a mail back that has not left. Raises AlreadyLeftError."""
    mail = db.session.get_one(OutgoingEmail, message_id, with_for_update=True, populate_existing=True)
    if mail.state not in TAKEN_BACK:
        raise AlreadyLeftError
    mail.enter(EmailState.WITHDRAWN, f"Withdrawn by {actor}.", at)
    _record("withdrew message", mail, actor=actor, at=at)


def see_to(message_id: int, *, actor: str, at: datetime) -> None:
    """Take a mail off the work list: whoever was to read it knows, or need not know any more."""
    mail = db.session.get_one(OutgoingEmail, message_id, with_for_update=True, populate_existing=True)
    if mail.state in TROUBLE and mail.seen_to_at is None:
        mail.seen_to_at = at
        _record("saw to message", mail, actor=actor, at=at)


def _record(act: str, mail: OutgoingEmail, *, actor: str, at: datetime, **more: int) -> None:
    auditing.record(
        act,
        actor=actor,
        subject="message",
        subject_id=mail.id,
        event_id=mail.event_id,
        detail={"kind": mail.kind.value, **more},
        at=at,
    )


def _to_person(former: OutgoingEmail, at: datetime) -> OutgoingEmail:
    registration = db.session.get_one(Registration, former.registration_id)
    if former.facts["registration"]["state"] != registration.state.value:
        raise NoLongerTrueError
    extra = {name: value for name, value in former.facts.items() if name not in {"registration", "event"}}
    again = notifying.queue(former.kind, registration, extra=extra, key=f"again-{uuid4().hex}", at=at)
    if again is None:
        raise NotSentAgainError
    return again


def _to_address(former: OutgoingEmail, at: datetime) -> OutgoingEmail:
    return notifying.queue_to(
        former.kind,
        former.recipient,
        facts=former.facts,
        key=f"again/{uuid4().hex}",
        language=former.language,
        event_id=former.event_id,
        at=at,
    )

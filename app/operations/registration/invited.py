"""Who is invited to an event, as the office sees it: how far each invitation is, and who reads which language."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, String, and_, cast, exists, func, literal, select, update
from sqlalchemy.orm import aliased

from app.db import db
from app.models import BouncedAddress, EmailState, Invitation, MessageKind, OutgoingEmail, Registration, Subscriber
from app.models.labels import Labelled
from app.models.outgoing_email import TO_DO

HANDED_OVER = (EmailState.ACCEPTED, EmailState.IN_DOUBT)
ON_ITS_WAY = (EmailState.QUEUED, EmailState.CLAIMED, EmailState.SENDING, EmailState.RETRY)


class Standing(Labelled):
    """How far an invitation is."""

    NOT_SENT = "not-sent", _l("Mail not sent"), "warn"
    NOT_ARRIVED = "not-arrived", _l("Did not arrive"), "stop"
    SENT = "sent", _l("Invited, not used"), "note"
    USED = "used", _l("Used"), "good"
    REVOKED = "revoked", _l("Taken back"), "quiet"


@dataclass(frozen=True)
class InvitedFilter:
    """Which invitations of an event are looked at: by the beginning of the address, and by how far they are."""

    event_id: int
    begins: str = ""
    standing: Standing | None = None

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        chosen = [Invitation.event_id == self.event_id]
        if self.begins:
            chosen.append(Invitation.email_key.startswith(self.begins.strip().casefold(), autoescape=True))
        return [*chosen, _stands(self.standing)] if self.standing else chosen


def _stands(standing: Standing) -> ColumnElement[bool]:
    return {
        Standing.NOT_SENT: and_(IS_OPEN, ~_CAME_BACK, _is_unsent()),
        Standing.NOT_ARRIVED: and_(IS_OPEN, _CAME_BACK),
        Standing.SENT: and_(IS_OPEN, ~_CAME_BACK, ~_is_unsent()),
        Standing.USED: Invitation.used_at.is_not(None),
        Standing.REVOKED: and_(Invitation.revoked_at.is_not(None), Invitation.used_at.is_(None)),
    }[standing]


IS_OPEN = and_(Invitation.used_at.is_(None), Invitation.revoked_at.is_(None))
_FLAG = aliased(BouncedAddress)
_CAME_BACK = exists().where(_FLAG.email_key == Invitation.email_key)


def _is_unsent() -> ColumnElement[bool]:
    """Whether the latest mail of an invitation waits still, or failed."""
    number = cast(Invitation.id, String) + literal("/") + cast(Invitation.sent, String)
    key = literal(f"{MessageKind.INVITATION.value}/") + number
    return exists().where(OutgoingEmail.dedupe_key == key, OutgoingEmail.state.not_in(HANDED_OVER))


@dataclass(frozen=True)
class Listed:
    """An invitation, how far it is, and why its mail did not arrive if it did not."""

    invitation: Invitation
    standing: Standing
    flag: BouncedAddress | None


def page(wanted: InvitedFilter, *, number: int, size: int) -> tuple[list[Listed], int]:
    """One page of invitations by address, each with how far it is; and how many there are."""
    total = count(wanted)
    came_back = BouncedAddress.email_key == Invitation.email_key
    chosen = select(Invitation, _is_unsent(), BouncedAddress).outerjoin(BouncedAddress, came_back)
    ordered = chosen.where(*wanted.conditions).order_by(Invitation.email_key, Invitation.id)
    rows = db.session.execute(ordered.limit(size).offset((number - 1) * size))
    return [_listed(one, is_unsent, flag) for one, is_unsent, flag in rows], total


def count(wanted: InvitedFilter) -> int:
    return db.session.scalar(select(func.count()).select_from(Invitation).where(*wanted.conditions)) or 0


def _listed(invitation: Invitation, is_unsent: bool, flag: BouncedAddress | None) -> Listed:
    return Listed(invitation, _standing_of(invitation, is_unsent, flag), None if invitation.used_at else flag)


def _standing_of(invitation: Invitation, is_unsent: bool, flag: BouncedAddress | None) -> Standing:
    if invitation.used_at:
        return Standing.USED
    if invitation.revoked_at:
        return Standing.REVOKED
    if flag:
        return Standing.NOT_ARRIVED
    return Standing.NOT_SENT if is_unsent else Standing.SENT


def waits_to_leave(invitation: Invitation) -> bool:
    """Whether the latest mail of an invitation has not left yet, and will."""
    key = f"{MessageKind.INVITATION.value}/{invitation.id}/{invitation.sent}"
    waiting = exists().where(OutgoingEmail.dedupe_key == key, OutgoingEmail.state.in_(ON_ITS_WAY))
    return bool(db.session.scalar(select(waiting)))


def see_to_mails(invitation: Invitation, at: datetime) -> None:
    """Take the mails of an invitation that did not arrive off the work list: a new one is on its way."""
    mails = (
        OutgoingEmail.kind == MessageKind.INVITATION,
        OutgoingEmail.event_id == invitation.event_id,
        OutgoingEmail.recipient_key == invitation.email_key,
    )
    db.session.execute(update(OutgoingEmail).where(*mails, TO_DO).values(seen_to_at=at))


def languages_of(email_keys: Collection[str]) -> dict[str, str]:
    """In which language people read us who registered or follow us: address → language, as they chose it last."""
    found: dict[str, str] = {}
    for table in (Subscriber, Registration):
        query = select(table.email_key, table.language).where(table.email_key.in_(email_keys)).order_by(table.id)
        found |= {key: language for key, language in db.session.execute(query) if key}
    return found

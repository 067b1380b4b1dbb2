"""Who is invited to an event, as the office sees it: how far each invitation is, and who reads which language."""

from collections.abc import Collection
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, String, and_, cast, exists, func, literal, select

from app.db import db
from app.models import EmailState, Invitation, MessageKind, OutgoingEmail, Registration, Subscriber
from app.models.labels import Labelled

LEFT = (EmailState.ACCEPTED, EmailState.IN_DOUBT)


class Standing(Labelled):
    """How far an invitation is."""

    NOT_SENT = "not-sent", _l("Mail not sent"), "warn"
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
    is_open = and_(Invitation.used_at.is_(None), Invitation.revoked_at.is_(None))
    return {
        Standing.NOT_SENT: and_(is_open, _is_unsent()),
        Standing.SENT: and_(is_open, ~_is_unsent()),
        Standing.USED: Invitation.used_at.is_not(None),
        Standing.REVOKED: and_(Invitation.revoked_at.is_not(None), Invitation.used_at.is_(None)),
    }[standing]


def _is_unsent() -> ColumnElement[bool]:
    """Whether the latest mail of an invitation waits still, failed, or came back."""
    number = cast(Invitation.id, String) + literal("/") + cast(Invitation.sent, String)
    key = literal(f"{MessageKind.INVITATION.value}/") + number
    return exists().where(OutgoingEmail.dedupe_key == key, OutgoingEmail.state.not_in(LEFT))


def page(wanted: InvitedFilter, *, number: int, size: int) -> tuple[list[tuple[Invitation, Standing]], int]:
    """One page of invitations by address, each with how far it is; and how many there are."""
    total = db.session.scalar(select(func.count()).select_from(Invitation).where(*wanted.conditions)) or 0
    chosen = select(Invitation, _is_unsent()).where(*wanted.conditions)
    ordered = chosen.order_by(Invitation.email_key, Invitation.id).limit(size).offset((number - 1) * size)
    return [(one, _standing_of(one, is_unsent)) for one, is_unsent in db.session.execute(ordered)], total


def _standing_of(invitation: Invitation, is_unsent: bool) -> Standing:
    if invitation.used_at:
        return Standing.USED
    if invitation.revoked_at:
        return Standing.REVOKED
    return Standing.NOT_SENT if is_unsent else Standing.SENT


def languages_of(email_keys: Collection[str]) -> dict[str, str]:
    """In which language people read us who registered or follow us: address → language, as they chose it last."""
    found: dict[str, str] = {}
    for table in (Subscriber, Registration):
        query = select(table.email_key, table.language).where(table.email_key.in_(email_keys)).order_by(table.id)
        found |= {key: language for key, language in db.session.execute(query) if key}
    return found

"""Inviting: a mail with a link of their own for each address, good for one registration under that address.

Who is invited is known to staff and to whoever has the mail. No public page tells it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.models import BouncedAddress, Event, EventState, Invitation, MessageKind, Registration, RegistrationState
from app.operations import auditing, notifying
from app.operations.registration import allotting, invited, reaching
from app.operations.registration.by_hand import NotPublishedError
from app.operations.registration.cancelling import EventOverError
from app.operations.registration.details import email_key
from app.operations.registration.recognizing import live_registration

FIRST_LANGUAGE = "en"


class NotByInvitationError(Exception):
    """The event's rules do not say that it takes invited people."""


class NothingArrivesError(Exception):
    """Mail to the address came back: whatever is sent there is withheld until staff say that it is right."""


class InvitationUsedError(Exception):
    """The person is registered by this invitation: there is nothing to send or to take back."""


@dataclass(frozen=True)
class Invited:
    """What came of a list of addresses."""

    new: int = 0
    standing: int = 0  # Invited already, or registered.

    def __add__(self, other: "Invited") -> "Invited":
        return Invited(self.new + other.new, self.standing + other.standing)


def invite(
    event_id: int, addresses: Collection[str], *, by: str, at: datetime, language: str = FIRST_LANGUAGE
) -> Invited:
    """Mail each address its link. Who is invited already gets no second mail; who was taken back is invited again.

    Whoever registered or follows us reads it in the language chosen then, everybody else in this one. Raises
    NotByInvitationError, NotPublishedError, EventOverError.
    """
    event = _lock_inviting(event_id, at)
    keys = [email_key(address) for address in addresses]
    known, registered, languages = _known(event_id, keys), _registered(event_id, keys), invited.languages_of(keys)
    new: list[str] = []
    for address in addresses:
        key = email_key(address)
        standing = known.get(key)
        if _stands(standing) or key in registered:
            continue
        known[key] = _renew(standing, by, at) if standing else _make(event, address, by, at)
        known[key].language = languages.get(key, language)
        new.append(address)
        db.session.flush()
        mail(known[key], at)
    if new:
        _record("invited", event_id, by=by, at=at, detail={"people": len(new)}, personal={"emails": new})
    return Invited(len(new), len(addresses) - len(new))


def foresee(event_id: int, addresses: Collection[str]) -> Invited:
    """How many of these would be mailed, and how many not, for staff to look at before anything leaves."""
    keys = [email_key(address) for address in addresses]
    known, registered = _known(event_id, keys), _registered(event_id, keys)
    new = sum(not (_stands(known.get(key)) or key in registered) for key in keys)
    return Invited(new, len(keys) - new)


def _stands(invitation: Invitation | None) -> bool:
    return bool(invitation and not invitation.revoked_at)


def _registered(event_id: int, keys: Collection[str]) -> set[str]:
    """Under which of these addresses a registration of their own stands."""
    mine = (Registration.event_id == event_id, Registration.email_key.in_(keys), Registration.guest_key == "")
    live = Registration.state != RegistrationState.CANCELLED
    return {key for key in db.session.scalars(select(Registration.email_key).where(*mine, live)) if key}


def _lock_inviting(event_id: int, at: datetime) -> Event:
    event = allotting.lock_event(event_id)
    if not event.is_by_invitation:
        raise NotByInvitationError
    if event.state is not EventState.PUBLISHED:
        raise NotPublishedError
    if event.has_ended(at):
        raise EventOverError
    return event


def _known(event_id: int, keys: Collection[str]) -> dict[str, Invitation]:
    found = db.session.scalars(
        select(Invitation).where(Invitation.event_id == event_id, Invitation.email_key.in_(keys))
    )
    return {one.email_key: one for one in found}


def _make(event: Event, address: str, by: str, at: datetime) -> Invitation:
    made = Invitation(
        event=event, email=address, email_key=email_key(address), link_version=1, sent=0, invited_at=at, invited_by=by
    )
    db.session.add(made)
    return made


def _renew(invitation: Invitation, by: str, at: datetime) -> Invitation:
    """Good once more, by a new link."""
    invitation.link_version += 1
    invitation.invited_at, invitation.invited_by = at, by
    invitation.revoked_at = invitation.revoked_by = invitation.used_at = invitation.registration_id = None
    return invitation


def mail(invitation: Invitation, at: datetime) -> None:
    """Mail the link, as the event stands now."""
    invitation.sent += 1
    notifying.queue_to(
        MessageKind.INVITATION,
        invitation.email,
        facts={
            "event": notifying.event_facts(invitation.event, at),
            "invitation": {"id": invitation.id, "version": invitation.link_version},
        },
        key=f"{invitation.id}/{invitation.sent}",
        language=invitation.language,
        event_id=invitation.event_id,
        at=at,
    )


def resend(invitation_id: int, *, by: str, at: datetime) -> bool:
    """Mail the link once more; after a cancelled registration, or one taken back, a new link.

    False while the last mail of an open invitation waits to leave: then a second one would say the same.
    Raises NothingArrivesError, InvitationUsedError, NotByInvitationError, NotPublishedError, EventOverError.
    """
    invitation = _lock(invitation_id, at)
    if live_registration(invitation.event_id, invitation.email_key):
        raise InvitationUsedError
    if reaching.is_dead(invitation.email_key):
        raise NothingArrivesError
    if invitation.is_open and invited.waits_to_leave(invitation):
        return False
    if not invitation.is_open:
        _renew(invitation, by, at)
    mail(invitation, at)
    _record("invited again", invitation.event_id, by=by, at=at, personal={"emails": [invitation.email]})
    return True


def try_again(invitation_id: int, *, by: str, at: datetime) -> bool:
    """Staff found that an address is right that mail came back from: the flag goes, and the link is mailed once more.

    Raises what resending raises.
    """
    invitation = _lock(invitation_id, at)
    if flag := db.session.get(BouncedAddress, invitation.email_key):
        db.session.delete(flag)
        db.session.flush()
        invited.see_to_mails(invitation, at)
        _record("address found right", invitation.event_id, by=by, at=at, personal={"emails": [invitation.email]})
    return resend(invitation_id, by=by, at=at)


def revoke(invitation_id: int, *, by: str, at: datetime) -> Invitation:
    """Let the link open nothing any more. Nobody is told. Twice is harmless. Raises InvitationUsedError."""
    invitation = db.session.get_one(Invitation, invitation_id)
    allotting.lock_event(invitation.event_id)
    db.session.refresh(invitation)
    if invitation.used_at:
        raise InvitationUsedError
    if invitation.revoked_at is None:
        invitation.link_version += 1
        invitation.revoked_at, invitation.revoked_by = at, by
        _record("took invitation back", invitation.event_id, by=by, at=at, personal={"emails": [invitation.email]})
    return invitation


def _lock(invitation_id: int, at: datetime) -> Invitation:
    invitation = db.session.get_one(Invitation, invitation_id)
    _lock_inviting(invitation.event_id, at)
    db.session.refresh(invitation)
    return invitation


def is_inviting(event: Event) -> bool:
    """Whether the event has a page for invitations: its rules ask for them, or somebody was invited before."""
    if event.is_by_invitation:
        return True
    return db.session.scalar(select(Invitation.id).where(Invitation.event_id == event.id).limit(1)) is not None


def _record(
    act: str,
    event_id: int,
    *,
    by: str,
    at: datetime,
    detail: dict[str, object] | None = None,
    personal: dict[str, object] | None = None,
) -> None:
    auditing.record(
        act, actor=by, subject="event", subject_id=event_id, event_id=event_id, detail=detail, personal=personal, at=at
    )

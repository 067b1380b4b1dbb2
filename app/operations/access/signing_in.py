"""Signing in and out: invitations, sessions, and the count of failures."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import delete, select, update

from app import links
from app.db import db
from app.models import StaffMember, StaffSession
from app.operations import auditing

INVITATION_LIFE = timedelta(hours=72)
SESSION_LIFE = timedelta(hours=12)
IDLE_LIFE = timedelta(minutes=30)
KEY_BYTES = 32


class InvitationOverError(Exception):
    """A sign-in link was used, replaced, is too old, or was never ours."""


def invite(member: StaffMember, at: datetime) -> str:
    """A new sign-in link for this member; every older one dies. Gives the path."""
    member.invitation_version += 1
    token = links.sign(links.INVITATION, member.id, member.invitation_version, int(at.timestamp()))
    return f"/staff/access/invitation/{token}"


def invited(token: str, at: datetime) -> StaffMember:
    """The member whom a sign-in link was made for. Raises InvitationOverError."""
    match links.read(links.INVITATION, token):
        case [int(member_id), int(version), int(made)]:
            member = db.session.get(StaffMember, member_id)
            is_young = at.timestamp() < made + INVITATION_LIFE.total_seconds()
            if member and member.active and member.invitation_version == version and is_young:
                return member
    raise InvitationOverError


def accept(token: str, password_hash: str | None, at: datetime) -> StaffMember:
    """Use a sign-in link: it works once. A new password ends every session there was."""
    member = invited(token, at)
    db.session.execute(select(StaffMember.id).where(StaffMember.id == member.id).with_for_update())
    db.session.refresh(member)
    member = invited(token, at)  # Two presses at once: the second one finds the version raised.
    member.invitation_version += 1
    if password_hash:
        member.password = password_hash
        end_all_sessions(member)
    member.failures = 0
    _log("accepted sign-in link", member, at)
    return member


def open_session(member: StaffMember, *, browser: str, at: datetime) -> str:
    """Note a sign-in on one device, and give the key that its cookie must hold."""
    db.session.execute(delete(StaffSession).where(StaffSession.began_at < at - SESSION_LIFE))
    key = secrets.token_urlsafe(KEY_BYTES)
    db.session.add(StaffSession(key_digest=digest(key), staff_member_id=member.id, began_at=at, browser=browser[:200]))
    member.failures = 0
    member.last_login_at = at
    _log("signed in", member, at)
    return key


def member_of(key: str, uniquifier: str, at: datetime) -> StaffMember | None:
    """Whom a session belongs to, if it still stands."""
    return db.session.scalar(
        select(StaffMember)
        .join(StaffSession, StaffSession.staff_member_id == StaffMember.id)
        .where(
            StaffSession.key_digest == digest(key),
            StaffSession.began_at > at - SESSION_LIFE,
            StaffMember.fs_uniquifier == uniquifier,
            StaffMember.active,
        )
    )


def end_session(key: str, member: StaffMember, at: datetime) -> None:
    db.session.execute(delete(StaffSession).where(StaffSession.key_digest == digest(key)))
    _log("signed out", member, at)


def end_all_sessions(member: StaffMember) -> None:
    """Sign this member out everywhere: the cookies name a value that is no longer theirs."""
    member.fs_uniquifier = uuid4().hex
    db.session.execute(delete(StaffSession).where(StaffSession.staff_member_id == member.id))


def sign_out_everywhere(member_id: int, at: datetime) -> None:
    member = db.session.get_one(StaffMember, member_id)
    end_all_sessions(member)
    _log("signed out everywhere", member, at)


def sessions_of(member: StaffMember, at: datetime) -> list[StaffSession]:
    return list(
        db.session.scalars(
            select(StaffSession)
            .where(StaffSession.staff_member_id == member.id, StaffSession.began_at > at - SESSION_LIFE)
            .order_by(StaffSession.began_at.desc())
        )
    )


def count_failure(member_id: int, how: str, at: datetime) -> None:
    """Note a wrong password or code. Counted by the database: two tries at once are two."""
    db.session.execute(update(StaffMember).where(StaffMember.id == member_id).values(failures=StaffMember.failures + 1))
    _log(f"failed to sign in: {how}", db.session.get_one(StaffMember, member_id), at)


def note_stranger(at: datetime) -> None:
    """Note a try that no open account answers to. What was typed is not kept: it may be a password."""
    auditing.record(
        "failed to sign in: no such account", actor="stranger", subject="staff member", subject_id=None, at=at
    )


def end_other_sessions(key: str, member_id: int, at: datetime) -> None:
    """Sign out everywhere but on this device."""
    member = db.session.get_one(StaffMember, member_id)
    here = StaffSession.key_digest == digest(key)
    db.session.execute(delete(StaffSession).where(StaffSession.staff_member_id == member_id, ~here))
    _log("signed out on other devices", member, at)


def digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _log(act: str, member: StaffMember, at: datetime) -> None:
    auditing.record(act, actor=member.email, subject="staff member", subject_id=member.id, at=at)

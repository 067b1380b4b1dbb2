"""Who works here and what each may do."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import select

from app import links
from app.db import db
from app.models import MessageKind, StaffMember, StaffRole
from app.operations import auditing, meanwhile, notifying
from app.operations.access import signing_in

DEMO_ADMINISTRATOR = "administrator@example.org"


class LastAdministratorError(Exception):
    """Nobody would be left who can let people in."""


def add(email: str, role: StaffRole, *, actor: str, at: datetime, name: str = "", is_demo: bool = False) -> str:
    """A member with this address and role, new or known, and the path of their one-time sign-in link."""
    member = find(email)
    if member is None:
        member = StaffMember(email=email.strip().lower(), added_at=at, fs_uniquifier=uuid4().hex, role=role)
        member.invitation_version = 0
        db.session.add(member)
    elif member.role is not role:
        change_role(member, role, actor=actor, at=at)
    member.name = name or member.name or ""
    member.active, member.is_demo = True, is_demo
    db.session.flush()
    _log("invited", member, actor, at, role=role.value)
    return signing_in.invite(member, at)


def add_demo_administrator(*, actor: str, at: datetime) -> str:
    return add(DEMO_ADMINISTRATOR, StaffRole.ADMINISTRATOR, actor=actor, at=at, name="Demonstration", is_demo=True)


def find(email: str) -> StaffMember | None:
    return db.session.scalar(select(StaffMember).where(StaffMember.email == email.strip().lower()))


def members() -> list[StaffMember]:
    return list(db.session.scalars(select(StaffMember).order_by(StaffMember.active.desc(), StaffMember.email)))


def mail_link(member: StaffMember, path: str, purpose: str, *, at: datetime) -> None:
    """Queue the mail that carries a sign-in link."""
    notifying.queue_to(
        MessageKind.STAFF_SIGN_IN,
        member.email,
        at=at,
        facts={"link": links.absolute(path), "purpose": purpose, "name": member.name},
        key=f"{member.id}:{uuid4().hex}",
    )


def change_role(member: StaffMember, role: StaffRole, *, actor: str, at: datetime, version: str | None = None) -> None:
    """Another role, in force with the member's next request. ``version`` is the one that the form showed.

    Raises LastAdministratorError, meanwhile.ChangedMeanwhileError.
    """
    if role is not StaffRole.ADMINISTRATOR:
        _keep_one_administrator(member)
    db.session.refresh(member, with_for_update=True)
    meanwhile.refuse(version, standing=member.role.value, typed=role.value)
    _log("changed role", member, actor, at, before=member.role.value, after=role.value)
    member.role = role


def deactivate(member: StaffMember, *, actor: str, at: datetime) -> None:
    """Let this member in no more: their sessions end now, their links die."""
    _keep_one_administrator(member)
    member.active = False
    member.invitation_version += 1
    signing_in.end_all_sessions(member)
    _log("deactivated", member, actor, at)


def remove_factors(member: StaffMember, *, actor: str, at: datetime) -> None:
    """Forget a lost phone and lost keys. The member sets up a new second factor after the next sign-in."""
    member.tf_primary_method = member.tf_totp_secret = member.tf_last_counter = None
    member.mf_recovery_codes = None
    member.webauthn.clear()
    signing_in.end_all_sessions(member)
    _log("removed second factor", member, actor, at)


def _keep_one_administrator(member: StaffMember) -> None:
    """Refuse when this is the only one. Locked first: two administrators must not remove each other at once."""
    administrators = select(StaffMember).where(StaffMember.role == StaffRole.ADMINISTRATOR, StaffMember.active)
    locked = db.session.scalars(administrators.order_by(StaffMember.id).with_for_update()).all()
    if list(locked) == [member]:
        raise LastAdministratorError


def _log(act: str, member: StaffMember, actor: str, at: datetime, **detail: str) -> None:
    auditing.record(act, actor=actor, subject="staff member", subject_id=member.id, at=at, detail=detail)

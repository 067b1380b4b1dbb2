"""Staff members, what they may do, and how they prove who they are. Flask-Security reads and writes these rows."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l
from flask_security import AsaList, UserMixin, WebAuthnMixin
from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import Model
from app.models.labels import Labelled

MAXIMUM_FAILURES = 100  # Consecutive wrong passwords or codes; after them only a mailed link helps (NIST SP 800-63B-4).

if TYPE_CHECKING:  # The library's mixins declare columns in a way that typed columns cannot override.
    UserBase = object
    PasskeyBase = object
else:
    UserBase = UserMixin
    PasskeyBase = WebAuthnMixin


class Right(StrEnum):
    """What a staff page asks of the person who opens it."""

    VIEW_EVENTS = "view-events"
    EDIT_EVENTS = "edit-events"
    VIEW_PEOPLE = "view-people"
    # By hand. Whoever has this alone registers people at the door, and adds no seats.
    REGISTER_PEOPLE = "register-people"
    EDIT_PEOPLE = "edit-people"
    WRITE_TO_PEOPLE = "write-to-people"
    EXPORT_LISTS = "export-lists"
    VIEW_NEEDS = "view-needs"  # Accessibility requests: the most private thing we hold.
    VIEW_VETTING = "view-vetting"  # Who is a U.S. person: for those who prepare visits to a guarded site.
    VIEW_AUDIT = "view-audit"
    ADMINISTER = "administer"


class StaffRole(Labelled):
    VIEWER = "viewer", _l("Viewer")
    DOOR = "door", _l("Door staff")
    EDITOR = "editor", _l("Editor")
    ADMINISTRATOR = "administrator", _l("Administrator")

    @property
    def rights(self) -> frozenset[Right]:
        return RIGHTS[self]

    def get_permissions(self) -> set[str]:
        """Flask-Security asks a role for its rights by this name."""
        return {right.value for right in self.rights}


# A viewer plans with figures and sees no person. Door staff see people, and register who stands at the door.
RIGHTS: dict[StaffRole, frozenset[Right]] = {
    StaffRole.VIEWER: frozenset({Right.VIEW_EVENTS}),
    StaffRole.DOOR: frozenset({Right.VIEW_EVENTS, Right.VIEW_PEOPLE, Right.REGISTER_PEOPLE}),
    StaffRole.EDITOR: frozenset(
        {
            Right.VIEW_EVENTS,
            Right.EDIT_EVENTS,
            Right.VIEW_PEOPLE,
            Right.REGISTER_PEOPLE,
            Right.EDIT_PEOPLE,
            Right.WRITE_TO_PEOPLE,
            Right.EXPORT_LISTS,
            Right.VIEW_NEEDS,
            Right.VIEW_VETTING,
        }
    ),
    StaffRole.ADMINISTRATOR: frozenset(Right),
}


class StaffMember(Model, UserBase):
    __tablename__ = "staff_member"
    # Flask-Security changes these rows while somebody signs in (app/db.py lets it).
    __table_args__ = ({"info": {"sign_in": True}},)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    role: Mapped[StaffRole]
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    added_at: Mapped[datetime]
    # Changing it ends every session of this person at once.
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    invitation_version: Mapped[int] = mapped_column(default=1)  # Raised when a sign-in link is used or replaced.
    failures: Mapped[int] = mapped_column(default=0)  # Consecutive wrong passwords and codes.
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    tf_last_counter: Mapped[int | None]  # The last code's time step: no code works twice.
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(AsaList()))
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(String(64), unique=True)
    last_login_at: Mapped[datetime | None]
    webauthn: Mapped[list[StaffPasskey]] = relationship(back_populates="user", cascade="all, delete-orphan")

    @property
    def roles(self) -> list[StaffRole]:
        """Flask-Security asks for a list; here everybody has one role."""
        return [self.role]

    def may(self, right: Right) -> bool:
        return right in self.role.rights

    def is_locked(self, form_error: list[str] | None = None) -> bool:
        """Whether too many wrong passwords in a row closed this account to everything but a mailed link."""
        return self.failures >= MAXIMUM_FAILURES

    @property
    def has_second_factor(self) -> bool:
        """Whether the password alone opens nothing. A passkey used instead of the password does not count."""
        return bool(self.tf_primary_method) or any(passkey.usage == "secondary" for passkey in self.webauthn)

    @property
    def sees_people(self) -> bool:
        """Whether this member may see personal data, and so must prove themselves with two factors."""
        return self.may(Right.VIEW_PEOPLE)

    def check_tf_required_setup(self) -> bool:
        """Flask-Security asks whether the second factor may be switched off."""
        return self.sees_people

    def get_security_payload(self) -> dict[str, Any]:
        return {}


class StaffPasskey(Model, PasskeyBase):
    __tablename__ = "staff_passkey"
    __table_args__ = ({"info": {"sign_in": True}},)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(AsaList()))
    backup_state: Mapped[bool]
    device_type: Mapped[str] = mapped_column(String(64))
    extensions: Mapped[str | None] = mapped_column(String(255))
    create_datetime: Mapped[datetime] = mapped_column(default=clock.now)
    lastuse_datetime: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(64))
    usage: Mapped[str] = mapped_column(String(64))
    user: Mapped[StaffMember] = relationship(back_populates="webauthn")


class StaffSession(Model):
    """One sign-in on one device. Deleting the row ends it at once, on every node."""

    __tablename__ = "staff_session"
    __table_args__ = ({"info": {"sign_in": True}},)

    id: Mapped[int] = mapped_column(primary_key=True)
    key_digest: Mapped[str] = mapped_column(String(64), unique=True)  # The key itself is in the cookie alone.
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id", ondelete="CASCADE"), index=True)
    began_at: Mapped[datetime] = mapped_column(index=True)
    browser: Mapped[str] = mapped_column(String(200), default="")
    staff_member: Mapped[StaffMember] = relationship()

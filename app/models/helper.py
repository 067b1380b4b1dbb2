"""People who will be at the venue without a registration: members, staff and helpers."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model
from app.models.labels import Labelled


class HelperRole(Labelled):
    MEMBER = "member", _l("Committee member")
    SPEAKER = "speaker", _l("Speaker")
    STAFF = "staff", _l("Staff")
    HELPER = "helper", _l("Helper")


class Helper(Model):
    __tablename__ = "helper"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    role: Mapped[HelperRole]
    first_name: Mapped[str] = mapped_column(String(100), default="")
    middle_name: Mapped[str] = mapped_column(String(100), default="")
    last_name: Mapped[str] = mapped_column(String(100))
    suffix: Mapped[str] = mapped_column(String(20), default="")
    organization: Mapped[str] = mapped_column(String(200), default="")
    days: Mapped[list[str]] = mapped_column(default=list)
    host: Mapped[str] = mapped_column(String(200), default="")

"""Whether a visitor is a U.S. person, where the site asks. Kept apart from the registration and unreadable at rest."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.models.labels import Labelled
from app.models.registration import Registration


class UsPerson(Labelled):
    YES = "yes", _l("Yes")
    NO = "no", _l("No")
    CONTACT_ME = "contact-me", _l("Contact me about this")


class UsPersonAnswer(Model):
    __tablename__ = "us_person_answer"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True)
    # AES-GCM over one of the values; the registration's id is the associated data.
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    told_at: Mapped[datetime]

    registration: Mapped[Registration] = relationship()

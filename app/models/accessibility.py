"""What a person needs to take part. Kept apart from the registration and unreadable at rest."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.models.labels import Labelled
from app.models.registration import Registration


class Need(Labelled):
    """The needs that can be ticked. Anything else is told in words."""

    CAPTIONS = "captions", _l("Live captions (CART)")
    SIGN_LANGUAGE = "sign-language", _l("American Sign Language interpreter")
    ASSISTIVE_LISTENING = "assistive-listening", _l("Assistive listening device")
    WHEELCHAIR_SEATING = "wheelchair-seating", _l("Wheelchair-accessible seating")
    LARGE_PRINT = "large-print", _l("Large print or braille")
    MATERIALS_BEFOREHAND = "materials-beforehand", _l("Materials beforehand in an accessible format")
    COMPANION = "companion", _l("A seat for a companion or aide")


class RequestState(Labelled):
    OPEN = "open", _l("Open"), "warn"
    ARRANGED = "arranged", _l("Arranged"), "good"
    NOT_POSSIBLE = "not-possible", _l("Not possible"), "stop"
    WITHDRAWN = "withdrawn", _l("Withdrawn"), "quiet"


class AccessibilityRequest(Model):
    __tablename__ = "accessibility_request"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True)
    # AES-GCM over JSON {"needs": [values], "text": str}; the registration's id is the associated data.
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[RequestState] = mapped_column(default=RequestState.OPEN)
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None] = mapped_column(String(254))
    answers: Mapped[int] = mapped_column(default=0)  # Raised by each answer and each further wish.
    # The same over JSON {"text": str, "by_phone": bool}: what the person was told.
    sealed_answer: Mapped[bytes | None] = mapped_column(LargeBinary)

    registration: Mapped[Registration] = relationship()

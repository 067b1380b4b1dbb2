"""Whether an event is held as planned, and whether the public knows of it."""

from flask_babel import lazy_gettext as _l

from app.models.labels import Labelled


class EventState(Labelled):
    DRAFT = "draft", _l("Draft"), "quiet"
    PUBLISHED = "published", _l("Published"), "good"
    POSTPONED = "postponed", _l("Postponed"), "warn"
    CANCELLED = "cancelled", _l("Cancelled"), "stop"

    @property
    def is_public(self) -> bool:
        return self is not EventState.DRAFT

"""What may stand in braces in a text that staff write."""

from flask_babel import lazy_gettext as _l

from app.models.labels import Labelled


class Placeholder(Labelled):
    """What may stand in braces in a text, and nothing else may. The value is the name."""

    FIRST_NAME = "first_name", _l("First name")
    FULL_NAME = "full_name", _l("Full name")
    ORGANIZATION = "organization", _l("Organization")
    CONFIRMATION_NUMBER = "confirmation_number", _l("Confirmation number")
    EVENT = "event", _l("Title of the event")
    STARTS = "starts", _l("Start, with its time zone")
    PLACE = "place", _l("Place, by how the person attends")
    EVENT_LINK = "event_link", _l("Public page of the event")
    MANAGE_LINK = "manage_link", _l("The person’s own page")

    @property
    def is_link(self) -> bool:
        return self in {Placeholder.EVENT_LINK, Placeholder.MANAGE_LINK}


IN_TEXTS = frozenset(one.value for one in Placeholder)
IN_SUBJECTS = frozenset(one.value for one in Placeholder if not one.is_link)

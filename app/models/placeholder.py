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
    # Those that only some kinds of mail know.
    SESSIONS = "sessions", _l("The session, or sessions, that it is about")
    ANSWER_BY = "answer_by", _l("Until when the seat is held")
    HOLDER = "holder", _l("Whose registration it is")
    TAKER = "taker", _l("Who took the seat over")
    NEW_ADDRESS = "new_address", _l("The new address")
    BOOKER = "booker", _l("Who books for this person")
    WHO_ANSWERS = "who_answers", _l("Who answers the request")
    MOST = "most", _l("How many people of one organization may come")
    SUBJECT = "subject", _l("The subject in the words of the house")

    @property
    def is_link(self) -> bool:
        return self in {Placeholder.EVENT_LINK, Placeholder.MANAGE_LINK}


# What is known of everybody who is registered for an event.
GENERAL = (
    *(Placeholder.FIRST_NAME, Placeholder.FULL_NAME, Placeholder.ORGANIZATION, Placeholder.CONFIRMATION_NUMBER),
    *(Placeholder.EVENT, Placeholder.STARTS, Placeholder.PLACE, Placeholder.EVENT_LINK, Placeholder.MANAGE_LINK),
)
IN_TEXTS = frozenset(one.value for one in GENERAL)
IN_SUBJECTS = frozenset(one.value for one in GENERAL if not one.is_link)

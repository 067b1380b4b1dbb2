"""Every page of the public site: importing this module gives the blueprint its addresses."""

from app.web.bodies import refuse_unreadable
from app.web.public import (
    answers,
    approval,
    blueprint,
    events,
    feeds,
    health,
    home,
    moved,
    moving,
    my_registration,
    my_sessions,
    offers,
    office,
    opening_alerts,
    postponed,
    registering,
    series,
    signposts,
    topics,
)
from app.web.public.event_filter import PARAMETERS as OF_LISTS
from app.web.public.form_key import refuse_cross_site

# The addresses that read their query, and what they read. Copies of all other pages are kept under their path alone.
PARAMETERS = {"/events": OF_LISTS, "/events.ics": OF_LISTS, "/events.atom": OF_LISTS}

blueprint.before_request(refuse_unreadable)
blueprint.before_request(refuse_cross_site)

__all__ = [
    "PARAMETERS",
    "answers",
    "approval",
    "blueprint",
    "events",
    "feeds",
    "health",
    "home",
    "moved",
    "moving",
    "my_registration",
    "my_sessions",
    "offers",
    "office",
    "opening_alerts",
    "postponed",
    "registering",
    "series",
    "signposts",
    "topics",
]

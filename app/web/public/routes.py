"""Every page of the public site: importing this module gives the blueprint its addresses."""

from flask import request

from app.web.bodies import refuse_unreadable
from app.web.public import (
    answers,
    approval,
    blueprint,
    booked_addresses,
    booked_changes,
    bookings,
    confirming,
    events,
    feeds,
    health,
    home,
    invited,
    moved,
    moving,
    my_booking,
    my_calendar,
    my_details,
    my_needs,
    my_news,
    my_registration,
    my_seat,
    my_sessions,
    my_ways_in,
    offer_questions,
    offers,
    office,
    opening_alerts,
    postponed,
    registering,
    series,
    signposts,
    subscriptions,
    topics,
    vetting,
)
from app.web.public.event_filter import PARAMETERS as OF_LISTS
from app.web.public.form_key import refuse_cross_site

# The addresses that read their query, and what they read. Copies of all other pages are kept under their path alone.
PARAMETERS = {"/events": OF_LISTS, "/events.ics": OF_LISTS, "/events.atom": OF_LISTS}


def refuse_what_no_form_sends() -> None:
    """Refuse POSTs that no form of ours sent (a before_request function). Mail programs that stop the news for somebody
    come from elsewhere, and may send another kind of body: RFC 8058 lets them."""
    if request.endpoint != "public.stop_news":
        refuse_unreadable()
        refuse_cross_site()


blueprint.before_request(refuse_what_no_form_sends)

__all__ = [
    "PARAMETERS",
    "answers",
    "approval",
    "blueprint",
    "booked_addresses",
    "booked_changes",
    "bookings",
    "confirming",
    "events",
    "feeds",
    "health",
    "home",
    "invited",
    "moved",
    "moving",
    "my_booking",
    "my_calendar",
    "my_details",
    "my_needs",
    "my_news",
    "my_registration",
    "my_seat",
    "my_sessions",
    "my_ways_in",
    "offer_questions",
    "offers",
    "office",
    "opening_alerts",
    "postponed",
    "registering",
    "series",
    "signposts",
    "subscriptions",
    "topics",
    "vetting",
]

"""The office's pages about people: the list of an event, one registration, helpers, and what people need."""

from app.web.staff.registration import (
    acts,
    approvals,
    attendees,
    by_hand,
    deciding,
    helpers,
    invitations,
    line,
    many,
    needs,
    phoned_needs,
    registrations,
    room,
    sessions,
    vetting,
    way,
)

__all__ = [
    "acts",
    "approvals",
    "attendees",
    "by_hand",
    "deciding",
    "helpers",
    "invitations",
    "line",
    "many",
    "needs",
    "phoned_needs",
    "registrations",
    "room",
    "sessions",
    "vetting",
    "way",
]

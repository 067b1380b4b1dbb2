"""The office's pages about people: the list of an event, one registration, helpers, and what people need."""

from app.web.staff.registration import acts, attendees, by_hand, helpers, line, needs, registrations, sessions, way

__all__ = ["acts", "attendees", "by_hand", "helpers", "line", "needs", "registrations", "sessions", "way"]

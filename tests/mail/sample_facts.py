"""What the examples of mails are made of: events, people, sessions and what became of them."""

from copy import deepcopy
from typing import Any

EVENT: dict[str, Any] = {
    "id": 7,
    "slug": "forced-labor-what-importers-need-to-know",
    "title": "Forced Labor: What Importers Need to Know",
    "series": "Webinars",
    "summary": "How the rules on forced labor work, and which papers to keep.",
    "state": "published",
    "time_zone": "America/New_York",
    "starts_local": "2026-12-08T13:00:00",
    "ends_local": "2026-12-08T14:30:00",
    "starts_at": "2026-12-08T18:00:00+00:00",
    "ends_at": "2026-12-08T19:30:00+00:00",
    "shows_us_zones": True,
    "registration_closes_at": "2026-12-08T17:00:00+00:00",
    "modes": ["online"],
    "venue": None,
    "contact": {"name": "Webinar team", "email": "webinars@events.example.gov", "phone": "202-555-0123"},
    "accessibility": {"name": "Access desk", "email": "access@events.example.gov", "phone": "202-555-0188"},
    "captions": "Live captions by a captioner; switch them on in the player.",
    "interpretation": "",
    "spoken_language": "English",
    "calendar_sequence": 0,
    "is_demo": False,
    "may_end_early": False,
    "join_released": False,
    "join_release_at": "2026-12-07T22:00:00+00:00",
    "offer_hours": None,
    "lead_time": "",
}
SYMPOSIUM: dict[str, Any] = EVENT | {
    "id": 8,
    "slug": "trade-symposium-2027",
    "title": "Trade Symposium 2027",
    "series": "Trade Symposium",
    "summary": "Two days on how goods cross the border.",
    "time_zone": "America/Chicago",
    "starts_local": "2027-03-30T08:30:00",
    "ends_local": "2027-03-31T16:00:00",
    "starts_at": "2027-03-30T13:30:00+00:00",
    "ends_at": "2027-03-31T21:00:00+00:00",
    "shows_us_zones": False,
    "modes": ["in-person", "online"],
    "venue": {
        "name": "River Hall",
        "room": "Great Room",
        "address": "200 Wharf Street, New Orleans, LA 70130",
        "id_text": "A government-issued photo ID with the name you registered under.",
        "arrival_text": "Use the entrance on Wharf Street. Come half an hour early for the security check.",
        "access_text": "Ramp at the north entrance; seats for wheelchairs in every row end.",
    },
    "captions": "Live captions on the screens.",
    "interpretation": "Spanish, by headset",
    "is_demo": True,
    "may_end_early": True,
    "join_release_at": None,
}
ID_CHECKED: dict[str, Any] = SYMPOSIUM | {"venue": SYMPOSIUM["venue"] | {"id_text": "", "id_checked": True}}
LEAD_TIME: dict[str, Any] = {"lead_time": "The site needs ten working days.\nRegister by March 10."}
PERSON: dict[str, Any] = {
    "id": 4711,
    "number": "7K2M9QX4TB",
    "state": "confirmed",
    "mode": "online",
    "waits_for": None,
    "offered_until": None,
    "full_name": "Ana Núñez",
    "first_name": "Ana",
    "organization": "Harbor Brokers",
    "email": "ana.nunez@example.com",
    "link_version": 1,
    "calendar_uid": "5f2c9d41a07e",
    "calendar_sequence": 0,
    "days": [],
}
IN_PERSON = PERSON | {"mode": "in-person", "days": ["2027-03-30", "2027-03-31"]}
CHOSE_DAYS = IN_PERSON | {"calendar_sequence": 1}
MOVED_SYMPOSIUM: dict[str, Any] = SYMPOSIUM | {
    "starts_local": "2027-04-06T08:30:00",
    "ends_local": "2027-04-07T16:00:00",
    "starts_at": "2027-04-06T13:30:00+00:00",
    "ends_at": "2027-04-07T21:00:00+00:00",
    "calendar_sequence": 1,
}
SESSIONS: list[dict[str, Any]] = [
    {
        "id": 12,
        "title": "Claiming preference without mistakes",
        "room": "Room 4",
        "starts_at": "2027-03-30T18:00:00+00:00",
        "ends_at": "2027-03-30T19:15:00+00:00",
        "time_zone": "America/Chicago",
        "state": "confirmed",
    },
    {
        "id": 13,
        "title": "Reports that save an hour",
        "room": "",
        "starts_at": "2027-03-31T14:30:00+00:00",
        "ends_at": "2027-03-31T15:15:00+00:00",
        "time_zone": "America/Chicago",
        "state": "waitlisted",
    },
]
GIVEN_UP = [SESSIONS[1] | {"state": "cancelled"}]
WAITING = {"state": "waitlisted", "waits_for": "online"}
IN_LINE = {"state": "waitlisted", "waits_for": "in-person"}
KEEPING_TURN = PERSON | {"waits_for": "in-person"}  # Attends online meanwhile.
HELD = {"offered_until": "2027-03-09T18:00:00+00:00"}
HELD_ONLINE = {"offered_until": "2026-11-23T18:00:00+00:00"}
CAPPED: dict[str, Any] = {"mode": "online", "organization": "Northern Imports"}
PENDING = {"state": "pending-approval"}
CANCELLED = {"state": "cancelled", "calendar_sequence": 1}
RELEASED = EVENT | {"join_released": True}
MOVED = EVENT | {
    "starts_local": "2026-12-10T14:00:00",
    "ends_local": "2026-12-10T15:30:00",
    "starts_at": "2026-12-10T19:00:00+00:00",
    "ends_at": "2026-12-10T20:30:00+00:00",
    "calendar_sequence": 1,
}
POSTPONED = EVENT | {
    "state": "postponed",
    "starts_local": None,
    "ends_local": None,
    "starts_at": None,
    "ends_at": None,
    "calendar_sequence": 1,
}

LINK = {"id": 12, "version": 815}
ADDRESS = "5f2c9d41a07e5f2c9d41a07e5f2c9d41"
FOLLOWER = {"subscriber": ADDRESS, "rhythm": "weekly", "follows": ["Webinars", "Trade Symposium", "Forced labor"]}
NEWS: list[dict[str, Any]] = [
    {"what": "new", "event": EVENT, "before": None, "opens_at": "2026-11-23T14:00:00+00:00", "reason": ""},
    {"what": "changed", "event": MOVED, "before": EVENT, "opens_at": None, "reason": ""},
    {"what": "postponed", "event": POSTPONED, "before": EVENT, "opens_at": None, "reason": "A storm is coming."},
    {
        "what": "cancelled",
        "event": SYMPOSIUM | {"state": "cancelled"},
        "before": SYMPOSIUM,
        "opens_at": None,
        "reason": "A lapse in funding.",
    },
]

BRIEF: dict[str, Any] = {
    "ways": [
        {"mode": "in-person", "taken": 412, "capacity": 1200, "waiting": 0},
        {"mode": "online", "taken": 500, "capacity": 500, "waiting": 1},
    ],
    "join_missing": True,
    "requests_open": 2,
    "waiting_for_approval": 1,
    "unreached": 3,
}
READY: dict[str, Any] = {
    "ways": [{"mode": "online", "taken": 1, "capacity": None, "waiting": 0}],
    "join_missing": False,
    "requests_open": 0,
    "waiting_for_approval": 0,
    "unreached": 0,
}
ARRANGED = """Two interpreters will be at the front, on the left. A seat is kept for you in the second row.

Ask for Ruth at the north entrance."""
SORRY = "We found nobody for that day. We can send you the slides a week before, and a transcript the day after."

ANNOUNCED = """The slides are up. Look at https://events.example.gov/slides.pdf before {starts}.

Please bring:
- a question
- your number, {confirmation_number}

See {event_link} for more, or change your plans: {manage_link}"""
ASKED = {"mode": "in-person", "move": {"id": 4711, "version": 815, "name": "Ben"}, "holder": "Ana Núñez"}
COMES_ALONG = {
    "comes_with": ["Valuation"],
    "waits_with": ["Filing an Entry"],
    "turn": "held",
    "organization": "Acme",
}


def facts(event: dict[str, Any] | None = EVENT, person: dict[str, Any] | None = PERSON, **more: Any) -> dict[str, Any]:
    given = {"event": event, "registration": person, **more}
    return deepcopy({name: value for name, value in given.items() if value is not None})


BOTH_DROPPED = facts(
    SYMPOSIUM,
    IN_PERSON | {"given_up": [one | {"state": "cancelled"} for one in SESSIONS], "calendar_sequence": 1},
    changes=[["sessions", [one["title"] for one in SESSIONS], []]],
    by_office=True,
    dropped=[one["title"] for one in SESSIONS],
    reason="Claiming preference without mistakes: The room is closed. Reports that save an hour: The speaker is ill.",
)


SIGN_INS = {
    "": facts(
        None, None, link="http://127.0.0.1:8000/staff/access/invitation/abc", purpose="invitation", name="Lee Park"
    ),
    "-reset": facts(None, None, link="http://127.0.0.1:8000/staff/access/reset/abc", purpose="reset", name=""),
    "-notice": facts(None, None, link="http://127.0.0.1:8000/staff/access/sign-in", purpose="change-notice", name=""),
}

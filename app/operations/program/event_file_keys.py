"""The keys of an event file, in their order. A key is a column's name; demo/README.md explains each."""

from typing import Any, cast

from sqlalchemy import Column

from app.db import Model
from app.models import (
    AnsweredQuestion,
    CommitteeMeeting,
    Event,
    EventSession,
    Joining,
    MailWording,
    Material,
    RegistrationRules,
    Reminder,
    SeatPool,
    SessionJoining,
    Speaker,
    Venue,
)
from app.operations.program.way_times import WAYS

# The parts of a file; an empty line stands between them.
WHAT = ("title", "slug", "state", "change_reason", "summary", "description", "attended_figures")
WHEN = (
    *("time_zone", "starts_local", "ends_local", "postponed_from_local"),
    *("dates_are_approximate", "shows_us_zones", "may_end_early"),
)
REGISTRATION = ("takes_registrations", "registration_opens_local", "registration_closes_local")
PEOPLE = (
    *("contact_name", "contact_email", "contact_phone"),
    *("accessibility_contact_name", "accessibility_contact_email", "accessibility_contact_phone"),
    *("accessibility_by", "spoken_language", "interpretation", "captions"),
)
CREDIT = ("credit_live", "credit_recording")
NOTICES = ("privacy_statement", "omb_number", "omb_expires_on", "omb_burden_minutes")
# Keys of an event that are no columns of its table.
BESIDES = ("series", "topics", "capacity", "asked_fields", "questions", "sample_registrations")

WAY_IN = ("link", "dial_in", "meeting_id", "passcode", "captions_link", "release_minutes", "release_local")

COLUMNS: dict[str, tuple[type[Model], tuple[str, ...]]] = {
    "event": (Event, (*WHAT, *WHEN, *REGISTRATION, *PEOPLE, *CREDIT, *NOTICES)),
    "venue": (
        Venue,
        (
            *("name", "street", "city", "region", "postal_code", "country", "room"),
            *("id_checked", "id_text", "arrival_text", "access_text"),
        ),
    ),
    "joining": (Joining, WAY_IN),
    "committee": (
        CommitteeMeeting,
        (
            *("docket", "citation", "citation_url", "comments_close_local", "comments_how"),
            *("designated_officer", "closed_to_public"),
        ),
    ),
    "rules": (
        RegistrationRules,
        (
            *("access", "access_code", "access_domains", "needs_approval", "organization_cap", "most_colleagues"),
            *("asks_us_person", "lead_time_text"),
            *("overlap_rule", "offer_hours", "offers_skip_weekends", "hand_over_until_local"),
        ),
    ),
    **dict.fromkeys(WAYS.values(), (SeatPool, ("opens_local", "closes_local", "registration_required"))),
    "reminders": (Reminder, ("amount", "unit", "mode")),
    "speakers": (Speaker, ("name", "job_title", "organization", "biography")),
    "sessions": (
        EventSession,
        ("title", "kind", "mode", "starts_local", "ends_local", "room", "description", "is_picked", "repeat_key"),
    ),
    "session_joining": (SessionJoining, WAY_IN),
    "materials": (Material, ("kind", "title", "url", "publish_local")),
    "answered_questions": (AnsweredQuestion, ("question", "answer")),
    "wordings": (MailWording, ("kind", "subject", "introduction", "sentence", "closing")),
}
BLOCKS = ("venue", "joining", "committee", "rules", *WAYS.values())
LISTS = ("reminders", "speakers", "sessions", "materials", "answered_questions", "wordings")

REQUIRED: dict[str, tuple[str, ...]] = {
    "event": ("title", "slug", "series", "time_zone"),
    "reminders": ("amount", "unit"),
    "speakers": ("name",),
    "sessions": ("title", "starts_local", "ends_local"),
    "materials": ("kind", "title", "url"),
    "answered_questions": ("question",),
    "wordings": ("kind",),
}
# Written even where the value is the default, because a reader looks for them.
ALWAYS = {"event": (*REQUIRED["event"], "state"), "sessions": ("kind",)}

UNLIMITED = "unlimited"
ASKABLE = ("middle_name", "suffix", "job_title", "country", "role")
ASKED_HOW = ("optional", "required")
SAMPLE_STATES = ("confirmed", "waitlisted", "pending-approval")


def keys_of(part: str) -> tuple[str, ...]:
    """All keys that may stand in this part of a file."""
    besides = {"event": (*BESIDES, *BLOCKS, *LISTS), "sessions": ("capacity", "joining", "speakers")}
    besides["wordings"] = ("sentences",)
    return (*COLUMNS[part][1], *besides.get(part, ()))


def columns_of(part: str) -> dict[str, Column[Any]]:
    """The columns that this part of a file names, in its order."""
    model, names = COLUMNS[part]
    return {name: cast("Column[Any]", model.__table__.c[name]) for name in names}

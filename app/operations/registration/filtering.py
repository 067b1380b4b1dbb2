"""The attendee list's filter as it travels: in an address, in hidden fields, kept with what is written to people."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from app.db import db
from app.formats import cleaning
from app.models import Event, EventSession, Mode, RegistrationState, Role
from app.models.labels import Labelled
from app.operations.registration import answered
from app.operations.registration.answered import ChosenAnswer
from app.operations.registration.listing import AttendeeFilter, ChosenSession, Sort
from app.operations.registration.reaching import Reach
from app.operations.registration.standing_by import Reply

LONGEST = 100
SESSION_ID = re.compile(r"[0-9]{1,9}")
FIELDS: dict[str, type[Labelled]] = {
    "state": RegistrationState,
    "mode": Mode,
    "role": Role,
    "waits_for": Mode,
    "mail": Reach,
    "reply": Reply,
}
Values = Mapping[str, Sequence[str]]


def read(values: Values, event_id: int) -> AttendeeFilter:
    """The filter that these values name; what is no filter of ours is left out. A line is shown in its order."""
    chosen = {name: _member(enum, _one(values, name)) for name, enum in FIELDS.items()}
    sort = _member(Sort, _one(values, "sort")) or usual_sort(chosen["waits_for"])
    return AttendeeFilter(
        event_id,
        q=cleaning.one_line(unicodedata.normalize("NFC", _one(values, "q")))[:LONGEST].strip(),
        sort=sort if chosen["waits_for"] or sort is not Sort.LINE else Sort.NAME,  # A line needs to be named.
        descending=_one(values, "order") == "descending",
        session=_session(event_id, _one(values, "session")),
        answers=_answers(event_id, set(values.get("answer", ())) - {""}),
        **chosen,
    )


def written(asked: AttendeeFilter) -> dict[str, list[str]]:
    """The values that name this filter; what is usual is left out."""
    members = {name: [member.value] for name in FIELDS if (member := getattr(asked, name))}
    texts = {"q": [asked.q]} if asked.q else {}
    texts |= {"answer": [one.code for one in asked.answers]} if asked.answers else {}
    texts |= {"session": [str(asked.session.id)]} if asked.session else {}
    sort = {"sort": [asked.sort.value]} if asked.sort is not usual_sort(asked.waits_for) else {}
    return texts | members | sort | ({"order": ["descending"]} if asked.descending else {})


def usual_sort(waits_for: Mode | None) -> Sort:
    return Sort.LINE if waits_for else Sort.NAME


def _one(values: Values, name: str) -> str:
    return next(iter(values.get(name, ())), "")


def _member(enum: type[Labelled], value: str) -> Any:
    return next((member for member in enum if member.value == value), None)


def _session(event_id: int, value: str) -> ChosenSession | None:
    """A session of this event that people pick, named by its id."""
    if not SESSION_ID.fullmatch(value):
        return None
    found = db.session.get(EventSession, int(value))
    return ChosenSession(found.id, found.title) if found and found.event_id == event_id and found.is_picked else None


def _answers(event_id: int, codes: set[str]) -> tuple[ChosenAnswer, ...]:
    """The answers that are named, in the order of the event's questions."""
    event = db.session.get(Event, event_id) if codes else None
    if event is None:
        return ()
    return tuple(one for ways in answered.choices(event) for one in ways if one.code in codes)

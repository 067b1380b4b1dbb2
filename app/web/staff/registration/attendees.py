"""The people of an event: searched, filtered, sorted, and paged by their neighbours."""

import re
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_security import current_user

from app.db import db
from app.models import Event, EventSession, Mode, RegistrationState, Right, Role
from app.models.labels import Labelled
from app.operations.registration import answered, answering, listing
from app.operations.registration.answered import ChosenAnswer
from app.operations.registration.listing import MOST_COUNTED, AttendeeFilter, ChosenSession, Sort
from app.web.fields import one_line
from app.web.filters import line_words
from app.web.staff import blueprint
from app.web.staff.door import requires
from app.web.staff.listing import Chip, whole_number
from app.web.staff.registration.loading import load_event

LONGEST = 100
SESSION_ID = re.compile(r"[0-9]{1,9}")
EVENT = "/events/<int:event_id>"
FIELDS: dict[str, type[Labelled]] = {"state": RegistrationState, "mode": Mode, "role": Role, "waits_for": Mode}


@dataclass(frozen=True)
class Heading:
    """The head of a column that can be sorted by."""

    label: Any
    url: str
    direction: str


@blueprint.get(f"{EVENT}/attendees")
@requires(Right.VIEW_PEOPLE)
def attendees(event_id: int) -> str:
    event, asked = load_event(event_id), filter_in(request.args, event_id)
    page = listing.page(asked, after=whole_number("after"), before=whole_number("before"))
    return render_template(
        "staff/registration/attendees.html",
        event=event,
        asked=asked,
        rows=page.rows,
        previous_url=_url(asked, before=page.rows[0].id) if page.has_previous else "",
        next_url=_url(asked, after=page.rows[-1].id) if page.has_next else "",
        count_words=count_words(listing.count(asked)),
        chips=chips_of(asked),
        clear_url=url_for("staff.attendees", event_id=event_id),
        headings={sort.value: _heading(asked, sort) for sort in Sort},
        query=query_of(asked),
        states=RegistrationState,
        modes=event.modes,
        lines=[pool.mode for pool in event.pools if pool.waiting or asked.waits_for is pool.mode],
        sessions=[ChosenSession(one.id, _with_time(one, event)) for one in event.picked_sessions],
        roles=Role if event.asks("role") else [],
        answers=answered.choices(event),
        open_requests=answering.count_open(event_id),
        may=current_user.may,
        rights=Right,
    )


def _with_time(session: EventSession, event: Event) -> str:
    return f"{session.title}, {line_words(session.starts_at, event.time_zone)}"


def filter_in(values: Any, event_id: int) -> AttendeeFilter:
    """The filter in an address or a form; what is no filter of ours is left out. A line is shown in its order."""
    chosen = {name: _member(enum, values.get(name, "")) for name, enum in FIELDS.items()}
    sort = _member(Sort, values.get("sort", "")) or _usual_sort(chosen["waits_for"])
    return AttendeeFilter(
        event_id,
        q=one_line(values.get("q", ""))[:LONGEST].strip(),
        sort=sort if chosen["waits_for"] or sort is not Sort.LINE else Sort.NAME,  # A line needs to be named.
        descending=values.get("order") == "descending",
        session=_session(event_id, values.get("session", "")),
        answers=_answers(event_id, set(values.getlist("answer")) - {""}),
        **chosen,
    )


def _session(event_id: int, value: str) -> ChosenSession | None:
    """A session of this event that people pick, named by its id."""
    if not SESSION_ID.fullmatch(value):
        return None
    found = db.session.get(EventSession, int(value))
    return ChosenSession(found.id, found.title) if found and found.event_id == event_id and found.is_picked else None


def _answers(event_id: int, codes: set[str]) -> tuple[ChosenAnswer, ...]:
    """The answers that are named, in the order of the event's questions."""
    if not codes:
        return ()
    event = load_event(event_id)
    return tuple(one for ways in answered.choices(event) for one in ways if one.code in codes)


def _member(enum: type[Labelled], value: str) -> Any:
    return next((member for member in enum if member.value == value), None)


def _usual_sort(waits_for: Mode | None) -> Sort:
    return Sort.LINE if waits_for else Sort.NAME


def chips_of(asked: AttendeeFilter) -> list[Chip]:
    """What narrows the list, each with the address without it."""
    query = query_of(asked)
    chips = []
    for name, label in asked.words.items():
        field, _space, code = name.partition(" ")
        left = [one for one in query.get(field, []) if one != code] if code else None
        chips.append(Chip(str(label), _url(asked, **{field: left})))
    return chips


def query_of(asked: AttendeeFilter) -> dict[str, Any]:
    """The filter as it stands in an address or in hidden fields; what is usual is left out."""
    members = {name: member.value for name in FIELDS if (member := getattr(asked, name))}
    texts: dict[str, Any] = {"q": asked.q} if asked.q else {}
    texts |= {"answer": [one.code for one in asked.answers]} if asked.answers else {}
    texts |= {"session": str(asked.session.id)} if asked.session else {}
    sort = {"sort": asked.sort.value} if asked.sort is not _usual_sort(asked.waits_for) else {}
    return texts | members | sort | ({"order": "descending"} if asked.descending else {})


def count_words(count: int) -> str:
    """How many are found, as far as anybody counts."""
    if count > MOST_COUNTED:
        return _("more than 1,000")
    return f"{count:,}"


def _heading(asked: AttendeeFilter, sort: Sort) -> Heading:
    """Sorts by its column; once more the other way round. What came last is wanted first."""
    if asked.sort is not sort:
        return Heading(sort.label, _url(asked, sort=sort.value, order=_first_order(sort)), "")
    direction = "descending" if asked.descending else "ascending"
    other = None if asked.descending else "descending"
    return Heading(sort.label, _url(asked, sort=sort.value, order=other), direction)


def _first_order(sort: Sort) -> str | None:
    return "descending" if sort is Sort.REGISTERED else None


def _url(asked: AttendeeFilter, **changes: Any) -> str:
    values = {**query_of(asked), **changes}
    if changes.get("waits_for", "") is None:
        values.pop("sort", None)
    return url_for("staff.attendees", event_id=asked.event_id, **values)

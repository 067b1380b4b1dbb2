"""The people of an event: searched, filtered, sorted, and paged by their neighbours."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_security import current_user
from sqlalchemy import Row

from app import clock
from app.models import Event, EventSession, EventState, RegistrationState, Right, Role
from app.operations.registration import answered, answering, filtering, listing, undecided, waiting
from app.operations.registration.listing import MOST_COUNTED, AttendeeFilter, ChosenSession, Sort
from app.operations.registration.reaching import Reach
from app.operations.registration.standing_by import Reply
from app.web.filters import line_words
from app.web.staff import blueprint
from app.web.staff.acting import load_event
from app.web.staff.door import requires
from app.web.staff.listing import Chip, whole_number

EVENT = "/events/<int:event_id>"
MOST_AT_ONCE = 500  # People for whom one act is done.


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
    page, count = listing.page(asked, after=whole_number("after"), before=whole_number("before")), listing.count(asked)
    return render_template(
        "staff/registration/attendees.html",
        event=event,
        asked=asked,
        rows=page.rows,
        places=_places(event_id, page.rows),
        previous_url=_url(asked, before=page.rows[0].id) if page.has_previous else "",
        next_url=_url(asked, after=page.rows[-1].id) if page.has_next else "",
        count=count,
        count_words=count_words(count),
        most=MOST_AT_ONCE,
        chips=chips_of(asked),
        clear_url=url_for("staff.attendees", event_id=event_id),
        headings={sort.value: _heading(asked, sort) for sort in Sort},
        query=filtering.written(asked),
        **choices_of(event, asked),
        pending=undecided.count_pending(event_id),
        open_requests=answering.count_open(event_id),
        may_mail=event.state is EventState.CANCELLED or not event.has_ended(clock.now()),
        is_settled=event.is_settled(clock.now()),
        may=current_user.may,
        rights=Right,
    )


def _places(event_id: int, rows: Sequence[Row[Any]]) -> dict[int, int]:
    """Which number in line those on the page are now; asked only where somebody waits."""
    ids = [row.id for row in rows if row.waits_for and not row.offered_until]
    return waiting.places(event_id, ids) if ids else {}


def choices_of(event: Event, asked: AttendeeFilter) -> dict[str, Any]:
    """What people of this event can be chosen by: the fields of staff/registration/filter_fields.html."""
    return {
        "states": RegistrationState,
        "modes": event.modes,
        "lines": [pool.mode for pool in event.pools if pool.waiting or asked.waits_for is pool.mode],
        "sessions": [ChosenSession(one.id, _with_time(one, event)) for one in event.picked_sessions],
        "roles": Role if event.asks("role") else [],
        "answers": answered.choices(event),
        "reaches": Reach,
        "replies": Reply if event.state is EventState.POSTPONED or asked.reply else (),
    }


def _with_time(session: EventSession, event: Event) -> str:
    return f"{session.title}, {line_words(session.starts_at, event.time_zone)}"


def filter_in(values: Any, event_id: int) -> AttendeeFilter:
    """The filter in an address or a form; what is no filter of ours is left out."""
    return filtering.read(values.to_dict(flat=False), event_id)


def chips_of(asked: AttendeeFilter) -> list[Chip]:
    """What narrows the list, each with the address without it."""
    query = filtering.written(asked)
    chips = []
    for name, label in asked.words.items():
        field, _space, code = name.partition(" ")
        left = [one for one in query.get(field, []) if one != code] if code else None
        chips.append(Chip(str(label), _url(asked, **{field: left})))
    return chips


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
    values = {**filtering.written(asked), **changes}
    if changes.get("waits_for", "") is None:
        values.pop("sort", None)
    return url_for("staff.attendees", event_id=asked.event_id, **values)

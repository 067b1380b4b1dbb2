"""The people of an event: one filter for the list on screen, for bulk acts, announcements and exports.

A page is found by its neighbour's row and not by its number, and a search by the beginnings of keys, so that both
follow an index: 100,000 people are listed as fast as 100.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import ColumnElement, Row, Select, func, literal, or_, select, text, tuple_, union_all
from sqlalchemy.orm import InstrumentedAttribute

from app.db import db
from app.models import BookedPlace, Booking, Mode, Pick, PickState, Registration, RegistrationState, Role
from app.models.labels import Labelled
from app.operations.registration import answered
from app.operations.registration.answered import ChosenAnswer
from app.operations.registration.reaching import Reach
from app.operations.registration.searching import Way, ways_to_find
from app.operations.registration.standing_by import Reply

PAGE_SIZE = 50
MOST_COUNTED = 1000
# Few people are in another state; they have an index of their own, which these very words select.
_ORDINARY = frozenset({RegistrationState.CONFIRMED, RegistrationState.WAITLISTED})
NOT_ORDINARY = text("registration.state NOT IN ('confirmed', 'waitlisted')")


class Sort(Labelled):
    NAME = "name", _l("Name")
    ORGANIZATION = "organization", _l("Organization")
    REGISTERED = "registered", _l("Registered")
    LINE = "line", _l("Place in line")

    @property
    def column(self) -> InstrumentedAttribute[Any]:
        return {
            Sort.NAME: Registration.name_key,
            Sort.ORGANIZATION: Registration.organization_key,
            Sort.REGISTERED: Registration.registered_at,
            Sort.LINE: Registration.position,
        }[self]


# What a line of the list shows.
COLUMNS: tuple[InstrumentedAttribute[Any], ...] = (
    Registration.id,
    Registration.number,
    Registration.first_name,
    Registration.middle_name,
    Registration.last_name,
    Registration.suffix,
    Registration.organization,
    Registration.email,
    Registration.mode,
    Registration.state,
    Registration.position,
    Registration.waits_for,
    Registration.offered_until,
    Registration.role,
    Registration.registered_at,
)
# The name of whoever registered this person along with themselves.
BOOKED_BY = (
    select(Booking.name)
    .join(Booking.places)
    .where(BookedPlace.registration_id == Registration.id)
    .scalar_subquery()
    .label("booked_by")
)


@dataclass(frozen=True)
class ChosenSession:
    """A session whose people are meant."""

    id: int
    title: str


@dataclass(frozen=True)
class AttendeeFilter:
    """Which people of an event are meant, and in which order."""

    event_id: int
    q: str = ""
    state: RegistrationState | None = None
    mode: Mode | None = None
    role: Role | None = None
    waits_for: Mode | None = None  # Whose line is meant, whether or not a seat is held for them by now.
    session: ChosenSession | None = None
    answers: tuple[ChosenAnswer, ...] = ()
    mail: Reach | None = None
    reply: Reply | None = None
    sort: Sort = Sort.NAME
    descending: bool = False

    @property
    def narrows(self) -> bool:
        """Whether it leaves anybody out."""
        people = (self.state, self.mode, self.role, self.waits_for, self.mail, self.reply)
        return bool(self.q or self.session or self.answers) or any(people)

    @cached_property
    def conditions(self) -> tuple[ColumnElement[bool], ...]:
        """Everything it asks of a row but the search."""
        asked: list[Any] = [Registration.event_id == self.event_id]
        if self.state:
            asked.append(Registration.state == self.state)
            asked += [] if self.state in _ORDINARY else [NOT_ORDINARY]
        if self.mode:
            asked.append(Registration.mode == self.mode)
        if self.role:
            asked.append(Registration.role == self.role)
        if self.waits_for:
            asked.append(Registration.waits_for == self.waits_for)
        if self.session:
            asked.append(Registration.id.in_(_who_picked(self.session.id)))
        if self.mail:
            asked.append(self.mail.condition)
        if self.reply:
            asked.append(self.reply.condition)
        return (*asked, *answered.conditions(self.answers))

    @cached_property
    def ways(self) -> list[Way]:
        """The ways in which a row can answer the search; each of them has its index."""
        return ways_to_find(self.q)

    def matching(self, *columns: Any) -> Select[Any]:
        """All rows that are meant, in order: for acts and exports."""
        query = select(*columns).where(*self.conditions)
        if self.q:
            query = query.where(or_(*(way.condition for way in self.ways)))
        return query.order_by(*self.order)

    @property
    def column(self) -> InstrumentedAttribute[Any]:
        """What rows are sorted by. A place in line says something among people of one line alone."""
        by = Sort.NAME if self.sort is Sort.LINE and not self.waits_for else self.sort
        column: InstrumentedAttribute[Any] = by.column
        return column

    @property
    def order(self) -> tuple[Any, ...]:
        columns = (self.column, Registration.id)
        return tuple(column.desc() for column in columns) if self.descending else columns

    @property
    def words(self) -> dict[str, LazyString | str]:
        """What narrows it, by name, as a person reads it."""
        chosen = {"state": self.state, "mode": self.mode, "role": self.role, "mail": self.mail}
        words: dict[str, LazyString | str] = {name: member.label for name, member in chosen.items() if member}
        if self.waits_for:
            words["waits_for"] = _l("Waiting for: %(mode)s", mode=self.waits_for.label)
        if self.reply:
            words["reply"] = _l("After the postponement: %(answer)s", answer=self.reply.label)
        if self.session:
            words["session"] = self.session.title
        words |= {f"answer {one.code}": one.words for one in self.answers}
        return {"q": _l("Search: %(text)s", text=self.q), **words} if self.q else words

    def to_json(self) -> dict[str, str]:
        """What an audit entry says of it; the search is personal and stands apart."""
        chosen = {
            "state": self.state,
            "mode": self.mode,
            "role": self.role,
            "waits_for": self.waits_for,
            "mail": self.mail,
            "reply": self.reply,
            "sort": self.sort,
        }
        told = {"session": self.session.title} if self.session else {}
        told |= {"answers": "; ".join(one.code for one in self.answers)} if self.answers else {}
        return {name: member.value for name, member in chosen.items() if member} | told


def _who_picked(session_id: int) -> Select[Any]:
    """Seated or waiting: whoever picked a session and has not given it up."""
    return select(Pick.registration_id).where(Pick.session_id == session_id, Pick.state != PickState.CANCELLED)


@dataclass(frozen=True)
class AttendeePage:
    """One page of the list, and whether there is one before and after it."""

    rows: Sequence[Row[Any]]
    has_previous: bool
    has_next: bool


def page(asked: AttendeeFilter, *, after: int | None = None, before: int | None = None) -> AttendeePage:
    """The page after a row, or before one; without either, or when that row is gone, the first."""
    if (place := _place(asked, before)) is not None:
        rows = _rows(asked, place, backwards=True)
        if len(rows) > PAGE_SIZE:
            return AttendeePage(rows[:PAGE_SIZE][::-1], has_previous=True, has_next=True)
    place = _place(asked, after)
    rows = _rows(asked, place, backwards=False)
    return AttendeePage(rows[:PAGE_SIZE], has_previous=place is not None, has_next=len(rows) > PAGE_SIZE)


def _place(asked: AttendeeFilter, registration_id: int | None) -> ColumnElement[Any] | None:
    """Where a row stands in this order. The page's address names the row, never the person."""
    if registration_id is None:
        return None
    query = select(asked.column).where(Registration.id == registration_id, Registration.event_id == asked.event_id)
    key = db.session.execute(query).one_or_none()
    return tuple_(literal(key[0], asked.column.type), literal(registration_id)) if key else None


def _rows(asked: AttendeeFilter, place: ColumnElement[Any] | None, *, backwards: bool) -> Sequence[Row[Any]]:
    query = page_query(replace(asked, descending=asked.descending is not backwards), place)
    return db.session.execute(query).all()


def page_query(asked: AttendeeFilter, place: ColumnElement[Any] | None = None) -> Select[Any]:
    """The rows from a place on, and one more, which tells that there is a next page."""
    query: Select[Any] = select(*COLUMNS, BOOKED_BY).order_by(*asked.order).limit(PAGE_SIZE + 1)
    query = query.where(Registration.id.in_(_candidates(asked))) if asked.q else query.where(*asked.conditions)
    if place is not None:
        here = tuple_(asked.column, Registration.id)
        query = query.where(here < place if asked.descending else here > place)
    return query


def _candidates(asked: AttendeeFilter) -> Select[Any]:
    """Who answers a search, from each way's own index; of a way that more than a thousand answer, the first."""
    ways = [
        select(Registration.id)
        .where(*asked.conditions, way.condition)
        .order_by(way.column, Registration.id)
        .limit(MOST_COUNTED + 1)
        .subquery()
        for way in asked.ways
    ]
    return select(union_all(*(select(way.c.id) for way in ways)).subquery().c.id)


def count(asked: AttendeeFilter) -> int:
    """How many are meant, as far as 1,001; "more than 1,000" is all that a page says."""
    if asked.q:
        query = select(func.count(func.distinct(_candidates(asked).subquery().c.id)))
        return min(db.session.scalar(query) or 0, MOST_COUNTED + 1)
    some = select(Registration.id).where(*asked.conditions).limit(MOST_COUNTED + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0

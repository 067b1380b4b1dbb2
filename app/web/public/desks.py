"""The registration desk of an event: what its form and its confirmation need to know, kept for a second."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from flask import Flask, current_app
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload, selectinload, undefer
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.base import ExecutableOption

from app import clock
from app.db import db
from app.models import Access, Event, EventSession, EventState, Mode, Question
from app.models.availability import (
    BEST_FIRST,
    Availability,
    ModeAvailability,
    availability,
    mode_availability,
    session_availability,
)
from app.models.event import COVERED_FIELDS
from app.operations.registration import admitting, vetting
from app.operations.registration.booking import most_colleagues
from app.operations.registration.registering import DeskFacts, desk_facts
from app.web.kept_values import KeptValues
from app.web.questions import newest_wording

MOST_DAYS = 14


@dataclass(frozen=True)
class Desk:
    """One public event, read at one moment. ``event`` is detached: only what was loaded can be read.

    What follows from it is worked out once, by whichever request asks first.
    """

    event: Event
    facts: DeskFacts
    availability: Availability
    modes: tuple[ModeAvailability, ...]
    read_at: datetime

    @cached_property
    def edition(self) -> Hashable:
        """Changes with whatever the pages of this desk show of its event."""
        event = self.event
        full = tuple((one.id, one.full_options) for one in event.questions if one.limits)
        seats = full, self.sessions, event.lines_rest
        return event.id, event.version, event.changed_at, self.availability, self.modes, self.has_clearance, seats

    @cached_property
    def sessions(self) -> tuple[tuple[int, Availability], ...]:
        """How each session that people pick stands."""
        pools = [(session, pool) for session in self.event.picked_sessions for pool in session.pools]
        return tuple((session.id, session_availability(session, pool.mode, self.read_at)) for session, pool in pools)

    @cached_property
    def has_clearance(self) -> bool:
        return self.event.has_clearance(self.read_at)

    def asks(self, field: str) -> bool:
        """Whether the form asks this now: a covered question falls away the day its clearance expires."""
        return self.event.asks(field) and (field not in COVERED_FIELDS or self.has_clearance)

    @cached_property
    def questions(self) -> list[Question]:
        """The event's own questions that the form asks now, in their order."""
        return self.event.asked_questions(self.read_at)

    @cached_property
    def wording(self) -> int:
        """The latest version of its questions."""
        return newest_wording(self.questions)

    @cached_property
    def asks_code(self) -> bool:
        return bool(self.event.rules and self.event.rules.access is Access.CODE)

    @cached_property
    def asks_us_person(self) -> bool:
        return vetting.asks(self.event)

    @cached_property
    def needs_approval(self) -> bool:
        return admitting.needs_approval(self.event)

    @cached_property
    def most_colleagues(self) -> int:
        return most_colleagues(self.event)

    @cached_property
    def some_may_wait(self) -> bool:
        """Whether of several people some may get a seat and others wait. On a closed waiting list nobody can."""
        limited = {pool.mode for pool in self.event.pools if pool.capacity is not None}
        lines = {mode for mode in limited if not self.event.line_is_closed(mode, self.read_at)}
        return not (self.only_waiting or self.needs_approval) and not lines.isdisjoint(self.open_modes)

    @cached_property
    def is_open(self) -> bool:
        return self.availability.takes_registrations

    @cached_property
    def for_invited(self) -> Availability:
        """How things stand for those who are invited."""
        found = {one.availability for one in self.modes}
        return next((best for best in BEST_FIRST if best in found), self.availability)

    @cached_property
    def whole_mode(self) -> Mode | None:
        """The way of attending whose state is that of the event as a whole."""
        return next((found.mode for found in self.modes if found.availability is self.availability), None)

    @cached_property
    def offered(self) -> tuple[str, ...]:
        """The ways of attending in which a newcomer would get a seat now."""
        seats = {Availability.OPEN, Availability.FEW_SEATS}
        return tuple(found.mode.value for found in self.modes if found.availability in seats)

    @cached_property
    def open_modes(self) -> list[Mode]:
        return [found.mode for found in self.modes if found.availability.takes_registrations]

    @cached_property
    def offers_turn(self) -> bool:
        """Whether the room is full while people can attend online: they may do that and wait for the room."""
        found = {one.mode: one.availability for one in self.modes}
        return found.get(Mode.IN_PERSON) is Availability.WAITING_LIST and Mode.ONLINE.value in self.offered

    @cached_property
    def only_waiting(self) -> bool:
        """Whether whoever registers now joins the waiting list, whatever they choose."""
        return not self.offered

    @cached_property
    def days(self) -> list[date]:
        """The event's days at the venue, for the people at its door."""
        return self.event.days[:MOST_DAYS]

    @cached_property
    def asks_days(self) -> bool:
        return Mode.IN_PERSON in self.open_modes and self.checks_id and len(self.days) > 1

    @cached_property
    def checks_id(self) -> bool:
        return bool(self.event.venue and self.event.venue.id_checked)


def init_app(app: Flask) -> None:
    app.extensions["registration_desks"] = KeptValues[Desk | None](app.config["KEPT_SECONDS"])


def get(slug: str) -> Desk | None:
    """The desk of a public event, or None when there is no such event."""
    return desks().get(slug, lambda: _kept_by_id(_read(Event.slug == slug)))


def of(event_id: int) -> Desk | None:
    """The same, by the event's id: most often what a form that was opened has just read."""
    return desks().get(event_id, lambda: _read(Event.id == event_id))


def _kept_by_id(desk: Desk | None) -> Desk | None:
    if desk:
        desks().put(desk.event.id, desk)
    return desk


def desks() -> KeptValues[Desk | None]:
    store: KeptValues[Desk | None] = current_app.extensions["registration_desks"]
    return store


def _read(which: ColumnElement[bool]) -> Desk | None:
    event = db.session.scalar(
        select(Event)
        .where(which, Event.state != EventState.DRAFT)
        .options(
            joinedload(Event.series),
            joinedload(Event.venue),
            joinedload(Event.joining),
            joinedload(Event.committee),
            joinedload(Event.rules),
            undefer(Event.lines_rest),
            selectinload(Event.pools),
            selectinload(Event.materials),
            selectinload(Event.questions),
            *_sessions(),
        )
    )
    if event is None:
        return None
    for session in event.sessions:
        set_committed_value(session, "event", event)  # Known without asking, and read without a connection.
    now = clock.now()
    desk = Desk(event, desk_facts(event, now), availability(event, now), tuple(mode_availability(event, now)), now)
    db.session.expunge_all()
    return desk


def _sessions() -> tuple[ExecutableOption, ...]:
    """The agenda; at an event without one, a single question."""
    agenda = selectinload(Event.sessions)
    return agenda.selectinload(EventSession.pools), agenda.selectinload(EventSession.speakers)

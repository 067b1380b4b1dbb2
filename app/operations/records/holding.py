"""All that is held of one person: for whoever asks to see it, and for whoever must erase it.

A person is an address. Somebody who was registered without one of their own is one registration and nothing else.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, false, func, or_, select
from sqlalchemy.orm import Mapper

from app.db import Base, db
from app.models import AccessibilityRequest, AuditEntry, Event, OutgoingEmail, Registration, UsPersonAnswer
from app.operations.registration import answering, vetting

# Columns by which a row of any table names a person, beside the number of a registration.
KEYS = ("email_key", "recipient_key")
TYPED = "email"  # As it was typed, where no folded form is kept beside it.
OWN_KINDS = {Registration: "id", AuditEntry: "subject_id"}
# Acts on these may name people by their address.
MAY_NAME = ("event", "export", "message", "subscriber")
# What opens pages, and what mails are made of: their texts are told instead.
UNTOLD = frozenset({"facts", "form_key", "body_digest", "link_version", "version"})


@dataclass(frozen=True)
class Person:
    """By what rows are known to be somebody's."""

    key: str  # The folded address; empty without one of their own.
    registration_ids: tuple[int, ...]


def person_of(registration: Registration) -> Person:
    """Whoever holds this registration, with every other one under the same address."""
    if registration.is_guest or not registration.email_key:
        return Person("", (registration.id,))
    mine = (Registration.email_key == registration.email_key, Registration.guest_key == "")
    # By event: whoever changes them locks their events in this order.
    ids = db.session.scalars(select(Registration.id).where(*mine).order_by(Registration.event_id, Registration.id))
    return Person(registration.email_key, tuple(ids))


def theirs(model: type[Any], person: Person) -> ColumnElement[bool]:
    """For a query of this table: which rows are the person's."""
    columns, ids = model.__table__.c, person.registration_ids
    if model is Registration:
        return Registration.id.in_(ids)
    if model is AuditEntry:
        return or_(and_(AuditEntry.subject == "registration", AuditEntry.subject_id.in_(ids)), _names(person.key))
    found: list[ColumnElement[bool]] = [columns.registration_id.in_(ids)] if "registration_id" in columns else []
    if person.key:
        keyed = [columns[name] == person.key for name in KEYS if name in columns]
        found += keyed or ([func.lower(columns[TYPED]) == person.key] if TYPED in columns else [])
    return or_(false(), *found)


def _names(key: str) -> ColumnElement[bool]:
    """Which acts on something else tell of an address: written plainly, or as JSON may write it."""
    if not key:
        return false()
    told = func.lower(cast(AuditEntry.personal, Text))
    written = {key, json.dumps(key)[1:-1]}
    spoken = or_(*(told.contains(one, autoescape=True) for one in written))
    return and_(AuditEntry.subject.in_(MAY_NAME), AuditEntry.personal.is_not(None), spoken)


def models() -> Iterator[type[Any]]:
    """The tables in which a person can stand, but for those of staff."""
    found = {mapper.class_.__table__.name: mapper.class_ for mapper in Base.registry.mappers}
    for name, model in sorted(found.items()):
        names = set(model.__table__.c.keys())
        if model in OWN_KINDS or (names & {"registration_id", TYPED, *KEYS} and not name.startswith("staff")):
            yield model


def count(person: Person) -> dict[str, int]:
    """Table → how many rows of it are the person's; without those that have none."""
    counted = {
        model.__table__.name: db.session.scalar(select(func.count()).select_from(model).where(theirs(model, person)))
        for model in models()
    }
    return {name: number for name, number in counted.items() if number}


def held(person: Person, *, with_sealed: bool) -> dict[str, list[dict[str, Any]]]:
    """Table → the person's rows, as plain values. Log it before handing it out. Raises keys.UnreadableError."""
    found = {}
    for model in models():
        rows = db.session.scalars(select(model).where(theirs(model, person)).order_by(*model.__table__.primary_key))
        if told := [_told(row, with_sealed=with_sealed) for row in rows]:
            found[model.__table__.name] = told
    return found


def as_file(found: dict[str, list[dict[str, Any]]]) -> bytes:
    """JSON, which people can read and programs too."""
    return json.dumps(found, ensure_ascii=False, indent=2).encode()


def _told(row: Any, *, with_sealed: bool) -> dict[str, Any]:
    mapper: Mapper[Any] = type(row).__mapper__
    values = {one.key: getattr(row, one.key) for one in mapper.column_attrs if one.key not in UNTOLD}
    told = {name: _plain(value) for name, value in values.items() if not isinstance(value, bytes)}
    if told.get("event_id"):
        event = db.session.get(Event, told["event_id"])
        told["event"] = event.title if event else None
    if with_sealed or not isinstance(row, OutgoingEmail) or not row.kind.is_sealed:
        told |= _opened(row, with_sealed=with_sealed)
    return told


def _opened(row: Any, *, with_sealed: bool) -> dict[str, Any]:
    """What is not kept as plain values. Needs and the like only for those with the right to."""
    if isinstance(row, OutgoingEmail):
        letter = row.letter
        return {"letter": letter.decode("utf-8", "replace") if letter else None}
    if isinstance(row, AccessibilityRequest) and with_sealed:
        asked, answer = answering.unsealed(row), answering.answer_of(row)
        needs = [need.value for need in asked.ticked]
        return {"needs": needs, "text": asked.text, "answer": answer.text if answer else None}
    if isinstance(row, UsPersonAnswer) and with_sealed:
        return {"us_person": vetting.unsealed(row).value}
    return {}


def _plain(value: Any) -> Any:
    match value:
        case Enum():
            return value.value
        case datetime() | date():
            return value.isoformat()
    return value

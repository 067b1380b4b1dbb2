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
from app.models import AccessibilityRequest, AuditEntry, OutgoingEmail, Registration, UsPersonAnswer
from app.operations import auditing
from app.operations.records import past_holders, spelling_out
from app.operations.registration import answering, cancelling, vetting
from app.operations.registration.details import email_key

TOOK = "took what is held"
ADDRESS = "address"  # What an entry of the log is about that tells of one and must not name it.
# Columns by which a row of any table names a person, beside the number of a registration.
KEYS = ("email_key", "recipient_key")
TYPED = "email"  # As it was typed, where no folded form is kept beside it.
OWN_KINDS = {Registration: "id", AuditEntry: "subject_id"}
# Acts on these may name people by their address; on a registration, also whoever is to have it, or had it.
MAY_NAME = ("event", "message", "registration", "subscriber")
# What opens pages, and what mails are made of: their texts are told instead. And what says nothing of anybody: how
# the queue and the log keep their order, and addresses and names once more, folded for searching.
UNTOLD = frozenset(
    {
        *("facts", "form_key", "body_digest", "link_version", "version", "digest", "calendar_uid", "calendar_sequence"),
        *("leased_by", "leased_until", "dedupe_key", "priority", "attempts", "doubts"),
        *("personal_digest", "chain_number", "seal"),
        *("email_key", "recipient_key", "guest_key", "name_key", "organization_key"),
    }
)


@dataclass(frozen=True)
class Person:
    """By what rows are known to be somebody's."""

    key: str  # The folded address; empty without one of their own.
    registration_ids: tuple[int, ...]


def person_of(registration: Registration) -> Person:
    """Whoever holds this registration, with every other one under the same address."""
    if registration.is_guest or not registration.email_key:
        return Person("", (registration.id,))
    return _at(registration.email_key)


def person_at(email: str) -> Person:
    """Whoever has this address, registered or not: they may follow news, be invited, or have handed a seat over."""
    return _at(email_key(email))


def _at(key: str) -> Person:
    mine = (Registration.email_key == key, Registration.guest_key == "")
    # By event: whoever changes them locks their events in this order.
    ids = db.session.scalars(select(Registration.id).where(*mine).order_by(Registration.event_id, Registration.id))
    return Person(key, tuple(ids))


def taken(email: str, *, by: str, at: datetime) -> None:
    """Log that everything held under an address is handed out, on each of its registrations; else without saying
    which address it is."""
    ids = person_at(email).registration_ids
    for one in ids:
        cancelling.record(db.session.get_one(Registration, one), TOOK, by=by, at=at)
    if not ids:
        auditing.record(TOOK, actor=by, subject=ADDRESS, subject_id=None, at=at)


def theirs(model: type[Any], person: Person) -> ColumnElement[bool]:
    """For a query of this table: which rows are the person's."""
    columns, ids = model.__table__.c, person.registration_ids
    if model is Registration:
        return Registration.id.in_(ids)
    if model is AuditEntry:
        past = [one.entries for one in past_holders.given(person.key)] if person.key else []
        return or_(_is_on(ids), _names(person.key), *past)
    found: list[ColumnElement[bool]] = [columns.registration_id.in_(ids)] if "registration_id" in columns else []
    if person.key:
        keyed = [columns[name] == person.key for name in KEYS if name in columns]
        found += keyed or ([func.lower(columns[TYPED]) == person.key] if TYPED in columns else [])
    return or_(false(), *found)


def _is_on(ids: tuple[int, ...]) -> ColumnElement[bool]:
    return and_(AuditEntry.subject == "registration", AuditEntry.subject_id.in_(ids))


def _names(key: str) -> ColumnElement[bool]:
    """Which acts on something else tell of an address: the whole of it, plainly, or as JSON may write it.

    Of an export it may be a part of what was searched for.
    """
    if not key:
        return false()
    told = func.lower(cast(AuditEntry.personal, Text))
    written = {f'"{key}"', json.dumps(key)}
    spoken = or_(*(told.contains(one, autoescape=True) for one in written))
    searched = and_(AuditEntry.subject == "export", told.contains(key, autoescape=True))
    return and_(AuditEntry.personal.is_not(None), or_(and_(AuditEntry.subject.in_(MAY_NAME), spoken), searched))


def _to_tell(model: type[Any], person: Person) -> ColumnElement[bool]:
    """For a query of this table: which of their rows the person may read. Some are about who had the seat before."""
    found, ids = theirs(model, person), person.registration_ids
    if model is AuditEntry:
        return and_(found, or_(~_is_on(ids), past_holders.is_of_holder(model)))
    if model is OutgoingEmail:
        return and_(found, or_(OutgoingEmail.recipient_key == person.key, past_holders.is_of_holder(model)))
    return found


def models() -> Iterator[type[Any]]:
    """The tables in which a person can stand, but for those of staff."""
    found = {mapper.class_.__table__.name: mapper.class_ for mapper in Base.registry.mappers}
    for name, model in sorted(found.items()):
        names = set(model.__table__.c.keys())
        if model in OWN_KINDS or (names & {"registration_id", TYPED, *KEYS} and not name.startswith("staff")):
            yield model


def count(person: Person) -> dict[str, int]:
    """Table → how many rows of it the person may read; without those that have none."""
    counted = {
        model.__table__.name: db.session.scalar(select(func.count()).select_from(model).where(_to_tell(model, person)))
        for model in models()
    }
    return {name: number for name, number in counted.items() if number}


def disclosed(person: Person, *, with_sealed: bool) -> dict[str, list[dict[str, Any]]]:
    """Table → the person's rows, as plain values. Log it before handing it out. Raises keys.UnreadableError."""
    found = {}
    for model in models():
        rows = db.session.scalars(select(model).where(_to_tell(model, person)).order_by(*model.__table__.primary_key))
        if told := [_told(row, person, with_sealed=with_sealed) for row in rows]:
            found[model.__table__.name] = told
    return found


def as_file(found: dict[str, list[dict[str, Any]]]) -> bytes:
    """JSON, which people can read and programs too."""
    return json.dumps(found, ensure_ascii=False, indent=2).encode()


def _told(row: Any, person: Person, *, with_sealed: bool) -> dict[str, Any]:
    mapper: Mapper[Any] = type(row).__mapper__
    values = {one.key: getattr(row, one.key) for one in mapper.column_attrs if one.key not in UNTOLD}
    told = {name: _plain(value) for name, value in values.items() if not isinstance(value, bytes)}
    told |= spelling_out.beside(row)
    if isinstance(row, AuditEntry) and not _is_about(row, person):
        told.pop("personal")
    if with_sealed or not isinstance(row, OutgoingEmail) or not row.kind.is_sealed:
        told |= _opened(row, with_sealed=with_sealed)
    return told


def _is_about(entry: AuditEntry, person: Person) -> bool:
    """Whether nobody else stands in it: not in a list of invited people, nor beside whoever gave the seat away."""
    on_theirs = entry.subject == "registration" and entry.subject_id in person.registration_ids
    return on_theirs and entry.act != past_holders.HANDED_OVER


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

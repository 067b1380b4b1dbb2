"""What the log's entries are about, by name: titles of events and the like, and people for whoever may see them.

The log keeps numbers, because it outlives what it tells of; what is gone has no name any more.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.db import db
from app.models import (
    Announcement,
    AuditEntry,
    Event,
    Helper,
    KeptText,
    OutgoingEmail,
    Registration,
    Series,
    StaffMember,
    Subscriber,
    Topic,
)

NAMED: dict[str, Any] = {"event": Event.title, "announcement": Announcement.subject, "kept text": KeptText.name}
NAMED |= {"message": OutgoingEmail.kind, "staff member": StaffMember.email, "subscriber": Subscriber.email}
OF_PEOPLE: dict[str, Any] = {"registration": Registration, "helper": Helper}
PERSONAL = frozenset({*OF_PEOPLE, "subscriber"})
OF_EVENT = frozenset({"export", "us-person"})  # Their number is their event's.


@dataclass(frozen=True)
class Names:
    """Subject and number → name; and how values that were kept as numbers and short names are called."""

    subjects: dict[tuple[str, int], str]
    values: dict[tuple[str, Any], str]

    def of(self, subject: str, number: int | None) -> str:
        return self.subjects.get(("event" if subject in OF_EVENT else subject, number or 0), "")


def names(entries: Iterable[AuditEntry], *, with_people: bool) -> Names:
    """Everything that these entries name, read once for each kind of it."""
    wanted: defaultdict[str, set[int]] = defaultdict(set)
    for entry in entries:
        subject = "event" if entry.subject in OF_EVENT else entry.subject
        wanted[subject].add(entry.subject_id or 0)
        wanted["event"].add(entry.event_id or 0)
    found: dict[tuple[str, int], str] = {}
    for subject, ids in wanted.items():
        if with_people or subject not in PERSONAL:
            found |= {(subject, number): name for number, name in _named(subject, ids - {0})}
    catalogue = _catalogue()
    series = {("series", number): name for (field, number), name in catalogue.items() if field == "series_id"}
    return Names(found | series, catalogue)


def _named(subject: str, ids: Collection[int]) -> list[tuple[int, str]]:
    if not ids:
        return []
    if model := OF_PEOPLE.get(subject):
        people = select(model.id, model.first_name, model.last_name).where(model.id.in_(ids))
        return [(row.id, _full_name(row)) for row in db.session.execute(people)]
    if subject not in NAMED:
        return []
    column = NAMED[subject]
    rows = db.session.execute(select(column.class_.id, column).where(column.class_.id.in_(ids)))
    return [(number, str(getattr(name, "label", name))) for number, name in rows]


def _full_name(row: Any) -> str:
    return " ".join(filter(None, (row.first_name, row.last_name)))


def _catalogue() -> dict[tuple[str, Any], str]:
    """Series by number and by short name, and topics: few, so all of them."""
    found: dict[tuple[str, Any], str] = {}
    for one in db.session.scalars(select(Series)):
        found |= {("series_id", one.id): one.full_name, ("series", one.slug): one.full_name}
    return found | {("topics", one.id): one.name for one in db.session.scalars(select(Topic))}

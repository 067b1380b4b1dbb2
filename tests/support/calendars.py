"""A person's calendar program: it reads what we send with a library of its own, and keeps to UID and SEQUENCE."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import vobject

from app.mail.rendering import Rendered


def read(content: bytes) -> Any:
    """The file alone. The library keeps each zone as the first file told it, which was of another year perhaps."""
    getattr(vobject.icalendar, "__tzidMap").clear()
    vobject.icalendar.registerTzid("UTC", vobject.icalendar.utc)
    return vobject.readOne(content.decode())


@dataclass
class Calendar:
    """Entries by UID. A lower SEQUENCE than the one known changes nothing; what is cancelled is taken out."""

    entries: dict[str, tuple[str, datetime | date]] = field(default_factory=dict)
    known: dict[str, int] = field(default_factory=dict)

    def receive(self, mail: Rendered) -> "Calendar":
        """Apply the calendar part of a mail and the file attached to it."""
        for content in (mail.calendar, mail.sessions):
            if content:
                self.read(content)
        return self

    def poll(self, content: bytes) -> "Calendar":
        """A subscription: what is not in it any more is gone."""
        fresh = Calendar().read(content)
        self.entries, self.known = fresh.entries, fresh.known
        return self

    def read(self, content: bytes) -> "Calendar":
        file = read(content)
        file.validate()
        for event in file.contents.get("vevent", []):
            self._apply(event, file.method.value)
        return self

    def _apply(self, event: Any, method: str) -> None:
        uid, sequence = event.uid.value, int(event.sequence.value)
        if sequence < self.known.get(uid, 0):
            return
        self.known[uid] = sequence
        if method == "CANCEL" or event.status.value == "CANCELLED":
            self.entries.pop(uid, None)
        else:
            start = event.dtstart.value
            in_utc = start.astimezone(UTC) if isinstance(start, datetime) else start
            self.entries[uid] = (event.summary.value, in_utc)

    @property
    def plan(self) -> list[tuple[str, datetime | date]]:
        return sorted(self.entries.values(), key=lambda entry: (str(entry[1]), entry[0]))

    @property
    def titles(self) -> list[str]:
        return [title for title, _start in self.plan]

"""The plain values between the forms and the verbs: how they are read from a row, written to it, and compared.

A field is named like its column. A wall time is one ``Moment`` here and two columns there (``…_local`` and ``…_at``).
"""

from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo

from app.db import Model
from app.models import Event
from app.operations.program.moments import Moment

MOMENTS = frozenset(
    "starts ends registration_opens registration_closes release comments_close publish hand_over_until".split()
)


@dataclass(frozen=True)
class Compared:
    """Values that can be held against others of their kind."""

    def unlike(self, other: Self) -> dict[str, tuple[Any, Any]]:
        """Field → value here, value there, where the two differ."""
        pairs = {one.name: (getattr(self, one.name), getattr(other, one.name)) for one in fields(self)}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}

    def differences(self, other: Self) -> dict[str, list[Any]]:
        """The same as plain values."""
        return {name: [plain(here), plain(there)] for name, (here, there) in self.unlike(other).items()}


@dataclass(frozen=True)
class Details(Compared):
    """The plain values of one row or of a part of it."""

    table: ClassVar[type[Model]]
    # Where the row hangs on the event; "" when it is the event itself.
    part: ClassVar[str] = ""

    @classmethod
    def of(cls, event: Event) -> Self:
        """The values as they stand."""
        row = getattr(event, cls.part) if cls.part else event
        return cls.read(row, event.zone) if row else cls()

    @classmethod
    def read(cls, row: Any, zone: ZoneInfo) -> Self:
        return cls(**{one.name: _read(row, one.name, zone) for one in fields(cls)})

    def write(self, row: Any, zone: ZoneInfo) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if one.name in MOMENTS:
                setattr(row, f"{one.name}_local", value.local if value else None)
                setattr(row, f"{one.name}_at", value.instant(zone) if value else None)
            elif one.name not in ROW_LISTS:
                setattr(row, one.name, value)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said, so that no row need be kept."""
        return self == type(self)()

    def may_remove(self, row: Any) -> bool:
        """Whether the row of a part that says nothing holds nothing else either."""
        return True


# Values that are rows of other tables, chosen by id: the verbs fetch them.
ROW_LISTS = frozenset({"topics", "speakers"})


def _read(row: Any, name: str, zone: ZoneInfo) -> Any:
    if name in MOMENTS:
        return Moment.of(getattr(row, f"{name}_local"), getattr(row, f"{name}_at"), zone)
    if name in ROW_LISTS:
        return tuple(one.id for one in getattr(row, name))
    return getattr(row, name)


def plain(value: Any) -> Any:
    """A value as JSON can hold it: for the audit log, and for what "Undo" brings back."""
    match value:
        case Moment():
            return plain(value.local)
        case Enum():
            return value.value
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case tuple():
            return list(value)
        case _:
            return value

"""What a profile says: for whom a list is, what it holds, and how its rows are read."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from flask_babel.speaklater import LazyString

from app.formats.xlsx_file import Kinds
from app.models import Event
from app.operations.registration.listing import AttendeeFilter

Line = Sequence[str | None]


@dataclass(frozen=True)
class Choice:
    """Whose rows are wanted: the filter in force, and the days of arrival; no days means every day."""

    asked: AttendeeFilter
    days: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """One read of the database: the columns' names, the number of rows, and the rows, read as they go."""

    columns: Sequence[str]
    count: int
    rows: Iterator[Line]
    typed: Sequence[int] | None = None  # The columns whose text somebody typed, if it is worth knowing.
    kinds: Kinds = field(default_factory=dict)  # The columns that are figures or times.


@dataclass(frozen=True)
class Profile:
    """One receiver's list."""

    name: str
    label: LazyString
    purpose: LazyString  # For whom it is and what it holds, in one sentence.
    read: Callable[[Event, Choice], Reading]
    takes_filter: bool = False
    takes_days: bool = False

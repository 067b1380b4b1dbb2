"""What an event file says, once read and found sound."""

from dataclasses import dataclass
from typing import Any

from app.formats.plain_yaml import Named, UnreadableFileError
from app.models import Mode
from app.operations.program.event_file_questions import FileQuestion


class EventFileError(ValueError):
    """A file was not taken; the faults say where and why."""

    def __init__(self, faults: list[UnreadableFileError]) -> None:
        self.faults = sorted(faults, key=lambda fault: fault.line)
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True)
class EventFile:
    """A file that was read and found sound: plain values, still without a database."""

    columns: dict[str, Any]
    series: str
    topics: list[str]
    seats: dict[Mode, int | None]  # None: unlimited.
    asked_fields: dict[str, str]
    blocks: dict[str, dict[str, Any]]
    lists: dict[str, list[dict[str, Any]]]
    questions: list[FileQuestion]
    samples: dict[Mode, dict[str, int]]
    source: Named

    def says(self, key: str) -> bool:
        """Whether the key stands in the file, be it with an empty list."""
        return self.source.get(key) is not None

    def fault(self, key: str, sentence: str) -> EventFileError:
        """A fault that only the database could show."""
        return EventFileError([UnreadableFileError(f"{key}: {sentence}", self.source.line_of(key))])

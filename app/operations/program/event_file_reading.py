"""Checks what an event file says, key by key, and names every fault with its line."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from app.formats.plain_yaml import Listed, Named, UnreadableFileError
from app.models import Access, EventState, Lead, Mode
from app.models.local_time import zone_names
from app.operations.communication import adapting
from app.operations.program import slugs
from app.operations.program.event_file import EventFile, EventFileError
from app.operations.program.event_file_keys import (
    ASKABLE,
    ASKED_HOW,
    BLOCKS,
    LISTS,
    REQUIRED,
    SAMPLE_STATES,
    UNLIMITED,
    columns_of,
    keys_of,
)
from app.operations.program.event_file_questions import FileQuestion, QuestionsReader
from app.operations.program.file_times import FileTime
from app.operations.program.file_values import read_value, whole_number
from app.operations.program.leads import fault_of
from app.operations.program.way_times import WAYS


class Reader:
    """Reads one file and gathers its faults."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.faults: list[UnreadableFileError] = []
        self.zone: ZoneInfo | None = None

    def read(self, source: Any) -> EventFile:
        if not isinstance(source, Named):
            raise EventFileError([UnreadableFileError(_("The file holds no event."), 1)])
        name = source.get("time_zone")
        self.zone = ZoneInfo(name) if name in zone_names() else None
        event = EventFile(
            columns=self._columns("event", source),
            series=self._words("series", source, [source.get("series")])[0] if source.get("series") else "",
            topics=self._words("topics", source, source.get("topics") or []),
            seats=self._by_mode("capacity", source, _capacity),
            asked_fields=self._asked_fields(source),
            blocks={name: self._columns(name, source[name]) for name in BLOCKS if self._is_named(name, source)},
            lists={name: self._list(name, source) for name in LISTS},
            questions=self._questions(source),
            samples=self._by_mode("sample_registrations", source, _samples),
            source=source,
        )
        self._check(event)
        if self.faults:
            raise EventFileError(self.faults)
        return event

    def _columns(self, part: str, source: Named) -> dict[str, Any]:
        for key in source:
            if key not in keys_of(part):
                self._fault(source, key, _("there is no such key here"))
        for key in REQUIRED.get(part, ()):
            if source.get(key) in (None, ""):
                self._fault(source, key, _("is missing"))
        given = {name: column for name, column in columns_of(part).items() if source.get(name) is not None}
        return {name: self._value(column, source, name) for name, column in given.items()}

    def _value(self, column: Any, source: Named, name: str) -> Any:
        try:
            value = read_value(column, source[name], self.today)
            if isinstance(value, FileTime) and self.zone:
                value.at(self.zone)
        except ValueError as error:
            self._fault(source, name, str(error))
            return None
        return value

    def _list(self, part: str, source: Named) -> list[dict[str, Any]]:
        entries = self._entries(part, source)
        values = [self._columns(part, entry) for entry in entries]
        if part == "sessions":
            for entry, value in zip(entries, values, strict=True):
                value["speakers"] = self._speakers(entry, source)
                value["seats"] = self._session_seats(entry, value)
                value["joining"] = self._session_joining(entry)
                self._check_order(entry, value, "starts_local", "ends_local")
        if part == "wordings":
            for entry, value in zip(entries, values, strict=True):
                value["sentences"] = self._sentences(entry)
        return values

    def _sentences(self, entry: Named) -> dict[str, Any]:
        """Of each variant its own."""
        if not self._is_named("sentences", entry):
            return {}
        column = columns_of("wordings")["sentence"]
        return {name: self._value(column, entry["sentences"], name) for name in entry["sentences"]}

    def _session_joining(self, entry: Named) -> dict[str, Any]:
        return self._columns("session_joining", entry["joining"]) if self._is_named("joining", entry) else {}

    def _session_seats(self, entry: Named, values: dict[str, Any]) -> dict[Mode, int | None]:
        seats = self._by_mode("capacity", entry, _capacity)
        if bool(seats) != bool(values.get("is_picked")):
            key = "capacity" if seats else "is_picked"
            self._fault(entry, key, _("a session that people pick has a capacity, and no other session has one"))
        return seats

    def _entries(self, part: str, source: Named) -> list[Named]:
        entries = source.get(part)
        if entries is None:
            return []
        if not isinstance(entries, Listed) or not all(isinstance(entry, Named) for entry in entries):
            self._fault(source, part, _("expected a list; each entry begins with a hyphen and has keys"))
            return []
        return entries

    def _questions(self, source: Named) -> list[FileQuestion]:
        reader = QuestionsReader(self.today, self._fault)
        for entry in self._entries("questions", source):
            reader.add(entry)
        return reader.read

    def _speakers(self, session: Named, source: Named) -> list[int]:
        """Which of the event's speakers, by name or by number, counted from one."""
        speakers = source.get("speakers")
        names = [speaker.get("name") for speaker in speakers if isinstance(speaker, Named)] if speakers else []
        found = []
        for reference in session.get("speakers") or []:
            if isinstance(reference, int) and 1 <= reference <= len(names):
                found.append(reference - 1)
            elif isinstance(reference, str) and names.count(reference) == 1:
                found.append(names.index(reference))
            else:
                self._fault(session, "speakers", _("“%(name)s” is not one of the speakers", name=reference))
        return found

    def _words(self, key: str, source: Named, words: Any) -> list[str]:
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            self._fault(source, key, _("expected short names such as [usmca, ace]"))
            return [""]
        return list(dict.fromkeys(words))

    def _by_mode(self, key: str, source: Named, read: Any) -> dict[Mode, Any]:
        if not self._is_named(key, source):
            return {}
        found = {}
        modes = {mode.value: mode for mode in Mode}
        for name, value in source[key].items():
            try:
                found[modes[name]] = read(value)
            except KeyError:
                self._fault(source[key], name, _("expected in-person or online"))
            except ValueError as error:
                self._fault(source[key], name, str(error))
        return {mode: found[mode] for mode in Mode if mode in found}

    def _asked_fields(self, source: Named) -> dict[str, str]:
        if not self._is_named("asked_fields", source):
            return {}
        asked: Named = source["asked_fields"]
        for name, how in asked.items():
            if name not in ASKABLE:
                self._fault(asked, name, _("expected one of: %(choices)s", choices=", ".join(ASKABLE)))
            elif how not in ASKED_HOW:
                self._fault(asked, name, _("expected one of: %(choices)s", choices=", ".join(ASKED_HOW)))
        return dict(asked)

    def _is_named(self, key: str, source: Named) -> bool:
        value = source.get(key)
        if value is not None and not isinstance(value, Named):
            self._fault(source, key, _("expected keys below it, each with a value"))
        return isinstance(value, Named)

    def _check(self, event: EventFile) -> None:
        """What no single key can show."""
        self._check_order(event.source, event.columns, "starts_local", "ends_local")
        self._check_order(event.source, event.columns, "registration_opens_local", "registration_closes_local")
        self._check_ways(event)
        self._check_reminders(event)
        self._check_wordings(event)
        is_unlisted = event.blocks.get("rules", {}).get("access") is Access.LINK
        if is_unlisted and not slugs.is_secret(event.columns.get("slug") or ""):
            sentence = _("an event with access: link needs one that ends in a hyphen and 16 of 0-9 and a-f")
            self._fault(event.source, "slug", sentence)
        if event.columns.get("state") is EventState.PUBLISHED:
            for key in ("starts_local", "ends_local"):
                if event.columns.get(key) is None:
                    self._fault(event.source, "state", _("a published event needs %(key)s", key=key))

    def _check_reminders(self, event: EventFile) -> None:
        leads = [Lead(**values) for values in event.lists["reminders"] if values.get("unit") and values.get("amount")]
        if sentence := fault_of(leads):
            self._fault(event.source, "reminders", sentence)

    def _check_wordings(self, event: EventFile) -> None:
        entries = event.source.get("wordings") or []
        for entry, values in zip(entries, event.lists["wordings"], strict=False):
            if values.get("kind") and (sentence := adapting.fault_of(values, event.lists["wordings"])):
                self._fault(entry, "kind", sentence)

    def _check_ways(self, event: EventFile) -> None:
        for mode, way in WAYS.items():
            if way in event.blocks and mode not in event.seats:
                self._fault(event.source, way, _("nobody can attend this way: the capacity does not name it"))
            if way in event.blocks:
                self._check_order(event.source[way], event.blocks[way], "opens_local", "closes_local")

    def _check_order(self, source: Named, values: dict[str, Any], first: str, second: str) -> None:
        one, two = values.get(first), values.get(second)
        if one and two and two.local <= one.local:
            self._fault(source, second, _("must be later than %(first)s", first=first))

    def _fault(self, source: Named, key: str, sentence: str) -> None:
        self.faults.append(UnreadableFileError(f"{key}: {sentence}.", source.line_of(key)))


def _capacity(value: Any) -> int | None:
    return None if value == UNLIMITED else whole_number(value)


def _samples(value: Any) -> dict[str, int]:
    if not isinstance(value, Named) or set(value) - set(SAMPLE_STATES):
        raise ValueError(_("expected keys among: %(choices)s", choices=", ".join(SAMPLE_STATES)))
    return {name: whole_number(count) for name, count in value.items()}

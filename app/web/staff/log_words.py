"""What an entry of the audit log says of its act, in words: the values were kept as plain JSON.

The names of fields stand as they were kept, in every language: that is how the log is quoted.
What a field says is called as it is where people choose it.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

from flask_babel import gettext as _

from app.formats import dates
from app.models import (
    Access,
    AuditEntry,
    EventState,
    FailureReason,
    HelperRole,
    MaterialKind,
    MessageKind,
    Mode,
    OverlapRule,
    QuestionKind,
    RegistrationState,
    RequestState,
    Rhythm,
    Role,
    SessionKind,
    StaffRole,
)
from app.models.labels import Labelled
from app.models.reminder import Lead
from app.operations.records.exporting import Format
from app.operations.records.profiles import PROFILES
from app.operations.registration.by_hand import Channel
from app.operations.registration.reaching import Reach
from app.operations.registration.standing_by import Reply
from app.web import filters
from app.web.staff.program.changes import SHIFTS
from app.web.staff.program.words import day_words, lead_words, value_words

PAIRS = frozenset({"ahead", "capacity", "question", "questions"})  # Then and now; so is all that stands in "changed",
NO_PAIRS = frozenset({"along", "same_instant"})  # but for these.
CALLED: dict[str, tuple[type[Labelled], ...]] = {
    "mode": (Mode,),
    "waits_for": (Mode,),
    "state": (RegistrationState, EventState, RequestState),
    "notice": (MessageKind,),
    "kind": (MessageKind, QuestionKind, SessionKind, MaterialKind),
    "role": (Role, HelperRole, StaffRole),
    "channel": (Channel,),
    "why": (FailureReason,),
    "rhythm": (Rhythm,),
    "access": (Access,),
    "overlap_rule": (OverlapRule,),
    "format": (Format,),
    "mail": (Reach,),
    "reply": (Reply,),
}
Named = Mapping[tuple[str, Any], str]  # Field and kept value → what it is called.
FIELDS = {"slug": "page", "mode": "attends", "sha256": "fingerprint of the file", "omb_number": "OMB number"}
DAY = re.compile(r"\d{4}-\d\d-\d\d")
MOMENT = re.compile(rf"{DAY.pattern}T\d\d:\d\d.*")


def lines(entry: AuditEntry, named: Named = MappingProxyType({})) -> list[str]:
    """Each fact a line. What was not so, or was not there, is not told."""
    detail = entry.detail or {}
    changed = detail.get("changed") or {}
    facts = changed | {name: value for name, value in detail.items() if name != "changed"}
    pairs = changed.keys() - NO_PAIRS | PAIRS
    told = ((name, _called(value, name, named)) for name, value in facts.items())
    return [_line(name, value, is_pair=name in pairs) for name, value in told if _is_told(value)]


def _called(value: Any, field: str, named: Named) -> Any:
    """The same with the names of what was kept as a number or a short name, such as topics and series."""
    if isinstance(value, list):
        return [_called(one, field, named) for one in value]
    return named.get((field, value), value) if isinstance(value, str | int) else value


def _is_told(value: Any) -> bool:
    return value is not False and value not in (None, "", [], {}, [None, ""])


def _line(name: str, value: Any, *, is_pair: bool) -> str:
    field = _field(name)
    if name == "quietly":
        return _("nobody was written to")
    match value:
        case [None, new] if is_pair:
            return _("%(field)s: %(value)s", field=field, value=_words(new, name))
        case [old, new] if is_pair and old == new:  # Long or private: no more was kept than that it changed.
            return _("%(field)s: changed", field=field)
        case [old, new] if is_pair:
            return _("%(field)s: %(old)s → %(new)s", field=field, old=_words(old, name), new=_words(new, name))
    return _("%(field)s: %(value)s", field=field, value=_words(value, name))


def _field(name: str) -> str:
    """The name of a kept field: in words, without what only says that it is a number."""
    return FIELDS.get(name) or name.replace("_", " ").removesuffix(" id")


def _words(value: Any, name: str = "") -> str:
    match value:
        case list() if value:
            words = [_words(one, name) for one in value]
            return "; ".join(dict.fromkeys(words) if name == "along" else words)
        case dict() if {"amount", "unit"} <= value.keys():
            return _lead(Lead.from_json(value))
        case dict() if value:
            return "; ".join(f"{_field(key)}: {_words(one, key)}" for key, one in value.items() if _is_told(one))
        case str():
            return _named(value, name) or _text(value)
    return value_words(value)


def _named(value: str, field: str) -> str:
    """What a kept key is called where people choose it: a time that moved along, a way of attending, a state."""
    if field == "along":
        return str(SHIFTS.get(value) or SHIFTS.get(value.partition("-")[0]) or "")
    if field == "profile" and value in PROFILES:
        return str(PROFILES[value].label)
    members = (one for kind in CALLED.get(field, ()) for one in kind)
    return next((str(one.label) for one in members if one.value == value), "")


def _text(value: str) -> str:
    """A day or a moment as people read it. What somebody typed may look like one and be none: it stands as typed."""
    with suppress(ValueError, OverflowError):
        if DAY.fullmatch(value):
            return day_words(date.fromisoformat(value))
        if MOMENT.fullmatch(value):
            return _moment(datetime.fromisoformat(value))
    return value_words(value)


def _lead(lead: Lead) -> str:
    return f"{lead_words(lead)} ({lead.mode.label})" if lead.mode else lead_words(lead)


def _moment(moment: datetime) -> str:
    """An instant by the office's clocks; an hour of an event, which was kept without its zone, as it was entered."""
    if moment.tzinfo:
        return filters.office_words(moment)
    hour = dates.clock_time(moment.replace(tzinfo=UTC), "UTC", filters.locale())
    return _("%(date)s, %(time)s", date=day_words(moment), time=hour)

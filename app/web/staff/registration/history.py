"""The history of a registration in words: what was done, by whom, and what was there before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.models import AuditEntry, FailureReason, Mode, RegistrationState, RequestState, Role
from app.operations.registration.by_hand import Channel
from app.operations.registration.questioning import ANSWER
from app.web import filters
from app.web.staff import act_words

FIELDS = {
    "mode": _l("Attends"),
    "waits_for": _l("Waits for"),
    "full_name": _l("Name"),
    "first_name": _l("First name"),
    "middle_name": _l("Middle name"),
    "last_name": _l("Last name"),
    "suffix": _l("Suffix"),
    "organization": _l("Organization"),
    "job_title": _l("Job title"),
    "country": _l("Country"),
    "role": _l("Role"),
    "days": _l("Days"),
    "email": _l("Email address"),
    "sessions": _l("Sessions"),
    "seats_in": _l("Seats in sessions"),
    "waits_in": _l("Waits in sessions"),
    "session": _l("Session"),
    "capacity": _l("Seats"),
}
LABELS = {"mode": Mode, "waits_for": Mode, "role": Role}  # Kept as a word of ours, told as people say it.
MEMBERS = {"mode": Mode, "state": RegistrationState, "channel": Channel, "why": FailureReason}


@dataclass(frozen=True)
class Happening:
    """One line of the history."""

    at: datetime
    act: Any
    actor: Any
    details: list[str]


def happenings(entries: Any) -> list[Happening]:
    return [
        Happening(entry.at, act_words.of_act(entry), act_words.of_actor(entry.actor), _details(entry))
        for entry in entries
    ]


def _details(entry: AuditEntry) -> list[str]:
    detail, personal = entry.detail or {}, entry.personal or {}
    answers = sorted(name for name in personal if name.startswith(ANSWER))
    # In an order of ours: a database may keep keys in another one.
    told = [_line(name, personal[name]) for name in (*FIELDS, *answers) if name in personal]
    if entry.act == "answered access request":
        return [str(RequestState(detail["state"]).label)]
    if entry.act == "moved in line":
        was, now = detail["ahead"]
        told.append(_("People before them: %(was)s → %(now)s", was=was, now=now))
    told += [str(personal[name]) for name in ("question", "answer") if personal.get(name)]
    if sessions := detail.get("sessions"):
        told.append(_said("sessions", sessions))
    if _grew(detail.get("capacity")):
        told.append(_change("capacity", *detail["capacity"]))
    told += [str(enum(detail[name]).label) for name, enum in MEMBERS.items() if detail.get(name)]
    return told + ([_("Reason: %(reason)s", reason=detail["reason"])] if detail.get("reason") else [])


def _grew(capacity: list[int | None] | None) -> bool:
    return capacity is not None and capacity[0] != capacity[1]


def _line(name: str, value: Any) -> str:
    """Old and new as a pair; or what was asked for, and has not happened yet."""
    return _change(name, *value) if isinstance(value, list) else _said(name, value)


def _said(name: str, value: Any) -> str:
    return _("%(field)s: %(value)s", field=FIELDS[name], value=_plain(name, value))


def _change(name: str, old: Any, new: Any) -> str:
    field = FIELDS[name] if name in FIELDS else name.split(":", 2)[2]
    return _("%(field)s: %(old)s → %(new)s", field=field, old=_plain(name, old), new=_plain(name, new))


def _plain(name: str, value: Any) -> str:
    if not value:
        return _("nothing")
    if name == "days":
        return "; ".join(filters.day_words(value))
    if name in LABELS:
        return str(LABELS[name](value).label)
    if isinstance(value, dict):  # A session, as it was held at that time.
        starts_at = datetime.fromisoformat(value["starts_at"])
        parts = (value["title"], filters.zoned_words(starts_at, value["time_zone"]), value["room"])
        return ", ".join(part for part in parts if part)
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)

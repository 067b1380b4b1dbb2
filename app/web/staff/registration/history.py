"""The history of a registration in words: what was done, by whom, and what was there before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.models import AuditEntry, FailureReason, Mode, RegistrationState, RequestState, Role
from app.operations.communication import complaining
from app.operations.registration.by_hand import Channel
from app.operations.registration.questioning import ANSWER
from app.web import filters

ACTS = {
    "registered": _l("Registered"),
    "registered by hand": _l("Registered by staff"),
    "promoted": _l("Got a seat from the waiting list"),
    "offered seat": _l("Offered a seat from the waiting list"),
    "accepted offer": _l("Accepted the offered seat"),
    "took a free seat": _l("Took a seat that became free after the waiting list had closed"),
    "declined offer": _l("Declined the offered seat"),
    "offer lapsed": _l("Did not answer in time for the offered seat"),
    "offer not arrived": _l("Back in line: the mail about the offered seat did not arrive"),
    "offer taken back": _l("Back in line: the event was postponed, so the offered seat is not held any more"),
    "promoted in sessions": _l("Got a seat in a session from its waiting list"),
    "offered sessions": _l("Offered a seat in a session from its waiting list"),
    "accepted session offer": _l("Accepted the offered seat in a session"),
    "session offer lapsed": _l("Did not answer in time for the offered seat in a session"),
    "session offers taken back": _l("Back in line for a session: the event was postponed"),
    "asked for another address": _l("Asked to use another address"),
    "asked to hand over": _l("Asked a colleague to take the seat over"),
    "handed over": _l("Handed over to a colleague"),
    "session moved": _l("A session of theirs was moved"),
    "keeps the seat": _l("Keeps the seat for the new date"),
    "moved in line": _l("Moved in the waiting list"),
    "seated by staff": _l("Given a seat by staff"),
    "approved": _l("Approved by staff"),
    "not approved": _l("Not approved by staff"),
    "asked for the room": _l("Asked to attend in person"),
    "no longer asks for the room": _l("Took back the wish to attend in person"),
    "approved for the room": _l("Approved by staff to attend in person"),
    "not approved for the room": _l("Not approved by staff to attend in person"),
    "asked back": _l("Asked before a decision"),
    "answered question": _l("Answered the question"),
    "changed": _l("Changed"),
    "address corrected": _l("Address corrected"),
    "mail came back": _l("Mail came back"),
    complaining.MARKED: _l("Marked a mail as unwanted; no more announcements and news go there"),
    complaining.WELCOME_AGAIN: _l("Gets announcements and news again"),
    "address found right": _l("Address found right"),
    "cancelled": _l("Cancelled"),
    "mail sent again": _l("Mail sent again"),
    "asked for access": _l("Asked for what they need to take part"),
    "answered access request": _l("Request answered"),
    "viewed": _l("Accessibility request looked at"),
    "took over": _l("Took over what a colleague had booked"),
    "erased person": _l("Erased, with everything else held of the person"),
    "took what is held": _l("All that is held of the person was taken as a file"),
    "joined": _l("Pressed the join button"),
    "joined session": _l("Pressed the join button of a session"),
}
ACTORS = {
    "person": _l("the person"),
    "booker": _l("whoever booked for them"),
    "waiting list": _l("the waiting list"),
    "worker": _l("the mail worker"),
}
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
        Happening(entry.at, ACTS.get(entry.act, entry.act), ACTORS.get(entry.actor, entry.actor), _details(entry))
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

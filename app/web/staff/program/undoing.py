"""What "Undo" brings back, named before it is pressed: it takes back every change that people were not told of yet."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import ngettext

from app.models import ChangeNotice, Event, EventState, MessageKind
from app.operations.program import remembering
from app.operations.program.way_times import WAYS
from app.web.staff.program.words import instant_words, moment_words

WAY_IN = ("link", "dial_in", "meeting_id", "passcode", "captions_link")
TIME = ("starts_local", "ends_local", "time_zone")
NAMED = ("state", "title", "change_reason", "starts_at", "ends_at", "postponed_from_local", *TIME)
Former = dict[str, Any]


@dataclass(frozen=True)
class Undo:
    """What the press takes back."""

    told: str  # What people will be told of unless it is pressed.
    since: str  # When the first of the changes was made.
    lines: list[str]  # Each thing that would not stay, as it would be again.


def of(event: Event, notice: ChangeNotice) -> Undo:
    since = instant_words(datetime.fromisoformat(notice.former["at"]), event.zone)
    return Undo(_told(notice), since, _lines(event, notice))


def _told(notice: ChangeNotice) -> str:
    said = [] if notice.kind is MessageKind.CHANGED else [str(notice.kind.label)]
    return ", ".join([*said, *(_("Session removed: %(title)s", title=one["title"]) for one in notice.removed)])


def _lines(event: Event, notice: ChangeNotice) -> list[str]:
    now, then = remembering.take(event), notice.former
    lines = [*_of_event(now["event"], then["event"]), *_of_place(now, then), *_of_sessions(now, then, notice)]
    if _rest(now) != _rest(then) or _ways_differ(now, then):
        lines.append(_("Deadlines, and when things are given out: as they were"))
    return lines


def _of_event(now: Former, then: Former) -> Iterator[str]:
    if now["state"] != then["state"]:
        yield _("State: %(state)s", state=EventState(then["state"]).label)
    if now["title"] != then["title"]:
        yield _("Title: %(title)s", title=then["title"])
    if any(now[name] != then[name] for name in TIME):
        yield _("When: %(when)s", when=_when(then))


def _when(then: Former) -> str:
    if not then["starts_local"]:
        return _("date to be announced")
    zone = ZoneInfo(then["time_zone"])
    start, end = (then[name] and moment_words(datetime.fromisoformat(then[name]), zone) for name in TIME[:2])
    return _("%(start)s to %(end)s", start=start, end=end) if end else start


def _of_place(now: Former, then: Former) -> Iterator[str]:
    if now["venue"] != then["venue"]:
        yield _("Place: %(name)s", name=then["venue"]["name"]) if then["venue"] else _("Place: none")
    if _picked(now["joining"]) != _picked(then["joining"]):
        yield _("How to join: as it was")


def _of_sessions(now: Former, then: Former, notice: ChangeNotice) -> Iterator[str]:
    changed = [row for row, one in then["sessions"].items() if now["sessions"].get(row, one) != one]
    if changed:
        yield ngettext("%(num)s session: as it was", "%(num)s sessions: as they were", len(changed))
    if titles := [f"“{one['title']}”" for one in notice.removed]:
        yield _("Held again: %(titles)s", titles=", ".join(titles))


def _picked(joining: Former | None) -> list[Any]:
    return [(joining or {}).get(name) or "" for name in WAY_IN]


def _rest(former: Former) -> list[Any]:
    """What moves along with an event, and has no line of its own."""
    event = {name: value for name, value in former["event"].items() if name not in NAMED}
    release = {name: (former["joining"] or {}).get(name) for name in ("release_minutes", "release_local")}
    return [event, release, former["rules"], former["committee"], former["session_joinings"], former["materials"]]


def _ways_differ(now: Former, then: Former) -> bool:
    """The times of a way that is offered now and was then. One that came or went since stays as it is."""
    return any(now[way] != then[way] for way in WAYS.values() if now[way] and then[way])

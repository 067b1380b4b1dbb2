"""The audit log: who did what, when, to what."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_timedelta, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user

from app import clock
from app.formats.cleaning import one_line
from app.models import AuditEntry, Right
from app.operations import auditing
from app.operations.auditing import Unsealed
from app.operations.records import naming, reviewing
from app.operations.records.naming import Names
from app.operations.records.reviewing import AuditFilter
from app.web.staff import act_words, blueprint, log_words, rail
from app.web.staff.door import requires
from app.web.staff.listing import Chip, whole_number

LONGEST = 100
LATE = timedelta(minutes=1)  # The worker seals every second.
SUBJECTS = {
    "registration": _l("Registration"),
    "event": _l("Event"),
    "series": _l("Series"),
    "helper": _l("Helper"),
    "announcement": _l("Announcement"),
    "kept text": _l("Kept text"),
    "staff member": _l("Staff member"),
    "message": _l("Message"),
    "export": _l("Attendee list"),
    "us-person": _l("Who is a U.S. person"),
    "question": _l("Question"),
    "site notice": _l("Site notice"),
    "subscriber": _l("Follower"),
    "address": _l("Email address"),
    "demo": _l("Demonstration"),
}

PAGES = {  # What an entry tells of → its page, and the name of its number there.
    "registration": ("staff.registration", "registration_id"),
    "event": ("staff.event", "event_id"),
    "series": ("staff.series", "series_id"),
    "announcement": ("staff.announcement", "announcement_id"),
    "staff member": ("staff.staff_member", "member_id"),
    "message": ("staff.message", "message_id"),
    "kept text": ("staff.kept_text", "text_id"),
    "export": ("staff.exports", "event_id"),
    "us-person": ("staff.us_persons", "event_id"),
}


@dataclass(frozen=True)
class About:
    """What an entry tells of: its name, or its number where there is none; its page; and the event around it."""

    kind: Any
    name: str
    url: str
    event: str = ""
    event_url: str = ""


@blueprint.get("/audit")
@requires(Right.VIEW_AUDIT)
def audit() -> ResponseReturnValue:
    wanted, zone = _wanted(), ZoneInfo(current_app.config["DEFAULT_TIME_ZONE"])
    unsealed = auditing.unsealed()
    found = reviewing.page(wanted, zone, older_than=whole_number("before"))
    names = naming.names(found.entries, with_people=current_user.may(Right.VIEW_PEOPLE))
    return render_template(
        "staff/audit.html",
        entries=found.entries,
        wanted=wanted,
        subjects=SUBJECTS,
        chips=_chips(wanted),
        zone=zone.key,
        unsealed=_unsealed_words(unsealed),
        is_seal_late=unsealed.age(clock.now()) > LATE,
        about=partial(_about, names=names),
        act_words=act_words,
        lines=partial(log_words.lines, named=names.values),
        next_url=_url(wanted, before=found.older_than) if found.older_than else "",
        first_url=_url(wanted) if request.args.get("before") else "",
    )


@blueprint.post("/audit/verification")
@requires(Right.VIEW_AUDIT)
def verify_audit() -> ResponseReturnValue:
    """Walk the whole chain of seals and say whether an entry was changed, taken out or put in."""
    result = auditing.verify()
    if result.first_bad_id is not None:
        flash(
            _("The chain breaks at entry %(id)s: it, or one before it, was changed.", id=result.first_bad_id), "error"
        )
    else:
        words = _("All %(count)s sealed entries fit together.", count=result.sealed)
        flash(f"{words} {_unsealed_words(result.unsealed)}")
    return redirect(url_for("staff.audit"))


def _unsealed_words(unsealed: Unsealed) -> str:
    """What nobody could yet prove to be as it was written, and for how long."""
    if not unsealed.count:
        return _("Every entry is sealed.")
    age = format_timedelta(unsealed.age(clock.now()), threshold=1.5)
    if unsealed.count > auditing.MOST_COUNTED:
        return _("More than 1,000 entries wait for their seal, the oldest for %(age)s.", age=age)
    return ngettext(
        "%(num)s entry waits for its seal, for %(age)s.",
        "%(num)s entries wait for their seal, the oldest for %(age)s.",
        unsealed.count,
        age=age,
    )


def _wanted() -> AuditFilter:
    subject, act = request.args.get("subject", ""), one_line(request.args.get("act", ""))[:LONGEST]
    return AuditFilter(
        actor=act_words.actor_called(one_line(request.args.get("actor", ""))[:LONGEST]),
        act=act,
        acts=act_words.acts_called(act),
        subject=subject if subject in SUBJECTS else "",
        subject_id=whole_number("id"),
        about=one_line(request.args.get("about", ""))[:LONGEST],
        since=_day("since"),
        until=_day("until"),
    )


def _day(name: str) -> date | None:
    """A day from the address, within the years that a log can hold."""
    try:
        day = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2200 else None


def _chips(wanted: AuditFilter) -> list[Chip]:
    labels: dict[str, Any] = {
        "actor": _("By %(actor)s", actor=act_words.of_actor(wanted.actor)),
        "act": _("Act: %(act)s", act=wanted.act),
        "subject": SUBJECTS.get(wanted.subject),
        "subject_id": _("No. %(id)s", id=wanted.subject_id),
        "about": _("About: %(words)s", words=wanted.about),
        "since": _("Since %(day)s", day=wanted.since),
        "until": _("Until %(day)s", day=wanted.until),
    }
    return [
        Chip(str(label), _url(wanted.without(name)))
        for name, label in labels.items()
        if getattr(wanted, name) not in ("", None)
    ]


def _url(wanted: AuditFilter, **more: Any) -> str:
    values: dict[str, Any] = {
        "actor": wanted.actor,
        "act": wanted.act,
        "subject": wanted.subject,
        "id": wanted.subject_id,
        "about": wanted.about,
        "since": wanted.since,
        "until": wanted.until,
    }
    given: dict[str, Any] = {name: str(value) for name, value in values.items() if value not in ("", None)}
    return url_for("staff.audit", **given, **more)


def _about(entry: AuditEntry, names: Names) -> About:
    name = names.of(entry.subject, entry.subject_id)
    kind = SUBJECTS.get(entry.subject, entry.subject)
    url = _page_of(entry.subject, entry.subject_id) if name else ""
    shown = name or str(entry.subject_id or "")
    if entry.subject in {"event", *naming.OF_EVENT} or not (title := names.of("event", entry.event_id)):
        return About(kind, shown, url)
    return About(kind, shown, url, title, _page_of("event", entry.event_id))


def _page_of(subject: str, number: int | None) -> str:
    """The page of what an entry tells of, where there is one and the reader may open it."""
    if subject not in PAGES or number is None:
        return ""
    endpoint, name = PAGES[subject]
    return rail.way_to(endpoint, **{name: number})

"""A kind of mail as somebody would get it for an event: invented where there is nobody, true in everything else."""

from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from app.models import Event, MessageKind, Mode, RegistrationState
from app.models.mail_wording import IMPERSONAL, OF_MANY
from app.operations import notifying
from app.operations.communication import sending

OPEN_DATE = dict.fromkeys(("starts_local", "starts_at", "ends_local", "ends_at"))
AFTER: dict[MessageKind, dict[str, Any]] = {
    MessageKind.EVENT_POSTPONED: {"state": "postponed", **OPEN_DATE},
    MessageKind.EVENT_CANCELLED: {"state": "cancelled"},
    MessageKind.HOW_TO_JOIN: {"join_released": True},
}
STATES = {
    MessageKind.WAITLISTED: RegistrationState.WAITLISTED,
    MessageKind.LINE_CLOSED: RegistrationState.WAITLISTED,
    MessageKind.OFFERED: RegistrationState.OFFERED,
    MessageKind.APPROVAL_PENDING: RegistrationState.PENDING_APPROVAL,
    MessageKind.APPROVAL_QUESTION: RegistrationState.PENDING_APPROVAL,
    MessageKind.NOT_APPROVED: RegistrationState.NOT_APPROVED,
    MessageKind.CANCELLED: RegistrationState.CANCELLED,
    MessageKind.CANCELLED_BY_STAFF: RegistrationState.CANCELLED,
    MessageKind.OFFER_LAPSED: RegistrationState.CANCELLED,
    MessageKind.HANDED_OVER: RegistrationState.CANCELLED,
}
NOBODY = {"name": "", "email": "", "phone": "", "date": None}
IN_LINE = frozenset({MessageKind.WAITLISTED, MessageKind.LINE_CLOSED, MessageKind.OFFERED})


def sample_facts(kind: MessageKind, event: Event, at: datetime, variant: str = "") -> dict[str, Any]:
    """What a mail of this kind would tell of this event; of somebody of whom this variant of its sentence is true."""
    told = notifying.event_facts(event, at)
    if kind in OF_MANY:
        return _of_many(kind, event, told, variant)
    facts = {"event": told | AFTER.get(kind, {}), "before": told, **_more(kind, event), **_of_session(kind, event, at)}
    if kind not in IMPERSONAL:
        facts["registration"] = _somebody(kind, event, at, variant)
    return facts | _of_variant(kind, variant)


def _somebody(kind: MessageKind, event: Event, at: datetime, variant: str) -> dict[str, Any]:
    person = sending.sample(event, _("Name of the person"), "name@example.com")
    person["state"] = STATES.get(kind, RegistrationState.CONFIRMED).value
    if kind is MessageKind.HOW_TO_JOIN:
        person["mode"] = Mode.ONLINE.value
    if variant in {mode.value for mode in Mode}:
        person["mode"] = variant
    if kind is MessageKind.EVENT_CHANGED and variant == "line":
        person["state"] = RegistrationState.WAITLISTED.value
    if kind in IN_LINE:
        person["waits_for"] = person["mode"]
    if kind is MessageKind.OFFERED:
        person["offered_until"] = (at + timedelta(hours=48)).isoformat()
    return person


def _of_variant(kind: MessageKind, variant: str) -> dict[str, Any]:
    """The facts by which a mail knows that this variant is true."""
    other = _("Name of another person")
    more: dict[tuple[MessageKind, str], dict[str, Any]] = {
        (MessageKind.LINE_CLOSED, "in-person"): {"closed": {"mode": "in-person", "online_is_open": False}},
        (MessageKind.LINE_CLOSED, "online"): {"closed": {"mode": "online", "online_is_open": False}},
        (MessageKind.CANCELLED, "line"): {"was": "waitlisted"},
        (MessageKind.CANCELLED, "pending"): {"was": "pending-approval"},
        (MessageKind.CANCELLED, "by-booker"): {"cancelled_by": other},
        (MessageKind.ALREADY_REGISTERED, "by-booker"): {"booked_by": other},
        (MessageKind.CONFIRM_ADDRESS, "by-booker"): {"asked_by": other},
        (MessageKind.ADDRESS_ASKED, "by-booker"): {"asked_by": other},
        (MessageKind.SESSION_PROMOTED, "accepted"): {"accepted": True},
        (MessageKind.ACCESSIBILITY_RECEIVED, "named"): {"lead": NOBODY | {"name": other}},
        (MessageKind.ACCESSIBILITY_ANSWERED, "not-possible"): {
            "answer": {"state": "not-possible", "by": other, "text": _("The answer, as it was written.")}
        },
    }
    return more.get((kind, variant), {})


def _of_many(kind: MessageKind, event: Event, told: dict[str, Any], variant: str) -> dict[str, Any]:
    """Of mails that are about no single event: about this one alone."""
    series = [event.series.full_name]
    if kind is MessageKind.NEWS:
        item = {"what": "new", "event": told, "before": None, "opens_at": None, "reason": ""}
        return {"news": [item], "left_out": 0, "subscriber": "sample", "rhythm": "weekly", "follows": series}
    if kind is MessageKind.MY_LINKS:
        person = sending.sample(event, _("Name of the person"), "name@example.com")
        return {"registrations": [] if variant == "none" else [{"event": told, "registration": person}]}
    if variant == "known":
        return {"wanted": [], "rhythm": None, "request": None, "subscriber": "sample", "follows": series}
    request = {"id": 0, "version": 0}
    return {"wanted": series, "rhythm": "weekly", "request": request, "subscriber": None, "follows": []}


def _more(kind: MessageKind, event: Event) -> dict[str, Any]:
    """What this kind tells beside the event and the person."""
    name, other = _("Name of the person"), _("Name of another person")
    ways = [{"mode": pool.mode.value, "taken": 0, "capacity": pool.capacity, "waiting": 0} for pool in event.pools]
    mode = (event.modes[0] if event.modes else Mode.ONLINE).value
    more: dict[MessageKind, dict[str, Any]] = {
        MessageKind.APPROVAL_QUESTION: {"text": _("The question of the office.")},
        MessageKind.NOT_APPROVED: {"reason": _("The reason, as staff give it.")},
        MessageKind.CANCELLED: {"was": "confirmed"},
        MessageKind.CANCELLED_BY_STAFF: {"was": "confirmed", "reason": _("The reason, as staff give it.")},
        MessageKind.CHANGED: {"changes": [["organization", "", _("Organization")]]},
        MessageKind.EVENT_CANCELLED: {"reason": _("The reason, as staff give it.")},
        MessageKind.EVENT_POSTPONED: {"reason": _("The reason, as staff give it.")},
        MessageKind.REMINDER: {"session_ways": False},
        MessageKind.LINE_CLOSED: {"closed": {"mode": mode, "online_is_open": False}},
        MessageKind.ALREADY_REGISTERED: {"typed_name": name, "differences": [], "other_person": False},
        MessageKind.INVITATION: {"invitation": {"id": 0, "version": 0}},
        MessageKind.TAKE_OVER: {"move": {"id": 0, "version": 0, "name": other}, "holder": name},
        MessageKind.CONFIRM_ADDRESS: {"move": {"id": 0, "version": 0, "name": ""}, "holder": name},
        MessageKind.ADDRESS_ASKED: {"new_address": "name@example.com"},
        MessageKind.HANDED_OVER: {"taker": other, "was": "confirmed"},
        MessageKind.ORGANIZATION_FULL: {"name": name, "organization": _("Sample organization"), "most": 2},
        MessageKind.BOOKED: {"booking": {"id": 0, "version": 0, "name": name}, "people": []},
        MessageKind.ACCESSIBILITY_RECEIVED: {"lead": NOBODY},
        MessageKind.ANNOUNCEMENT: {
            "announcement": {"subject": _("The subject"), "text": _("The text, as it was written."), "urgent": False}
        },
        MessageKind.EVENT_BRIEF: {
            "brief": {"ways": ways, "join_missing": 0, "requests_open": 0, "waiting_for_approval": 0, "unreached": 0}
        },
        MessageKind.ACCESSIBILITY_ANSWERED: {
            "answer": {"state": "arranged", "by": other, "text": _("The answer, as it was written.")}
        },
    }
    return more.get(kind, {})


def _of_session(kind: MessageKind, event: Event, at: datetime) -> dict[str, Any]:
    """What this kind tells of a session."""
    title, starts = _("Title of the session"), event.starts_at or at
    times = {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=1)).isoformat()}
    session = {"id": 0, "title": title, "room": "", **times, "time_zone": event.time_zone, "state": "confirmed"}
    more: dict[MessageKind, dict[str, Any]] = {
        MessageKind.SESSION_PROMOTED: {"promoted": [title]},
        MessageKind.SESSION_OFFERED: {"promoted": [title], "answer_by": starts.isoformat()},
        MessageKind.SESSION_OFFER_LAPSED: {"lost": [title]},
        MessageKind.SESSION_LINE_CLOSED: {"closed_session": session | {"state": "waitlisted"}},
        MessageKind.SESSION_MOVED: {
            "changes": [["session", session | {"room": _("Room")}, session]],
            "collides": [],
        },
        MessageKind.SESSION_JOIN: {"session": session},
    }
    return more.get(kind, {})

"""A kind of mail as somebody would get it for an event: invented where there is nobody, true in everything else."""

from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from app.models import Event, MessageKind, Mode, RegistrationState
from app.models.mail_wording import IMPERSONAL
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
IN_LINE = frozenset({MessageKind.WAITLISTED, MessageKind.LINE_CLOSED, MessageKind.OFFERED})


def sample_facts(kind: MessageKind, event: Event, at: datetime) -> dict[str, Any]:
    """What a mail of this kind would tell of this event."""
    told = notifying.event_facts(event, at)
    facts = {"event": told | AFTER.get(kind, {}), "before": told, **_more(kind, event), **_of_session(kind, event, at)}
    if kind not in IMPERSONAL:
        facts["registration"] = _somebody(kind, event, at)
    return facts


def _somebody(kind: MessageKind, event: Event, at: datetime) -> dict[str, Any]:
    person = sending.sample(event, _("Name of the person"), "name@example.com")
    person["organization"] = _("Organization")
    person["state"] = STATES.get(kind, RegistrationState.CONFIRMED).value
    if kind is MessageKind.HOW_TO_JOIN:
        person["mode"] = Mode.ONLINE.value
    if kind in IN_LINE:
        person["waits_for"] = person["mode"]
    if kind is MessageKind.OFFERED:
        person["offered_until"] = (at + timedelta(hours=48)).isoformat()
    return person


def _more(kind: MessageKind, event: Event) -> dict[str, Any]:
    """What this kind tells beside the event and the person."""
    name, other = _("Name of the person"), _("Name of another person")
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
        MessageKind.ORGANIZATION_FULL: {"name": name, "organization": _("Organization"), "most": 2},
        MessageKind.BOOKED: {"booking": {"id": 0, "version": 0, "name": name}, "people": []},
        MessageKind.ACCESSIBILITY_RECEIVED: {"lead": {"name": "", "email": "", "phone": "", "date": None}},
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

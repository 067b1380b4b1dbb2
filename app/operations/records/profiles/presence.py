"""Who pressed the button to join the event and each of its sessions: a sign of presence, for education records.

One row for the first press of each person at each. It tells that somebody came in, not how long they stayed.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Row, Select, literal, select, union_all

from app.db import db
from app.formats import dates
from app.formats.xlsx_file import Kind
from app.models import Event, EventSession, Registration, RegistrationState, Role, SessionPresence
from app.operations.records.profiles.profile import Choice, Line, Profile, Reading

TIMES = 4  # The last columns: when it was held, and when they pressed.


def read(event: Event, wanted: Choice) -> Reading:
    meant = Registration.id.in_(wanted.asked.matching(Registration.id).order_by(None))
    columns: tuple[Any, ...] = (
        *(Registration.id, Registration.name_key, Registration.number, Registration.last_name),
        *(Registration.first_name, Registration.email, Registration.organization, Registration.role),
        Registration.state,
    )
    # Whoever pressed any button came to the event.
    whole: Select[Any] = select(*columns, literal(0).label("session_id"), Registration.joined_at.label("pressed_at"))
    each: Select[Any] = select(*columns, SessionPresence.session_id, SessionPresence.joined_at)
    pressed = union_all(
        whole.where(meant, Registration.joined_at.is_not(None)),
        each.join(SessionPresence, SessionPresence.registration_id == Registration.id).where(meant),
    ).subquery()
    order = (pressed.c.name_key, pressed.c.id, pressed.c.pressed_at, pressed.c.session_id)
    rows = db.session.execute(select(pressed).order_by(*order)).all()
    names = _columns(event)
    times = dict.fromkeys(range(len(names) - TIMES, len(names)), Kind.MINUTE)
    return Reading(names, len(rows), (_line(row, event) for row in rows), kinds=times)


def _columns(event: Event) -> list[str]:
    zone = dates.zone_words(event.time_zone, str(get_locale()))
    local = [_("%(column)s (%(zone)s)", column=name, zone=zone) for name in (_("Starts"), _("Ends"), _("Pressed join"))]
    person = [_("Confirmation number"), _("Last name"), _("First name"), _("Email address"), _("Organization")]
    return [
        *person,
        _("Role"),
        _("State"),
        _("Came to"),
        *local,
        _("%(column)s (%(zone)s)", column=_("Pressed join"), zone="UTC"),
    ]


def _line(row: Row[Any], event: Event) -> Line:
    session = next((one for one in event.sessions if one.id == row.session_id), None)
    return list(_cells(row, session or event, ZoneInfo(event.time_zone)))


def _cells(row: Row[Any], held: Event | EventSession, zone: ZoneInfo) -> Iterator[str]:
    yield from (row.number, row.last_name, row.first_name, row.email or "", row.organization)
    yield str(Role(row.role).label) if row.role else ""
    yield str(RegistrationState(row.state).label)
    yield held.title if isinstance(held, EventSession) else _("The event")
    for moment in (held.starts_at, held.ends_at, row.pressed_at):
        yield _minute(moment, zone) if moment else ""
    yield _minute(row.pressed_at, UTC)


def _minute(moment: datetime, zone: tzinfo) -> str:
    return moment.astimezone(zone).isoformat(" ", "minutes")[:16]


PRESENCE = Profile(
    "presence",
    _l("Presence online"),
    _l(
        "For the office itself, to certify education: who of the list pressed the button to join the event and which"
        " sessions, and when first. It does not tell how long anybody stayed."
    ),
    read,
    takes_filter=True,
)

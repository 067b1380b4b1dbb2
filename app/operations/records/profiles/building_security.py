"""The list at the building's door: who comes in person, on which days, and whose guests they are. Nothing else.

No address and no country: the country where somebody works is not their citizenship.
"""

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Row, Select, select

from app.db import db
from app.models import Event, Helper, Mode, Registration, RegistrationState
from app.operations.records.profiles.profile import Choice, Line, Profile, Reading
from app.operations.registration.details import name_key

NAMES = ("last_name", "first_name", "middle_name", "suffix", "organization", "days")


def read(event: Event, choice: Choice) -> Reading:
    """Everybody confirmed in the room, and the helpers, on the days that were chosen."""
    all_days = event.day_keys
    wanted = set(choice.days) or set(all_days)
    found: list[tuple[str, Line]] = []
    for person, host in (*_guests(event), *_helpers(event)):
        days = [day for day in all_days if day in person.days] or all_days
        if not wanted or wanted.intersection(days):
            found.append(_line(person, days, host or event.contact_name))
    found.sort(key=lambda line: line[0])
    return Reading(_headings(), len(found), (line for _, line in found))


def _guests(event: Event) -> Iterator[tuple[Row[Any], str]]:
    """Who holds a seat in the room, whatever filter a list on screen has."""
    guests: Select[Any] = select(*(getattr(Registration, name) for name in NAMES)).where(
        Registration.event_id == event.id,
        Registration.mode == Mode.IN_PERSON,
        Registration.state == RegistrationState.CONFIRMED,
    )
    yield from ((row, "") for row in db.session.execute(guests))


def _helpers(event: Event) -> Iterator[tuple[Row[Any], str]]:
    helpers: Select[Any] = select(*(getattr(Helper, name) for name in NAMES), Helper.host).where(
        Helper.event_id == event.id
    )
    yield from ((row, row.host) for row in db.session.execute(helpers))


def _line(person: Row[Any], days: list[str], host: str) -> tuple[str, Line]:
    """One line and the key it is sorted by. Who has one name has it in the column that is looked at."""
    last, first = person.last_name or person.first_name, person.first_name if person.last_name else ""
    key = name_key(first, person.middle_name, last)
    return key, (last, first, person.middle_name, person.suffix, person.organization, ", ".join(days), host)


def _headings() -> list[str]:
    return [
        _("Last name"),
        _("First name"),
        _("Middle name"),
        _("Suffix"),
        _("Organization"),
        _("Arrival days"),
        _("Host"),
    ]


BUILDING_SECURITY = Profile(
    "building-security",
    _l("Building security"),
    _l("For the people at the door: who comes in person, on which days, and the host. No addresses, no country."),
    read,
    takes_days=True,
)

"""One value of an event file: from its text to what a column holds, and back. The column says which kind it is."""

import re
from datetime import date, datetime
from decimal import Decimal
from enum import Enum as PythonEnum
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import Boolean, Column, Date, DateTime, Enum, Numeric, String, Text
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlalchemy.sql.type_api import TypeEngine

from app.models.joining import LONGEST_MINUTES
from app.models.local_time import zone_names
from app.models.registration_rules import LONGEST_OFFER, MOST_COLLEAGUES
from app.models.reminder import LONGEST_AMOUNT
from app.operations.program.file_times import read_day, read_wall_time, write_wall_time

MOST = 1_000_000
RANGES = {
    "offer_hours": (1, LONGEST_OFFER),
    "organization_cap": (1, 1000),
    "amount": (1, LONGEST_AMOUNT),
    "release_minutes": (0, LONGEST_MINUTES),
    "most_colleagues": (1, MOST_COLLEAGUES),
}  # Where a number has less room than a count of people.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_CREDIT = re.compile(r"[0-9]{1,2}(\.[05])?")


def read_value(column: Column[Any], value: Any, today: date) -> Any:
    """What the column should hold. A ValueError says in plain words what is wrong."""
    kind = column.type
    if isinstance(kind, Enum):
        return _choice(kind, value)
    if isinstance(kind, String):
        return _text(column, value)
    if isinstance(kind, Date):
        return read_day(_expected(value, str, _("a day such as 2027-03-31")), today)
    if isinstance(kind, DateTime):
        return read_wall_time(_expected(value, str, _("a time such as 2027-03-31 13:00")), today)
    return _figure(column.name, kind, value)


def _figure(name: str, kind: TypeEngine[Any], value: Any) -> Any:
    if isinstance(kind, Boolean):
        return _expected(value, bool, _("true or false"))
    return _credit(value) if isinstance(kind, Numeric) else whole_number(value, *RANGES.get(name, (0, MOST)))


def write_value(column: Column[Any], row: Any, zone: ZoneInfo) -> Any:
    """What a file says for this column of the row."""
    value = getattr(row, column.name)
    if isinstance(value, PythonEnum):
        return value.value
    if isinstance(value, datetime):
        return write_wall_time(value, getattr(row, at_name(column.name), None), zone)
    if isinstance(value, date | Decimal):
        return str(value)
    return as_block(value) if isinstance(value, str) else value


def as_block(text: str) -> str:
    """The block that holds several lines ends with a line break of its own."""
    return f"{text}\n" if "\n" in text else text


def at_name(local_name: str) -> str:
    """The column that holds the instant of a wall time: starts_local and starts_at."""
    return local_name.removesuffix("_local") + "_at"


def default_of(column: Column[Any]) -> Any:
    """What a file means that leaves the key out."""
    if isinstance(column.default, ScalarElementColumnDefault):
        return column.default.arg
    return None if column.nullable else ""


def whole_number(value: Any, least: int = 0, most: int = MOST) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ValueError(_("expected a whole number from %(least)s to %(most)s", least=least, most=most))
    return value


def _expected(value: Any, kind: type, what: str) -> Any:
    if not isinstance(value, kind):
        raise ValueError(_("expected %(what)s", what=what))
    return value


def _choice(kind: Enum, value: Any) -> Any:
    members = list(kind.enum_class or ())
    chosen = next((member for member in members if member.value == value), None)
    if chosen is None:
        raise ValueError(_("expected one of: %(choices)s", choices=", ".join(member.value for member in members)))
    return chosen


def _credit(value: Any) -> Decimal:
    if isinstance(value, bool) or not _CREDIT.fullmatch(str(value)):
        raise ValueError(_("expected credits in steps of a half, such as 1.5"))
    return Decimal(value).quantize(Decimal("0.1"))


def _text(column: Column[Any], value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)  # A postal code or a meeting ID that was written without quotes.
    text: str = _expected(value, str, _("text"))
    if _UNSEEN.search(text):
        raise ValueError(_("holds a character that cannot be shown"))
    if isinstance(column.type, Text):
        return text.removesuffix("\n")
    if fault := _fault(column, text):
        raise ValueError(fault)
    return text


def _fault(column: Column[Any], text: str) -> str:
    """What is wrong with a text that must be one line, of a certain length and often of a certain form."""
    length = column.type.length if isinstance(column.type, String) else None
    if "\n" in text:
        return _("must be one line")
    if length and len(text) > length:
        return _("is longer than %(length)s characters", length=length)
    return _form_fault(column.name, text) if text else ""


def _form_fault(name: str, text: str) -> str:
    if name == "slug" and not _SLUG.fullmatch(text):
        return _("expected small letters, digits and hyphens")
    if name == "time_zone" and text not in zone_names():
        return _("expected a zone such as America/New_York")
    if name.endswith("email") and not _EMAIL.fullmatch(text):
        return _("expected an email address")
    if name.endswith(("link", "url")) and not text.startswith(("https://", "http://")):
        return _("expected an address that begins with https://")
    return ""

"""What staff say of a series: plain values between its form and its verb.

Some are columns of the series, the others stand among the defaults of its new events, under the keys of an event file.
"""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Self

from app.models import Series
from app.models.series import SET_BY_OFFICE
from app.operations.program.plain_details import Compared, plain
from app.operations.program.starting import ACCESSIBILITY_DAYS_BEFORE

COLUMNS = ("name", "acronym", "summary", "description")
# Each event has them under the same name. Those of a group belong together: half a contact is nobody's.
GROUPS = (
    ("contact_name", "contact_email", "contact_phone"),
    ("accessibility_contact_name", "accessibility_contact_email", "accessibility_contact_phone"),
    ("privacy_statement",),
    ("omb_number", "omb_expires_on", "omb_burden_minutes"),
)
SHARED = tuple(name for group in GROUPS for name in group)
DEADLINES = ("registration_closes_hours_before", "joining_release_hours_before", "accessibility_days_before")


@dataclass(frozen=True)
class SeriesDetails(Compared):
    name: str = ""
    acronym: str = ""
    summary: str = ""
    description: str = ""
    contact_name: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    accessibility_contact_name: str = ""
    accessibility_contact_email: str = ""
    accessibility_contact_phone: str = ""
    privacy_statement: str = ""
    omb_number: str = ""
    omb_expires_on: date | None = None
    omb_burden_minutes: int | None = None
    registration_closes_hours_before: int | None = None
    joining_release_hours_before: int | None = None
    accessibility_days_before: int | None = ACCESSIBILITY_DAYS_BEFORE

    @classmethod
    def of(cls, series: Series) -> Self:
        found: dict[str, Any] = {name: getattr(series, name) for name in COLUMNS}
        defaults = series.defaults or {}
        found |= {name: defaults[name] for name in SHARED if name in defaults}
        times = defaults.get("times", {})
        found |= {name: times[name] for name in DEADLINES if name in times}
        if isinstance(expires := found.get("omb_expires_on"), str):
            found["omb_expires_on"] = date.fromisoformat(expires)
        return cls(**found)

    def write(self, series: Series, changed: Collection[str]) -> None:
        """Set them, and note which of them the office has made its own: a file changes those no more."""
        for name in COLUMNS:
            setattr(series, name, getattr(self, name))
        defaults = {**(series.defaults or {})}
        times = {**defaults.get("times", {})}
        for values, names in ((defaults, SHARED), (times, DEADLINES)):
            for name in names:
                _put(values, name, plain(getattr(self, name)))
        own = sorted({*series.set_by_office, *changed})
        series.defaults = {**defaults, "times": times, SET_BY_OFFICE: own}

    @property
    def values(self) -> dict[str, Any]:
        return {one.name: getattr(self, one.name) for one in fields(self)}


def _put(values: dict[str, Any], name: str, value: Any) -> None:
    """As in a file: what is not said is not there."""
    if value in (None, ""):
        values.pop(name, None)
    else:
        values[name] = value

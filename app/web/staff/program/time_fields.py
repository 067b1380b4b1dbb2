"""Form fields for days and wall times: what is typed becomes a ``Moment``, or a question about the clocks."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, Form
from wtforms.validators import Optional, StopValidation
from wtforms.widgets import DateTimeLocalInput

from app.models.local_time import WallTimeProblem, problem_with, wall_time_of
from app.operations.program.moments import Moment
from app.operations.program.ordering import EARLIEST_YEAR, LATEST_YEAR

DATES = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%m/%d/%Y %H:%M", "%m/%d/%Y %I:%M %p")
FOLLOWS = _l("Leave it as it is, and it goes along when the start moves to another day.")


class WallTimeField(Field):
    """A date and time where the event is held. Of an hour that happens twice it asks which one is meant."""

    widget = DateTimeLocalInput()

    def __init__(self, label: Any, validators: Sequence[Any] = (), **options: Any) -> None:
        super().__init__(label, validators, **options)
        self.data: Any = None  # A Moment, or None when the field is empty.
        self.which = ""
        self.asks_which = False
        self._instant: datetime | None = None

    @property
    def which_name(self) -> str:
        return f"{self.name}-which"

    def process(self, formdata: Any, *args: Any, **options: Any) -> None:
        super().process(formdata, *args, **options)
        if formdata:
            self.which = formdata.get(self.which_name, "")
        elif self.data and self.data.second is not None:
            self.asks_which, self.which = True, "second" if self.data.second else "first"

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = " ".join((valuelist[0] if valuelist else "").upper().replace(".", "").split())
        self.data = None
        if not text:
            return
        local = self._instant_given(text) or next((found for shape in DATES if (found := _parsed(text, shape))), None)
        if local is None:
            raise ValueError(_("Enter a date and a time, such as 2027-03-02 13:00 or 03/02/2027 1:00 PM."))
        if not EARLIEST_YEAR <= local.year <= LATEST_YEAR:
            raise ValueError(
                _("Enter a year from %(first)s to %(last)s.", first=str(EARLIEST_YEAR), last=str(LATEST_YEAR))
            )
        self.data = Moment(local)

    def _instant_given(self, text: str) -> datetime | None:
        """A time with an offset names an instant; the event's clocks show it as they do."""
        if not re.search(r"T.*(Z|[+-][0-9]{2}:?[0-9]{2})$", text):
            return None
        try:
            self._instant = datetime.fromisoformat(text)
        except ValueError:
            return None
        return self._instant.replace(tzinfo=None)

    def take(self, moment: Moment) -> None:
        """Hold this in place of what was typed."""
        self.data, self.raw_data, self._instant = moment, None, None

    def settle(self, zone: ZoneInfo) -> None:
        """Hold the time against the zone's clocks; a time that does not name one instant becomes a question."""
        if self.data is None or self.errors:
            return
        if self._instant:
            self.data = Moment.of(wall_time_of(self._instant, zone), self._instant, zone)
            return
        match problem_with(self.data.local, zone):
            case WallTimeProblem.SKIPPED:
                self.errors = (_("The clocks go forward over this time: it does not exist. Choose an hour later."),)
            case WallTimeProblem.REPEATED:
                self.asks_which = True
                self.data = Moment(self.data.local, {"first": False, "second": True}.get(self.which))
                if self.data.second is None:
                    self.errors = (_("The clocks go back: this time happens twice. Say which you mean."),)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.local.strftime("%Y-%m-%dT%H:%M") if self.data else ""


def _parsed(text: str, shape: str) -> datetime | None:
    try:
        return datetime.strptime(text, shape)  # noqa: DTZ007  A wall time has no zone of its own.
    except ValueError:
        return None


def let_end_follow(starts: WallTimeField, ends: WallTimeField) -> None:
    """Where the start goes to another day, or past the end, an end that nobody touched stays as far from it."""
    first, last = starts.object_data, ends.object_data
    if not (first and last and starts.data and ends.data) or ends.data.local != last.local:
        return
    now = starts.data.local
    if now.date() != first.local.date() or now >= last.local:
        ends.take(Moment(now + (last.local - first.local)))


class NeededMoment:
    """A wall time that must be given."""

    field_flags = {"required": True}

    def __call__(self, _form: Form, field: Field) -> None:
        if field.data is None:
            raise StopValidation(_("Enter a date and a time.") if not field.errors else None)


class Day(DateField):
    """A date, as browsers send it or as it is written in the United States."""

    def __init__(self, label: Any, validators: Sequence[Any] = (), **options: Any) -> None:
        super().__init__(label, [Optional(), *validators], format=["%Y-%m-%d", "%m/%d/%Y"], **options)

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = (valuelist[0] if valuelist else "").strip()
        self.data = None
        if not text:
            return
        found = next((moment for shape in self.strptime_format if (moment := _parsed(text, shape))), None)
        if found is None or not EARLIEST_YEAR <= found.year <= LATEST_YEAR:
            raise ValueError(_("Enter a date such as 2027-03-02 or 03/02/2027."))
        self.data = found.date()

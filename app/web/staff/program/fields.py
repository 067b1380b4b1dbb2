"""Form fields of the program's pages: each hands over a clean, typed value, or says in words why it cannot."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    DecimalField,
    Field,
    Form,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Optional, StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, DateTimeLocalInput, TextInput

from app.models.local_time import WallTimeProblem, problem_with, wall_time_of
from app.operations.program.moments import Moment
from app.operations.program.ordering import EARLIEST_YEAR, LATEST_YEAR
from app.web.fields import LengthUpTo, many_lines, one_line, single_line, visible_text

LONGEST_TEXT = 10_000
PHONE = re.compile(r"[0-9+().,;:/#*x\- ]*(?:ext\.?)?[0-9 ]*", re.IGNORECASE)
DATES = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%m/%d/%Y %H:%M", "%m/%d/%Y %I:%M %p")


def needed(message: Any = None) -> DataRequired:
    return DataRequired(message or _l("Fill this in."))


def option(value: Any, label: Any) -> SelectChoice:
    """A choice whose words may still be waiting for their language."""
    return SelectChoice(value, label)


class Line(StringField):
    """One line of text."""

    def __init__(self, label: Any, length: int, validators: Sequence[Any] = (), **options: Any) -> None:
        filters = [one_line, *options.pop("filters", [])]
        checks = [visible_text, single_line, *validators, LengthUpTo(length)]
        super().__init__(label, checks, filters=filters, **options)


class Lines(TextAreaField):
    """Several lines of text."""

    def __init__(
        self, label: Any, length: int = LONGEST_TEXT, validators: Sequence[Any] = (), rows: int = 4, **options: Any
    ) -> None:
        options["render_kw"] = {"rows": rows} | options.get("render_kw", {})
        checks = [visible_text, *validators, LengthUpTo(length)]
        super().__init__(label, checks, filters=[many_lines], **options)


def is_phone(_form: Form, field: Field) -> None:
    digits = sum(character.isdigit() for character in field.data or "")
    if field.data and (not PHONE.fullmatch(field.data) or not 3 <= digits <= 18):
        raise ValidationError(_("Enter a phone number such as 202-555-0100 ext. 5."))


def is_web_address(_form: Form, field: Field) -> None:
    """Only addresses that a browser opens as a page: a link is pressed by thousands."""
    if not field.data:
        return
    try:
        parts = urlsplit(field.data)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"https", "http"} or not parts.hostname or re.search(r"[\s<>\"\\]", field.data):
        raise ValidationError(_("Enter a web address that begins with https://."))
    if parts.username or parts.password:
        raise ValidationError(_("Leave name and password out of the web address."))


class WholeNumber(IntegerField):
    """A whole number in plain digits, within a range."""

    widget: Any = TextInput()

    def __init__(self, label: Any, least: int, most: int, **options: Any) -> None:
        options["render_kw"] = {"inputmode": "numeric", "class": "usa-input--small"} | options.get("render_kw", {})
        super().__init__(label, options.pop("validators", []), **options)
        self.least, self.most = least, most

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = (valuelist[0] if valuelist else "").strip().replace(",", "")
        self.data = None
        if not text:
            return
        if not re.fullmatch(r"[0-9]{1,9}", text) or not self.least <= int(text) <= self.most:
            raise ValueError(
                _("Enter a whole number from %(least)s to %(most)s.", least=self.least, most=f"{self.most:,}")
            )
        self.data = int(text)


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


class Choice(SelectField):
    """One of an enum's members."""

    def __init__(self, label: Any, members: Any, **options: Any) -> None:
        choices = [option(member.value, member.label) for member in members]
        options.setdefault("invalid_choice_message", _l("Choose one of these."))
        options.setdefault("invalid_value_message", _l("Choose one of these."))
        super().__init__(label, coerce=_member(members), choices=choices, **options)


def _member(members: Any) -> Any:
    def coerce(value: Any) -> Any:
        return value if isinstance(value, members) else members(value)

    return coerce


class Ticks(SelectMultipleField):
    """Any number of rows, chosen by id from those the page offers."""

    option_widget: Any = CheckboxInput()

    def __init__(self, label: Any, **options: Any) -> None:
        wrong = _l("Choose from these; one of them is gone.")
        super().__init__(
            label, coerce=int, choices=[], invalid_value_message=wrong, invalid_choice_message=wrong, **options
        )

    def offer(self, rows: Iterable[tuple[int, str]]) -> None:
        self.choices = [option(key, label) for key, label in rows]


class Credits(DecimalField):
    """Continuing-education credits: up to two digits and one decimal."""

    def __init__(self, label: Any, **options: Any) -> None:
        render = {"inputmode": "decimal", "class": "usa-input--small"}
        super().__init__(label, [Optional()], places=1, render_kw=render, **options)

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = (valuelist[0] if valuelist else "").strip()
        self.data = None
        if text and not re.fullmatch(r"[0-9]{1,2}([.][0-9])?", text):
            raise ValueError(_("Enter credits such as 1 or 1.5."))
        self.data = Decimal(text) if text else None

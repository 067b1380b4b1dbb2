"""Form fields of the program's pages: each hands over a clean, typed value, or says in words why it cannot."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    DecimalField,
    Field,
    Form,
    IntegerField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Optional, ValidationError
from wtforms.widgets import CheckboxInput, TextInput

from app.web.choices import ChoiceField, SeveralField
from app.web.fields import LengthUpTo, many_lines, one_line, single_line, visible_text

LONGEST_TEXT = 10_000
PHONE = re.compile(r"[0-9+().,;:/#*x\- ]*(?:ext\.?)?[0-9 ]*", re.IGNORECASE)


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
        super().__init__(label, checks, filters=[many_lines, *options.pop("filters", [])], **options)


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


class Choice(ChoiceField):
    """One of an enum's members."""

    def __init__(self, label: Any, enum: Any, **options: Any) -> None:
        super().__init__(label, **members(enum) | options)


def _member(enum: Any) -> Any:
    def coerce(value: Any) -> Any:
        return value if isinstance(value, enum) else enum(value)

    return coerce


def members(enum: Any) -> dict[str, Any]:
    """The options of a field, such as a RadiosField, that holds one of an enum's members."""
    return {"choices": [option(member.value, member.label) for member in enum], "coerce": _member(enum)}


class Ticks(SeveralField):
    """Any number of rows, chosen by id from those the page offers."""

    option_widget: Any = CheckboxInput()

    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(label, coerce=int, choices=[], **options)

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

"""One field for each kind of question. What passes here is stored and told alike by both databases."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, Form, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from app.models import Question, QuestionKind
from app.models.question import NO, YES
from app.web.choices import WRONG, CheckboxesField, ChoiceField, CountryField, RadiosField, countries
from app.web.fields import line_field, text_field

MOST_TEXT, MOST_LONG_TEXT = 200, 2000
EARLIEST_YEAR, LATEST_YEAR = 1900, 2100
MOST_RADIOS = 8  # More choices than this are a list to unfold.
Data = str | list[str] | bool | None


class ConsentField(BooleanField):
    """One box, which says "yes" like every other answer. Nothing else is consent."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist == [YES]

    def _value(self) -> str:
        return YES


def field_of(question: Question) -> Any:
    """An unbound field for a question, without asking yet whether it must be answered."""
    return MAKERS[question.kind](question)


def values_of(question: Question, field: Field) -> tuple[str, ...]:
    """What was answered in its field; nothing when it is empty or wrong."""
    if field.errors or not field.data:
        return ()
    if question.kind is QuestionKind.CONSENT:
        return (YES,)
    return tuple(dict.fromkeys(field.data)) if question.kind is QuestionKind.CHOICES else (str(field.data),)


def data_of(question: Question, value: list[str]) -> Data:
    """An answer that stands, as its field shows it."""
    if question.kind is QuestionKind.CONSENT:
        return bool(value)
    return value if question.kind is QuestionKind.CHOICES else value[0]


def _text(question: Question) -> Any:
    return line_field(question.current.text, most=MOST_TEXT)


def _long_text(question: Question) -> Any:
    return text_field(question.current.text, most=MOST_LONG_TEXT, render_kw={"rows": 4})


def _choice(question: Question) -> Any:
    choices = [SelectChoice(option["key"], option["label"]) for option in question.current.options]
    return _one_of(question, choices)


def _one_of(question: Question, choices: list[SelectChoice]) -> Any:
    given: dict[str, Any] = {"validators": [_is_offered], "validate_choice": False}
    if len(choices) > MOST_RADIOS:
        nothing = SelectChoice("", _l("Choose one"))  # type: ignore[arg-type]
        return ChoiceField(question.current.text, choices=[nothing, *choices], default="", **given)
    if not question.current.is_required:
        choices = [*choices, SelectChoice("", _l("No answer"))]  # type: ignore[arg-type]
    return RadiosField(question.current.text, choices=choices, **given)


def _choices(question: Question) -> Any:
    choices = [SelectChoice(option["key"], option["label"]) for option in question.current.options]
    given: dict[str, Any] = {"validators": [_is_offered], "validate_choice": False}
    return CheckboxesField(question.current.text, choices=choices, **given)


def _yes_no(question: Question) -> Any:
    return _one_of(question, [SelectChoice(YES, _l("Yes")), SelectChoice(NO, _l("No"))])  # type: ignore[arg-type]


def _number(question: Question) -> Any:
    look = {"inputmode": "numeric"}
    return StringField(question.current.text, filters=[_stripped], validators=[_figure], render_kw=look)


def _date(question: Question) -> Any:
    return StringField(question.current.text, filters=[_stripped], validators=[_day], render_kw={"type": "date"})


def _country(question: Question) -> Any:
    return CountryField(
        question.current.text,
        default="",
        choices=lambda: [SelectChoice("", _("Choose a country")), *countries(str(get_locale()))],
    )


def _consent(question: Question) -> Any:
    return ConsentField(question.current.text)


MAKERS: dict[QuestionKind, Callable[[Question], Any]] = {
    QuestionKind.TEXT: _text,
    QuestionKind.LONG_TEXT: _long_text,
    QuestionKind.CHOICE: _choice,
    QuestionKind.CHOICES: _choices,
    QuestionKind.YES_NO: _yes_no,
    QuestionKind.NUMBER: _number,
    QuestionKind.DATE: _date,
    QuestionKind.COUNTRY: _country,
    QuestionKind.CONSENT: _consent,
}


def _stripped(text: str | None) -> str:
    return (text or "").strip()


def _is_offered(_form: Form, field: Any) -> None:
    chosen = field.data if isinstance(field.data, list) else [field.data or ""]
    offered = {choice.value for choice in field.choices} | {""}
    if not offered.issuperset(chosen):
        raise ValidationError(WRONG)


def _figure(_form: Form, field: Field) -> None:
    """Plain digits alone: nothing that a program might read as another figure than the person meant."""
    text = field.data.replace(",", "")
    if not text:
        return
    if not re.fullmatch("[0-9]{1,9}", text):
        raise ValidationError(_("Enter a whole number from 0 to 999,999,999, in digits."))
    field.data = str(int(text))


def _day(_form: Form, field: Field) -> None:
    """As browsers send it, or as it is written in the United States."""
    if not field.data:
        return
    found = next((day for shape in ("%Y-%m-%d", "%m/%d/%Y") if (day := _parsed(field.data, shape))), None)
    if found is None or not EARLIEST_YEAR <= found.year <= LATEST_YEAR:
        raise ValidationError(_("Enter a date from 1900 to 2100, such as 2027-03-02 or 03/02/2027."))
    field.data = found.date().isoformat()


def _parsed(text: str, shape: str) -> datetime | None:
    try:
        return datetime.strptime(text, shape) if text.isascii() else None  # noqa: DTZ007  A day has no zone.
    except ValueError:
        return None

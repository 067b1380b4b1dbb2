"""The form in which staff word a question."""

from collections.abc import Iterable
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField
from wtforms.fields.choices import SelectChoice
from wtforms.form import BaseForm
from wtforms.validators import ValidationError

from app.models import Mode, Question, QuestionKind
from app.models.question import NO, YES
from app.operations.program import asking
from app.operations.program.question_details import Option, Wording
from app.web.choices import CheckboxesField, ChoiceField
from app.web.fields import TickField
from app.web.meanwhile import Difference, of_fields, unlike
from app.web.staff.program.fields import Line, Lines, WholeNumber, needed, option

MOST_OPTIONS = 60
SPARE_ROWS = 4
TEXTS = frozenset({QuestionKind.TEXT, QuestionKind.LONG_TEXT})
HINTS = {
    QuestionKind.TEXT: _l("Up to 200 characters: a name, a number of a license."),
    QuestionKind.LONG_TEXT: _l("Up to 2,000 characters: a question for the speakers."),
    QuestionKind.CHOICE: _l("Exactly one of your options. Each may have a number of seats."),
    QuestionKind.CHOICES: _l("As many of your options as fit. Each may have a number of seats."),
    QuestionKind.YES_NO: _l("Other questions can depend on the answer."),
    QuestionKind.NUMBER: _l("From 0 to 999,999,999."),
    QuestionKind.DATE: _l("A day from 1900 to 2100."),
    QuestionKind.COUNTRY: _l("One country of all."),
    QuestionKind.CONSENT: _l("People tick it to agree. Required: nobody registers without agreeing."),
}


class OptionRow:
    """One line of the form: an option's key, its words and how many may choose it."""

    def __init__(self, form: "QuestionForm", number: int, standing: Option | None) -> None:
        sent = request.form if request.method == "POST" else None
        self.name = f"option-{number}"
        label = Line(_l("Option %(number)s", number=number), 200)
        seats = WholeNumber(_l("Seats"), 0, 100_000)
        self.label = _bound(form, self.name, label, sent, standing.label if standing else "")
        self.seats = _bound(form, f"{self.name}-seats", seats, sent, standing.capacity if standing else None)
        self.of = _bound(form, f"{self.name}-of", HiddenField(), sent, standing.key if standing else "")
        self.known = form.known

    @property
    def key(self) -> str:
        """Of the option that this line showed; somebody else may have taken another one away since."""
        return self.of.data if self.of.data in self.known else ""

    @property
    def option(self) -> Option:
        return Option(self.label.data, self.key, self.seats.data)


def _bound(form: BaseForm, name: str, unbound: Any, sent: Any, standing: Any) -> Field:
    BaseForm.__setitem__(form, name, unbound)
    field: Field = form[name]
    field.process(sent, standing if sent is None else None)
    return field


class QuestionForm(FlaskForm):
    version = HiddenField()
    text = Line(_l("Question"), 300, [needed(_l("Write the question."))])
    help_text = Lines(_l("Help text"), 1000, rows=2, description=_l("Stands below the question, in smaller letters."))
    is_required = TickField(_l("It must be answered"))
    is_covered = TickField(_l("It is covered by a clearance"))
    is_for_speakers = TickField(_l("The answers are questions for the speakers"))
    mode = ChoiceField(
        _l("Ask"),
        choices=[
            option("", _l("Everyone")),
            *(option(mode.value, _l("Only people who attend: %(mode)s", mode=mode.label)) for mode in Mode),
        ],
    )
    shown = CheckboxesField(_l("Ask it only of those who answered"))

    def __init__(self, kind: QuestionKind, earlier: Iterable[Question], standing: Question | None = None) -> None:
        super().__init__(data=_values(standing) if standing else None)
        self.kind = kind
        self.known = {key for version in standing.versions for key in version.labels} if standing else set()
        leads = [one for one in earlier if one.is_asked and one.kind.can_lead]
        self.shown.choices = [one for lead in leads for one in _answers_of(lead)]
        if not leads:
            del self.shown
        self.rows = self._rows(Wording.of(standing).options if standing else ()) if kind.has_options else []
        if kind not in TEXTS:
            del self.is_for_speakers

    def _rows(self, standing: tuple[Option, ...]) -> list[OptionRow]:
        sent = sum(1 for name in request.form if name.endswith("-of"))
        count = min(max(len(standing) + SPARE_ROWS, sent), MOST_OPTIONS)
        padded = [*standing, *[None] * (count - len(standing))]
        return [OptionRow(self, number, one) for number, one in enumerate(padded, start=1)]

    def validate_shown(self, field: CheckboxesField) -> None:
        if len({value.partition("=")[0] for value in field.data or ()}) > 1:
            raise ValidationError(_("Choose answers of one question only."))

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        if self.rows:
            self._check_options()
        return not self.errors

    def _check_options(self) -> None:
        labels = [row.label.data for row in self.rows if row.label.data]
        if len(labels) < 2:
            self.rows[0].label.errors = (_("Give people at least two options."),)
        for row in self.rows:
            if labels.count(row.label.data) > 1:
                row.label.errors = (_("This option stands here twice."),)
            if row.seats.data is not None and not row.label.data:
                row.label.errors = (_("Name the option, or clear its seats."),)

    def compared_with(self, standing: Question) -> list[Difference]:
        """What somebody else saved first beside what was typed; another press means it so."""
        self.version.data = asking.shown(standing)
        values = _values(standing)
        told = of_fields(self, {name: values[name] for name in values if name != "version"})
        options = (_told(Wording.of(standing).options), _told(self.wording.options))
        return unlike([*told, *([Difference(_("Options"), *options)] if self.rows else [])])

    @property
    def wording(self) -> Wording:
        chosen = [value.partition("=") for value in (self.shown.data if "shown" in self else None) or ()]
        return Wording(
            text=self.text.data,
            help_text=self.help_text.data,
            is_required=self.is_required.data,
            is_covered=self.is_covered.data,
            mode=Mode(self.mode.data) if self.mode.data else None,
            shown_when=chosen[0][0] if chosen else "",
            shown_values=tuple(value for _lead, _sign, value in chosen),
            options=tuple(row.option for row in self.rows if row.label.data),
            is_for_speakers="is_for_speakers" in self and self.is_for_speakers.data,
        )

    def say_taken(self, key: str, words: str) -> None:
        """Say beside an option's seats that more people hold it."""
        row = next((row for row in self.rows if row.key == key), None)
        if row:
            row.seats.errors = (words,)


def _values(standing: Question) -> dict[str, Any]:
    wording = Wording.of(standing)
    return {
        **{name: getattr(wording, name) for name in ("text", "help_text", "is_required", "is_covered")},
        "is_for_speakers": wording.is_for_speakers,
        "mode": wording.mode.value if wording.mode else "",
        "shown": [f"{wording.shown_when}={value}" for value in wording.shown_values],
        "version": asking.shown(standing),
    }


def _told(options: Iterable[Option]) -> str:
    """All options with their seats on one line."""
    said = (f"{one.label} ({one.capacity})" if one.capacity is not None else one.label for one in options)
    return ", ".join(said) or _("nothing")


def _answers_of(lead: Question) -> list[SelectChoice]:
    labels: dict[str, Any] = lead.current.labels
    if not lead.kind.has_options:
        labels = {YES: _("Yes")} if lead.kind is QuestionKind.CONSENT else {YES: _("Yes"), NO: _("No")}
    asked = lead.current.text
    words = "%(question)s %(answer)s" if asked.endswith(("?", ":")) else "%(question)s: %(answer)s"
    return [
        SelectChoice(f"{lead.key}={key}", words % {"question": asked, "answer": label}) for key, label in labels.items()
    ]

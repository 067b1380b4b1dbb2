"""The form in which one kind of mail is put in the office's own words: a field for each part that the kind has."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, Form, HiddenField
from wtforms.validators import ValidationError

from app.models import MailWords, MessageKind
from app.models.mail_variants import variants_of
from app.models.mail_wording import LONGEST_PART, LONGEST_SUBJECT
from app.operations.communication import adapting
from app.operations.communication.adapting import Part
from app.web.staff.communication.writing_forms import KnownPlaceholders
from app.web.staff.program.fields import Line, Lines

LABELS = {"subject": _l("Subject"), "introduction": _l("Before it"), "closing": _l("At the end")}


class SaysIt:
    """What nothing else in the mail says stands in the sentence."""

    def __init__(self, part: Part) -> None:
        self.part = part

    def __call__(self, _form: Form, field: Field) -> None:
        given = Part(self.part.name, field.data or "", self.part.known, self.part.needs)
        if given.fault:
            raise ValidationError(given.fault)


def form_for(kind: MessageKind) -> type[FlaskForm]:
    """A form class with the parts of this kind."""
    labels = LABELS | {adapting.field_of(variant): variant.label for variant in variants_of(kind)}
    fields = {part.name: _field(part, labels[part.name]) for part in adapting.said(kind, MailWords())}
    return type("WordingForm", (FlaskForm,), {**fields, "shown": HiddenField()})


def _field(part: Part, label: Any) -> Field:
    checks = [KnownPlaceholders(part.known), SaysIt(part)]
    if part.name == "subject":
        return Line(label, LONGEST_SUBJECT, checks)
    return Lines(label, LONGEST_PART, checks, rows=4)


def values_of(kind: MessageKind, words: MailWords) -> dict[str, str]:
    """What the fields show."""
    return {part.name: part.text for part in adapting.said(kind, words)}


def words_in(form: FlaskForm, kind: MessageKind) -> MailWords:
    """What was typed."""
    sentences = {one.name: form[adapting.field_of(one)].data or "" for one in variants_of(kind) if one.name}
    plain = {name: form[name].data or "" for name in ("subject", "introduction", "sentence", "closing") if name in form}
    return MailWords(**plain, sentences={name: text for name, text in sentences.items() if text})

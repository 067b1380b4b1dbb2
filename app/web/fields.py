"""Typed form fields: what passes here is stored alike by both databases and is safe on every line it may reach."""

import re
import unicodedata
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, Form, StringField, TextAreaField
from wtforms import EmailField as PlainEmailField
from wtforms.validators import DataRequired, StopValidation, ValidationError

from app.formats import cleaning

MOST_MARKS = 8  # Combining marks on one letter; more are no script's, but a prank.
_COMBINING = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_MARKS = re.compile(f"[{_COMBINING}]{{{MOST_MARKS + 1},}}")
_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u2060\u202a-\u202e\u2066-\u2069\ufeff]")
_BREAK = re.compile("[\n\r\u2028\u2029\x85]")
LONGEST_SHOWN = 80


def line_field(label: Any, *, most: int, required: Any = None, **given: Any) -> StringField:
    """One line of text, composed (NFC) and trimmed. ``required`` is the sentence said when it is empty."""
    checks = [*_needed(required), visible_text, single_line, LengthUpTo(most)]
    return StringField(label, filters=[one_line], validators=checks, **given)


def text_field(label: Any, *, most: int, required: Any = None, **given: Any) -> TextAreaField:
    """Several lines of text."""
    checks = [*_needed(required), visible_text, LengthUpTo(most)]
    return TextAreaField(label, filters=[many_lines], validators=checks, **given)


def email_field(label: Any, *, required: Any = None, **given: Any) -> PlainEmailField:
    """One address. Its data is the form in which we keep it: the domain in lower-case ASCII."""
    return PlainEmailField(
        label, filters=[_bare_address], validators=[*_needed(required), visible_text, address], **given
    )


class TickField(BooleanField):
    """A tick-box. Its own value is a tick, and nothing else is: "no" must not become consent."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist == ["y"]

    def _value(self) -> str:
        return "y"


def _needed(sentence: Any) -> list[Any]:
    return [DataRequired(sentence)] if sentence else []  # Nothing but spaces is nothing.


class LengthUpTo:
    """At most so many characters, told to the browser as well."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.field_flags = {"maxlength": most}

    def __call__(self, _form: Form, field: Field) -> None:
        if len(field.data or "") > self.most:
            raise ValidationError(
                _l("Shorten this to %(most)s characters. It has %(length)s.", most=self.most, length=len(field.data))
            )


def visible_text(_form: Form, field: Field) -> None:
    """Refuse what cannot be seen or would turn the text around it: say so instead of silently changing a name."""
    raw = (field.raw_data or [""])[0]
    if _HIDDEN.search(raw):
        raise StopValidation(_l("Type this again. It holds a hidden character that we cannot keep."))
    if _MARKS.search(unicodedata.normalize("NFD", raw)):
        raise StopValidation(_l("Type this again with fewer marks on one letter."))


def single_line(_form: Form, field: Field) -> None:
    raw = (field.raw_data or [""])[0]
    if _BREAK.search(raw.strip()):
        raise StopValidation(_l("Write this on one line."))


def address(_form: Form, field: Field) -> None:
    """An address our mail can reach: ASCII before the @, a public domain after it."""
    if not field.data:
        return
    try:
        field.data = reachable(field.data)
    except EmailNotValidError as error:
        raise StopValidation(_sentence_for(field.data)) from error


def reachable(text: str) -> str:
    """An address as we keep it. Raises EmailNotValidError when our mail cannot reach it."""
    found = validate_email(text, check_deliverability=False, allow_smtputf8=False, strict=True)
    return found.ascii_email or found.normalized


def pasted_addresses(text: str) -> tuple[list[str], list[str]]:
    """The addresses in a pasted list, each once, and what in it is none. Names as in "Ana <ana@x.example>" go."""
    found: dict[str, str] = {}
    wrong: list[str] = []
    for part in filter(None, (part.strip() for part in re.split(r"[\n,;]+", text))):
        bracketed = re.search(r"<([^<>]*)>\s*$", part)
        for one in [bracketed[1]] if bracketed else part.split():
            try:
                kept = reachable(_bare_address(one))
            except EmailNotValidError:
                wrong.append(one[:LONGEST_SHOWN])
            else:
                found.setdefault(kept.casefold(), kept)
    return list(found.values()), wrong


def _sentence_for(text: str) -> Any:
    if re.search(r"@.*[,; ]+.*@", text):
        return _l("Enter one address only.")
    if not text.rpartition("@")[0].isascii():
        return _l("Enter an address with plain letters before the @. Our mail system cannot reach this one.")
    return _l("Enter an address like name@example.com.")


def one_line(text: str | None) -> str:
    """What a person typed into a one-line field, as it is kept: composed letters, no controls, single spaces.

    Nothing but spaces, of whatever width, is nothing.
    """
    kept = cleaning.one_line(unicodedata.normalize("NFC", text or ""))
    return kept if kept.strip() else ""


def sent_number(text: object) -> int:
    """A number as a page of ours sends it: of a row, or of a version. 0 for whatever else comes."""
    given = str(text or "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0


def many_lines(text: str | None) -> str:
    """What a person typed into a large field, as it is kept."""
    return cleaning.many_lines(unicodedata.normalize("NFC", text or ""))


def _bare_address(text: str | None) -> str:
    """What people paste around an address goes: spaces, mailto:, angle brackets."""
    bare = unicodedata.normalize("NFC", text or "").strip().strip("\u00a0")
    if bare[:7].lower() == "mailto:":
        bare = bare[7:]
    return bare[1:-1] if bare.startswith("<") and bare.endswith(">") else bare

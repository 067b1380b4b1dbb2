"""What somebody needs to take part, as forms ask it: of themselves, or of whoever writes it down for them."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.models import Need
from app.operations.registration.details import Needs
from app.web.choices import CheckboxesField, choice
from app.web.fields import text_field


def needs_field(*, theirs: bool = False) -> CheckboxesField:
    label = _l("What they need to take part") if theirs else _l("What you need to take part")
    return CheckboxesField(label, choices=[choice(need) for need in Need])


def needs_text_field(*, theirs: bool = False) -> Any:
    label = _l("Anything else they need") if theirs else _l("Anything else you need")
    return text_field(label, most=2000, render_kw={"rows": 3})


def needs_of(form: Any) -> Needs:
    """What was ticked and written in a form, or a part of one, that asks both."""
    return Needs(tuple(map(Need, form["needs"].data or ())), form["needs_text"].data or "")

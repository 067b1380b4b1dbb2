"""Fields that keep out who should not register: the event's code, and one that programs alone fill in."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, Form, StringField, ValidationError

from app.web.fields import line_field


def trap_field() -> StringField:
    """A field that people do not see and programs fill in."""
    kw = {"autocomplete": "off", "tabindex": "-1"}
    return StringField(_l("Leave this field empty"), validators=[_stays_empty], render_kw=kw)


def _stays_empty(_form: Form, field: Field) -> None:
    if field.data:
        raise ValidationError(_("A program seems to have filled this form. Empty this field and send it again."))


def code_field() -> Any:
    """The code that an event asks of those who may register."""
    return line_field(
        _l("Code"),
        most=60,
        required=_l("Enter the code from your invitation."),
        description=_l("This event is open to people who were given a code."),
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )

"""The question of a guarded site, wherever it is asked: on the public forms, on one's own page, and by staff."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, Form, ValidationError
from wtforms.fields.choices import SelectChoice

from app.models import UsPerson
from app.web.choices import WRONG, RadiosField, choice

LABEL = _l("Are you a U.S. person?")
HINT = _l(
    "A U.S. citizen or national, or somebody with a green card. The guarded site asks everybody who comes in person."
    " Only those who prepare the visit see the answer; it is kept apart from your registration."
)


def us_person_field(label: Any = LABEL, contact: Any = None, **given: Any) -> Any:
    """Whether it must be answered depends on the way of attending, so the form says that (``demand``).

    ``contact`` are the words of the third answer where it is asked about somebody else.
    """
    asks_back = SelectChoice(UsPerson.CONTACT_ME.value, contact) if contact else choice(UsPerson.CONTACT_ME)
    choices = [choice(UsPerson.YES), choice(UsPerson.NO), asks_back]
    return RadiosField(label, choices=choices, validate_choice=False, **given)


def demand(field: Field, *, needed: bool) -> None:
    """Raise ValidationError when it must be answered and is not, or was answered with something else."""
    if field.data and answer_in(field) is None:
        raise ValidationError(WRONG)
    if needed and not field.data:
        raise ValidationError(_("The site must know this of everybody who comes. To be contacted is an answer too."))


def answer_in(field: Field) -> UsPerson | None:
    return next((one for one in UsPerson if one.value == field.data), None)


def answer_of(form: Form) -> UsPerson | None:
    """What was answered on a form that may not ask."""
    return answer_in(form["us_person"]) if "us_person" in form else None

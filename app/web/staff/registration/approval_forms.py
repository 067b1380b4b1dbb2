"""The forms of a decision: what the person reads, or why a rule is set aside."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField, ValidationError
from wtforms.validators import InputRequired

from app.models import Mode, Registration
from app.operations.registration.by_hand import offered_modes
from app.web.choices import RadiosField, choice
from app.web.fields import line_field, text_field

LONGEST = 1000


class SayYesForm(FlaskForm):
    """Nothing to add: the mail says what the person has."""


class DeclineForm(FlaskForm):
    words = text_field(
        _l("Why"),
        most=LONGEST,
        description=_l("Each of them reads it in the mail and on their page."),
        render_kw={"rows": 3},
    )


class AskForm(FlaskForm):
    words = text_field(
        _l("Your question"),
        most=LONGEST,
        required=_l("Write what you want to know."),
        description=_l("Each of them gets it by mail and answers on their own page. You see the answer in the list."),
        render_kw={"rows": 4},
    )

    def validate_words(self, field: TextAreaField) -> None:
        if not field.data:
            raise ValidationError(_("Write what you want to know."))


class ApproveForm(FlaskForm):
    """Why a rule is set aside; and how they attend, if nobody can any more in the way that they chose."""

    mode = RadiosField(_l("How they will attend"), validators=[InputRequired(_l("Choose how they will attend."))])
    reason = line_field(_l("Why one more of this organization"), most=300)

    def __init__(self, person: Registration) -> None:
        super().__init__()
        offered = offered_modes(person.event)
        if person.mode in offered or not offered:
            del self.mode
        else:
            self.mode.choices = [choice(mode) for mode in offered]

    @property
    def instead(self) -> Mode | None:
        return Mode(self.mode.data) if "mode" in self else None


ACTS: dict[str, type[FlaskForm]] = {"approve": SayYesForm, "decline": DeclineForm, "ask": AskForm}

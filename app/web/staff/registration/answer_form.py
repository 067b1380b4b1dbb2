"""The form in which staff answer what somebody needs to take part."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField, ValidationError
from wtforms.validators import InputRequired

from app.models import RequestState
from app.operations.registration.answering import ANSWERS, Answer
from app.web.choices import RadiosField, choice
from app.web.fields import TickField, text_field

LONGEST = 2000


class AnswerForm(FlaskForm):
    state = RadiosField(
        _l("The answer"),
        validators=[InputRequired(_l("Say whether it is arranged."))],
        choices=[choice(state) for state in ANSWERS],
    )
    text = text_field(
        _l("What you tell them"),
        most=LONGEST,
        description=_l(
            "What is arranged, where to find it, whom to ask at the door. Name no more of the need than that."
        ),
        render_kw={"rows": 6},
    )
    by_phone = TickField(_l("I told them by phone: send no mail"))
    version = HiddenField()

    def __init__(self, *, can_be_mailed: bool, version: str) -> None:
        super().__init__(data={"version": version})
        self.can_be_mailed = can_be_mailed
        if not can_be_mailed:
            del self.by_phone

    @property
    def is_by_phone(self) -> bool:
        """Whoever cannot be mailed is told by phone."""
        return bool(not self.can_be_mailed or self.by_phone.data)

    @property
    def answer(self) -> Answer:
        return Answer(RequestState(self.state.data), self.text.data or "", by_phone=self.is_by_phone)

    def validate_text(self, field: TextAreaField) -> None:
        if not field.data and not self.is_by_phone:
            raise ValidationError(_("Write what the person will read, or say that you told them by phone."))

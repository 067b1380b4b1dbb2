"""The forms of a registration that goes to another address: to a colleague's, or to its person's own new one."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField, ValidationError

from app.models import Mode, Registration
from app.operations.registration import vetting
from app.operations.registration.details import RegistrationDetails
from app.web.choices import RadiosField
from app.web.fields import email_field, line_field
from app.web.needs_fields import needs_field, needs_of, needs_text_field
from app.web.public.address_forms import AddressedForm
from app.web.public.desks import Desk
from app.web.public.entry_fields import code_field
from app.web.public.person_form import PersonForm
from app.web.vetting_fields import HINT, answer_of, demand, us_person_field


class ColleagueForm(AddressedForm):
    """Who is asked to take a seat over: a name to call them by, and where the question goes."""

    first_name = line_field(_l("Your colleague’s first name"), most=100)
    last_name = line_field(_l("Your colleague’s last name"), most=100)
    email = email_field(
        _l("Your colleague’s email address"),
        required=_l("Enter your colleague’s email address."),
        render_kw={"inputmode": "email", "spellcheck": "false"},
    )

    def validate_first_name(self, field: StringField) -> None:
        if not field.data and not self.last_name.data:
            raise ValidationError(_("Enter your colleague’s name. With one name, leave the other field empty."))


class TakeOverForm(PersonForm):
    """The colleague's own details, as this event asks them of everybody who attends this way."""

    needs, needs_text = needs_field(), needs_text_field()
    us_person = us_person_field(description=HINT)
    access_code = code_field()

    def __init__(self, formdata: Any = None, *, desk: Desk, purpose: str, seat: Registration, **given: Any) -> None:
        self.seat = seat
        super().__init__(formdata, desk=desk, purpose=purpose, **given)
        self.questions.free({answer.question_id: tuple(answer.value) for answer in seat.answers})
        self._keep_if("us_person", desk.asks_us_person and vetting.may_come(seat))
        self._keep_if("access_code", desk.asks_code)

    def validate_us_person(self, field: RadiosField) -> None:
        demand(field, needed=True)

    @property
    def modes(self) -> list[Mode]:
        return self.seat.ways

    def to_details(self) -> RegistrationDetails:
        asked = {"us_person": answer_of(self), "access_code": self.value("access_code")}
        return self.details(email="", mode=self.seat.mode, needs=needs_of(self), **asked)

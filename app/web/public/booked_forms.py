"""The form with which a booker changes what they told of somebody: as the event asks it of everybody, but for what
each decides for themselves.
"""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from wtforms import Field, HiddenField, ValidationError

from app.models import BookedPlace, Mode, Question
from app.operations.registration import changing_places, picturing
from app.operations.registration.details import RegistrationDetails
from app.web.public.colleague_groups import OTHER_WORDS, told_by_others
from app.web.public.desks import Desk
from app.web.public.person_form import OPTIONAL_FIELDS, PersonForm
from app.web.questions import Standing


class BookedForm(PersonForm):
    """Name, work and answers of one person. The organization is that of all."""

    shown = HiddenField()

    def __init__(self, formdata: Any, *, desk: Desk, purpose: str, place: BookedPlace) -> None:
        self.place = place
        self.stands = picturing.known(place)
        super().__init__(formdata, desk=desk, purpose=purpose, obj=self.stands)
        del self.organization
        if place.sealed_form is None:
            for name in (*OPTIONAL_FIELDS, "days"):
                self._keep_if(name, wanted=False)
        self._keep_if("days", wanted=place.mode is Mode.IN_PERSON)
        for name, words in OTHER_WORDS.items():
            if name in self:
                self[name].label.text = words
        self.shown.data = self.shown.data or changing_places.shown(place)
        if "role" in self and formdata is None:
            self.role.data = self.stands.role.value if self.stands.role else ""

    @property
    def modes(self) -> list[Mode]:
        keeps_turn = (self.place.outcome or {}).get("keeps_turn")
        return list(Mode) if keeps_turn else [self.place.mode]

    @property
    def asked_questions(self) -> list[Question]:
        return told_by_others(self.desk.questions) if self.place.sealed_form else []

    @property
    def standing_answers(self) -> Sequence[Standing]:
        return self.stands.answers or ()

    def validate_first_name(self, field: Field) -> None:
        if not field.data and not self.last_name.data:
            raise ValidationError(_("Enter the name. With one name, leave the other field empty."))

    def to_details(self) -> RegistrationDetails:
        return self.details(email=self.stands.email, mode=self.place.mode)

"""What we ask about a person: the form that registering, changing, booking and handing over share."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import format_date, get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from app.models import Mode, Question, Role
from app.operations.registration.details import PERSON_TEXTS, RegistrationDetails
from app.web import language
from app.web.choices import CheckboxesField, ChoiceField, CountryField, choice, countries
from app.web.fields import line_field
from app.web.public.desks import Desk
from app.web.public.form_key import KeyedForm, issue, wording_in
from app.web.questions import Asked, Questions, Standing

OPTIONAL_FIELDS = ("middle_name", "suffix", "job_title", "country", "role")
TAKING_PART = ("mode", "days")
# How the page begins; what is not named here follows in its own order.
ON_THE_PAGE = (
    *("access_code", "first_name", "middle_name", "last_name", "suffix", "email", "organization", "job_title"),
    *("country", "role"),
)


class PersonForm(KeyedForm):
    """What we ask about a person: for registering, and for changing it later."""

    first_name = line_field(_l("First name"), most=100, render_kw={"autocomplete": "given-name"})
    middle_name = line_field(_l("Middle name"), most=100, render_kw={"autocomplete": "additional-name"})
    last_name = line_field(_l("Last name"), most=100, render_kw={"autocomplete": "family-name"})
    suffix = line_field(_l("Suffix, such as Jr. or III"), most=20, render_kw={"autocomplete": "honorific-suffix"})
    organization = line_field(
        _l("Organization"),
        most=200,
        required=_l("Enter your organization. If you have none, write “none”."),
        render_kw={"autocomplete": "organization"},
    )
    job_title = line_field(_l("Job title"), most=200, render_kw={"autocomplete": "organization-title"})
    country = CountryField(_l("Country where you work"), default="", render_kw={"autocomplete": "country"})
    role = ChoiceField(
        _l("What you do in trade"),
        default="",
        choices=[SelectChoice("", _l("Choose what fits best")), *map(choice, Role)],  # type: ignore[arg-type]
    )
    days = CheckboxesField(_l("Days you will come"), description=_l("No day ticked means every day."))

    def __init__(self, formdata: Any = None, *, desk: Desk, purpose: str, **given: Any) -> None:
        super().__init__(formdata, purpose=purpose, **given)
        self.desk = desk
        self._fit(desk)
        self.questions = Questions.put_into(
            self, self.asked_questions, self.modes, sent=formdata, standing=self.standing_answers
        )
        self.questions.look(self.chosen_ways)

    def __iter__(self) -> Iterator[Field]:
        """The fields as they stand on the page: in this order the summary of a refusal names what is amiss."""
        order = TAKING_PART + ON_THE_PAGE if self.desk.offers_turn else ON_THE_PAGE + TAKING_PART
        places = {name: place for place, name in enumerate(order)}
        return iter(sorted(self._fields.values(), key=lambda field: places.get(field.short_name, len(places))))

    @property
    def modes(self) -> list[Mode]:
        """The ways of attending that its questions may be about."""
        return self.desk.open_modes

    @property
    def chosen_ways(self) -> list[Mode]:
        """Those of them whose questions are asked."""
        return self.modes

    @property
    def asked_questions(self) -> list[Question]:
        return self.desk.questions

    @property
    def standing_answers(self) -> Sequence[Standing]:
        return []

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        if self.key_failed:
            self.renew_key()
        self.questions.settle(self.chosen_ways, wording_in(self.form_key.data or ""))
        return not self.errors

    @property
    def unseen(self) -> list[Asked]:
        """Questions that the person has still to see before the form is whole."""
        return self.questions.unseen(wording_in(self.form_key.data or ""))

    def renew_key(self) -> None:
        """The form goes back as it now is, and is a new one."""
        self.form_key.data = issue(self.purpose, offered=self.desk.offered, wording=self.desk.wording)

    def _fit(self, desk: Desk) -> None:
        """Ask what this event asks, and no more: what is not asked is not read either.

        Words are given lazily: a form that was filled rightly never needs them.
        """
        for name in OPTIONAL_FIELDS:
            self._keep_if(name, desk.asks(name))
            if name in self and desk.event.requires(name):
                needed = _l("Fill in “%(label)s”. This event needs it.", label=self[name].label.text)
                self[name].validators = [DataRequired(needed), *self[name].validators]
                self[name].flags.required = True
        self._keep_if("days", desk.asks_days)
        if "country" in self:
            self.country.choices = lambda: [SelectChoice("", _("Choose a country")), *countries(str(get_locale()))]
        if "days" in self:
            self.days.choices = lambda: [SelectChoice(day.isoformat(), format_date(day, "full")) for day in desk.days]

    def _keep_if(self, name: str, wanted: bool) -> None:
        if not wanted and name in self:
            del self[name]

    def validate_first_name(self, field: StringField) -> None:
        if not field.data and not self.last_name.data:
            raise ValidationError(_("Enter your name. If you have one name, leave the other field empty."))

    def value(self, name: str) -> Any:
        """What was typed in a field, or nothing when this event does not ask it."""
        return self[name].data if name in self else ""

    def details(self, *, email: str, mode: Mode, **more: Any) -> RegistrationDetails:
        texts: dict[str, Any] = {name: self.value(name) or "" for name in PERSON_TEXTS}
        role = self.value("role")
        return RegistrationDetails(
            email=email,
            mode=mode,
            role=Role(role) if role else None,
            days=self._days(mode),
            answers=self.questions.given(self.standing_answers),
            language=language.current(),
            **texts,
            **more,
        )

    def _days(self, mode: Mode) -> tuple[str, ...]:
        """Only people in the room come on days; at an event of one day there is nothing to ask."""
        if mode is not Mode.IN_PERSON:
            return ()
        every_day = tuple(self.desk.event.day_keys)
        return tuple(self.days.data or every_day) if "days" in self else every_day

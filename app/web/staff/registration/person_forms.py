"""The forms in which staff write down what a person told them."""

from typing import Any

from flask import request
from flask_babel import format_date, get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app import clock
from app.models import Event, Mode, Registration, Role
from app.models.event import COVERED_FIELDS
from app.operations.registration import changing, vetting
from app.operations.registration.by_hand import Asked, Channel
from app.operations.registration.details import PERSON_TEXTS, RegistrationDetails
from app.web.choices import CheckboxesField, ChoiceField, CountryField, RadiosField, choice, countries
from app.web.doubted_address import DoubtsAddress
from app.web.fields import TickField, email_field, line_field
from app.web.needs_fields import needs_field, needs_of, needs_text_field
from app.web.questions import Questions
from app.web.session_fields import PicksSessions
from app.web.staff.program.fields import WholeNumber
from app.web.vetting_fields import answer_of, demand, us_person_field

ASKED_AT_SOME_EVENTS = ("middle_name", "suffix", "job_title", "country", "role")


class PersonForm(FlaskForm):
    """Who somebody is, as far as the event asks it or it is known already."""

    first_name = line_field(_l("First name"), most=100)
    middle_name = line_field(_l("Middle name"), most=100)
    last_name = line_field(_l("Last name"), most=100)
    suffix = line_field(_l("Suffix, such as Jr. or III"), most=20)
    organization = line_field(_l("Organization"), most=200, required=_l("Enter the organization, or “none”."))
    job_title = line_field(_l("Job title"), most=200)
    country = CountryField(_l("Country where they work"))
    role = ChoiceField(_l("What they do in trade"))
    days = CheckboxesField(_l("Days they will come"), description=_l("No day ticked means every day."))

    def __init__(self, event: Event, standing: Registration | None = None, **given: Any) -> None:
        super().__init__(data=_values(standing) if standing else None, **given)
        for name in ASKED_AT_SOME_EVENTS:
            if not _asks(event, name) and not getattr(standing, name, None):
                del self[name]
        if not asks_days(event) and not getattr(standing, "days", None):
            del self.days
        self._offer(event)
        self.standing_answers = standing.answers if standing else []
        self.questions = Questions.put_into(
            self,
            event.asked_questions(clock.now()),
            standing.ways if standing else event.modes,
            sent=request.form if request.method == "POST" else None,
            standing=self.standing_answers,
        )
        self.standing_ways = standing.ways if standing else []

    @property
    def chosen_ways(self) -> list[Mode]:
        """The ways of attending whose questions count."""
        return self.standing_ways

    @property
    def asks_more(self) -> bool:
        return bool(self.questions.asked) or any(name in self for name in ("job_title", "country", "role", "days"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Staff write down what they were told: nothing that the event asks is demanded of them."""
        super().validate(extra_validators)
        self.questions.settle(self.chosen_ways, demand=False)
        return not self.errors

    def _offer(self, event: Event) -> None:
        nothing = SelectChoice("", _("Not told"))
        if "country" in self:
            self.country.choices = [nothing, *countries(str(get_locale()))]
        if "role" in self:
            self.role.choices = [nothing, *map(choice, Role)]
        if "days" in self:
            self.days.choices = [SelectChoice(day.isoformat(), format_date(day, "full")) for day in event.days]

    def validate_first_name(self, field: StringField) -> None:
        if not field.data and not self.last_name.data:
            raise ValidationError(_("Enter the name. Of somebody with one name, leave the other field empty."))

    def details(self, event: Event, mode: Mode, **more: Any) -> RegistrationDetails:
        texts: dict[str, Any] = {name: self[name].data or "" for name in PERSON_TEXTS if name in self}
        role = self.role.data if "role" in self else None
        days = tuple(self.days.data or ()) if "days" in self else ()
        every_day = tuple(event.day_keys)
        return RegistrationDetails(
            mode=mode,
            role=Role(role) if role else None,
            days=(days or every_day) if mode is Mode.IN_PERSON else (),
            answers=self.questions.given(self.standing_answers),
            **{"email": "", **texts, **more},
        )


class DetailsForm(PersonForm):
    """The same of somebody who is registered: the second of two who change it sees what the first one changed."""

    shown = HiddenField()

    def __init__(self, person: Registration) -> None:
        super().__init__(person.event, person)
        self.shown.data = self.shown.data or changing.shown(person)


class ByHandForm(DoubtsAddress, PicksSessions, PersonForm):
    """Somebody who is registered by staff."""

    channel = RadiosField(
        _l("How they asked"),
        validators=[InputRequired(_l("Choose how they asked."))],
        choices=[choice(one) for one in Channel],
    )
    email = email_field(_l("Email address"), description=_l("Leave it empty if they have none. Then call them."))
    mode = RadiosField(_l("How they will attend"), validators=[InputRequired(_l("Choose how they will attend."))])
    needs, needs_text = needs_field(theirs=True), needs_text_field(theirs=True)
    us_person = us_person_field(
        _l("Are they a U.S. person?"), description=_l("For people who come in person, if they told you.")
    )
    adds_seat = TickField(_l("Give them a seat even if all are taken"))
    reason = line_field(_l("Why they are registered although a rule says no"), most=300)

    def __init__(self, event: Event, modes: list[Mode], *, at_door: bool = False, **given: Any) -> None:
        super().__init__(event, **given)
        self.doubt_address(sent=self.is_submitted())
        if at_door:
            del self.channel, self.adds_seat
        self.mode.choices = [choice(mode) for mode in modes]
        if len(modes) == 1:
            self.mode.data = self.mode.data or modes[0].value
        if not vetting.asks(event):
            del self.us_person
        self.offer_sessions(event, modes, clock.now())

    def validate_us_person(self, field: RadiosField) -> None:
        demand(field, needed=False)

    @property
    def chosen_ways(self) -> list[Mode]:
        return [mode for mode in Mode if mode.value == self.mode.data]

    def details_of(self, event: Event) -> RegistrationDetails:
        wishes = {"email": self.address, "needs": needs_of(self), "us_person": answer_of(self)}
        return self.details(event, Mode(self.mode.data), **wishes, **self.session_details())

    @property
    def asked(self) -> Asked:
        if "channel" not in self:
            return Asked(Channel.DOOR, self.reason.data or "")
        return Asked(Channel(self.channel.data), self.reason.data or "", adds_seat=self.adds_seat.data)


class AddressForm(DoubtsAddress, FlaskForm):
    email = email_field(_l("Email address"), required=_l("Enter the right address."))

    def __init__(self, standing: str | None) -> None:
        super().__init__(email=standing)
        self.doubt_address(sent=self.is_submitted())


class CancelForm(FlaskForm):
    reason = line_field(_l("Reason"), most=300, description=_l("The person reads it in the mail."))
    tell_nobody = TickField(_l("Do not write to the person"))


class ReasonForm(FlaskForm):
    """For what changes the order in which others wait."""

    reason = line_field(_l("Reason"), most=300, required=_l("Say why. It stands in the log."))


class MoveForm(ReasonForm):
    ahead = WholeNumber(
        _l("How many people should be before them"),
        0,
        100_000,
        validators=[InputRequired(_l("Enter a whole number; 0 puts them first."))],
    )


def _values(standing: Registration) -> dict[str, Any]:
    """What stands, as a form's fields hold it."""
    values = {field: getattr(standing, field) for field in (*PERSON_TEXTS, "days")}
    return values | {"role": standing.role.value if standing.role else ""}


def _asks(event: Event, name: str) -> bool:
    """A covered question may be asked by phone, too, only while its clearance is in force."""
    return event.asks(name) and (name not in COVERED_FIELDS or event.has_clearance(clock.now()))


def asks_days(event: Event) -> bool:
    """Whether the days of arrival matter: at a door where ID is checked, over several days."""
    return bool(event.pool(Mode.IN_PERSON) and event.venue and event.venue.id_checked and len(event.days) > 1)

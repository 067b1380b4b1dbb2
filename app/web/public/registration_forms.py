"""The forms of the trade member's own pages: wording and shape; what they hold becomes plain RegistrationDetails."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import format_date, get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired

from app.models import Invitation, Mode, Need, Question, Registration, Role
from app.operations.registration import changing
from app.operations.registration.details import PERSON_TEXTS, Needs, RegistrationDetails
from app.web import language
from app.web.admission_words import domains_hint, most_hint
from app.web.choices import CheckboxesField, ChoiceField, CountryField, RadiosField, choice, countries
from app.web.doubted_address import DoubtsAddress
from app.web.fields import TickField, email_field, line_field, text_field
from app.web.public.colleagues import Colleagues, for_sender
from app.web.public.desks import Desk
from app.web.public.entry_fields import code_field, trap_field
from app.web.public.form_key import KeyedForm, issue, wording_in
from app.web.questions import Asked, Questions, Standing
from app.web.session_fields import PicksSessions
from app.web.vetting_fields import HINT, answer_of, demand, us_person_field

KEEPS_TURN = "online-keeping-turn"  # A choice beside the ways of attending: one seat now, a turn for another.
OPTIONAL_FIELDS = ("middle_name", "suffix", "job_title", "country", "role")
# How the page begins; what is not named here follows in its own order.
ON_THE_PAGE = (
    *("access_code", "first_name", "middle_name", "last_name", "suffix", "email", "organization", "job_title"),
    *("country", "role", "mode", "days"),
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
        places = {name: place for place, name in enumerate(ON_THE_PAGE)}
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


class RegistrationForm(DoubtsAddress, PicksSessions, PersonForm):
    """One person's registration for one event."""

    email = email_field(
        _l("Email address"),
        required=_l("Enter your email address. Your confirmation goes there."),
        description=_l("Your confirmation and your own link go there. One registration per address."),
        render_kw={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"},
    )
    access_code = code_field()
    mode = RadiosField(
        _l("How you will attend"),
        validators=[InputRequired(_l("Choose how you will attend."))],
        invalid_choice_message=_l(
            "What you chose cannot be had now: registration for it is not open, or all seats are taken. Choose what is"
            " offered here."
        ),
    )
    needs = CheckboxesField(_l("What you need to take part"), choices=[choice(need) for need in Need])
    needs_text = text_field(_l("Anything else you need"), most=2000, render_kw={"rows": 3})
    us_person = us_person_field(description=HINT)
    wants_mail = TickField(_l("Tell me about other events of this series. A mail asks me to confirm it first."))
    website = trap_field()

    def __init__(self, formdata: Any = None, *, desk: Desk, invitation: Invitation | None = None) -> None:
        super().__init__(formdata, desk=desk, purpose=f"register-{desk.event.id}")
        self.invitation = invitation
        self._keep_if("email", invitation is None)
        self.doubt_address(sent=formdata is not None)
        self._keep_if("access_code", desk.asks_code)
        self._keep_if("us_person", desk.asks_us_person and Mode.IN_PERSON in desk.open_modes)
        self.domains_hint, self.most_hint = domains_hint(desk.event), most_hint(desk.event)
        turn = [SelectChoice(KEEPS_TURN, _("Attend online and keep my turn for the room"))] if desk.offers_turn else []
        self.mode.choices = [*turn, *map(choice, desk.open_modes)]
        if len(desk.open_modes) == 1 and self.mode.data in {None, "", desk.open_modes[0].value}:
            del self.mode  # A single way of attending is not asked; one that closed meanwhile is answered.
        self.offer_sessions(desk.event, desk.open_modes, desk.read_at)
        self.colleagues = Colleagues.put_into(self, formdata, most=desk.most_colleagues, may_wait=desk.some_may_wait)

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        self.colleagues.answer(self.chosen_ways, wording_in(self.form_key.data or ""))
        self.colleagues.settle(None if self.errors else self.to_details())
        return not self.errors

    @property
    def unseen(self) -> list[Asked]:
        return [*super().unseen, *self.colleagues.unseen(wording_in(self.form_key.data or ""))]

    def refuse_in_field(self, name: str, sentence: Any) -> None:
        if not self.colleagues.refuse(name):
            super().refuse_in_field(name, sentence)

    def validate_us_person(self, field: RadiosField) -> None:
        demand(field, needed=self.comes_to_site)

    @property
    def comes_to_site(self) -> bool:
        return self.keeps_turn or self.chosen_mode is Mode.IN_PERSON

    @property
    def chosen_mode(self) -> Mode | None:
        if "mode" not in self or len(self.modes) == 1:
            return self.modes[0] if len(self.modes) == 1 else None
        wanted = Mode.ONLINE.value if self.keeps_turn else self.mode.data
        return next((mode for mode in self.modes if mode.value == wanted), None)

    @property
    def chosen_ways(self) -> list[Mode]:
        """Who waits for the room beside attending online answers once, for both."""
        if self.keeps_turn:
            return self.modes
        return [self.chosen_mode] if self.chosen_mode else []

    @property
    def keeps_turn(self) -> bool:
        return "mode" in self and self.mode.data == KEEPS_TURN

    @property
    def address(self) -> str:
        """Where the registration stands: as typed, as chosen of two, or as it was invited."""
        return self.invitation.email if self.invitation else super().address

    def to_details(self) -> RegistrationDetails:
        mode = self.chosen_mode or self.desk.open_modes[0]
        needs = Needs(tuple(Need(value) for value in self.needs.data or ()), self.needs_text.data or "")
        wishes = {"needs": needs, "wants_mail": self.wants_mail.data, "keeps_turn": self.keeps_turn}
        wishes["access_code"] = self.value("access_code")
        wishes["us_person"] = answer_of(self)
        wishes["invitation"] = (self.invitation.id, self.invitation.link_version) if self.invitation else None
        wishes |= for_sender(self.colleagues.wish, self.address)
        return self.details(email=self.address, mode=mode, **wishes, **self.session_details())


class ChangeForm(PersonForm):
    """A person changes what stands in their registration."""

    shown = HiddenField()

    def __init__(self, formdata: Any = None, *, desk: Desk, purpose: str, mine: Registration, **given: Any) -> None:
        self.mine = mine
        super().__init__(formdata, desk=desk, purpose=purpose, **given)
        self.shown.data = self.shown.data or changing.shown(mine)

    @property
    def modes(self) -> list[Mode]:
        return self.mine.ways

    @property
    def standing_answers(self) -> Sequence[Standing]:
        return self.mine.answers

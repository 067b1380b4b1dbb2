"""The forms of the trade member's own pages: wording and shape; what they hold becomes plain RegistrationDetails."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app.models import Invitation, Mode, Registration
from app.operations.registration import changing
from app.operations.registration.details import RegistrationDetails
from app.web.admission_words import domains_hint, most_hint
from app.web.choices import RadiosField, choice
from app.web.doubted_address import DoubtsAddress
from app.web.fields import TickField, email_field
from app.web.needs_fields import needs_field, needs_of, needs_text_field
from app.web.public.colleagues import Colleagues, for_sender
from app.web.public.desks import Desk
from app.web.public.entry_fields import code_field, trap_field
from app.web.public.form_key import wording_in
from app.web.public.person_form import PersonForm
from app.web.questions import Asked, Standing
from app.web.session_fields import PicksSessions
from app.web.vetting_fields import HINT, answer_of, demand, us_person_field

KEEPS_TURN = "online-keeping-turn"  # A choice beside the ways of attending: one seat now, a turn for another.


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
    needs, needs_text = needs_field(), needs_text_field()
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
        wishes: dict[str, Any] = {
            "needs": needs_of(self),
            "wants_mail": self.wants_mail.data,
            "keeps_turn": self.keeps_turn,
        }
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

"""One colleague within a registration form: their name and address, their answers, and what they need to take part."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Field, Form
from wtforms.fields.choices import SelectChoice
from wtforms.form import BaseForm
from wtforms.validators import InputRequired, ValidationError

from app.formats import mail_domains
from app.models import Question, QuestionKind, Role
from app.operations.registration.details import COLLEAGUE_FIELDS, Colleague, GivenAnswer
from app.web.choices import RadiosField
from app.web.fields import TickField, email_field
from app.web.needs_fields import needs_field, needs_of, needs_text_field
from app.web.questions import Questions
from app.web.vetting_fields import answer_in, demand, us_person_field

Sent = MultiDict[str, str]
OTHER_WORDS = {"country": _l("Country where they work"), "role": _l("What they do in trade")}


def told_by_others(questions: Sequence[Question]) -> list[Question]:
    """What a colleague can answer for somebody. Consent each gives alone, on their own page."""
    return [one for one in questions if one.kind is not QuestionKind.CONSENT]


@dataclass
class Group:
    """One colleague of the form."""

    form: Any
    number: int
    fields: dict[str, Field] = field(default_factory=dict)
    is_new: bool = False
    needs: dict[str, Field] = field(default_factory=dict)
    questions: Questions = field(default_factory=Questions)

    @property
    def colleague(self) -> Colleague:
        told: dict[str, Any] = {name: self.fields[name].data or "" for name in COLLEAGUE_FIELDS if name in self.fields}
        told["role"] = Role(told["role"]) if told.get("role") else None
        address = self.fields.get("address_choice") or self.fields["email"]
        same = self._ticked("same_sessions")
        asked: dict[str, Any] = {"answers": self._answers, "needs": needs_of(self.needs), "same_sessions": same}
        asked["us_person"] = answer_in(self.fields["us_person"]) if "us_person" in self.fields else None
        return Colleague(**told, email=address.data or "", **asked)

    @property
    def has_same_answers(self) -> bool:
        return self._ticked("same_answers")

    @property
    def _answers(self) -> tuple[GivenAnswer, ...]:
        if not self.has_same_answers:
            return self.questions.given()
        asked = {one.question.id for one in self.questions.asked}
        return tuple(one for one in self.form.questions.given() if one.question_id in asked)

    def _ticked(self, name: str) -> bool:
        return name not in self.fields or bool(self.fields[name].data)

    @property
    def shows_needs(self) -> bool:
        """Whether its fold stands open."""
        return any(one.data or one.errors for one in self.needs.values())


def add_group(form: Any, number: int, sent: Sent | None) -> Group:
    """The fields of one colleague; of one who was just added, as they are before anybody typed."""
    group = Group(form, number, is_new=sent is None)

    def add(name: str, unbound: Any) -> Any:
        return bind(form, f"colleagues-{number}-{name}", unbound, sent)

    def ask(*names: str) -> None:
        for name in names:
            if name in form:
                group.fields[name] = add(name, getattr(type(form), name))
                _ask_like_sender(form[name], group.fields[name], OTHER_WORDS.get(name))

    ask("first_name", "middle_name", "last_name", "suffix")
    first_name = group.fields["first_name"]
    first_name.validators = (*first_name.validators, partial(_named, group))
    group.fields["email"] = add("email", _email())
    likely = mail_domains.suggestion(group.fields["email"].data or "")
    if likely:
        group.fields["address_choice"] = add("address_choice", _which_address(likely, group.fields["email"].data))
    ask("job_title", "country", "role")
    if "us_person" in form:
        group.fields["us_person"] = add("us_person", _us_person(form))
    if "sessions" in form:
        group.fields["same_sessions"] = add("same_sessions", TickField(_l("The same sessions as me"), default=True))
    _ask_questions(group, add, sent)
    group.needs = {
        "needs": add("needs", needs_field(theirs=True)),
        "needs_text": add("needs_text", needs_text_field(theirs=True)),
    }
    return group


def _ask_questions(group: Group, add: Any, sent: Sent | None) -> None:
    """Once for all by a tick; without it, each of them."""
    form, prefix = group.form, f"colleagues-{group.number}-"
    asked = told_by_others(form.asked_questions)
    if not asked:
        return
    tick = add("same_answers", TickField(_l("The same answers as me"), default=True))
    group.questions = Questions.put_into(form, asked, form.modes, sent=sent, prefix=prefix, closed_by=tick.name)
    for one in group.questions.asked:
        one.whose = _("colleague %(number)s", number=group.number + 1)
    group.fields["same_answers"] = tick


def bind(form: BaseForm, name: str, unbound: Any, sent: Sent | None) -> Field:
    BaseForm.__setitem__(form, name, unbound)
    bound: Field = form[name]
    bound.process(sent)
    return bound


def _ask_like_sender(own: Field, bound: Any, words: Any) -> None:
    """Asked of a colleague as of the sender; but the browser fills in nothing of the sender's own."""
    bound.label.text = words or bound.label.text
    bound.render_kw = {"autocomplete": "off"}
    bound.validators = own.validators
    bound.flags.required = own.flags.required
    if hasattr(own, "choices"):
        bound.choices = own.choices


def _named(group: Group, _form: Form, _field: Field) -> None:
    if not (group.fields["first_name"].data or group.fields["last_name"].data):
        raise ValidationError(_("Enter your colleague’s name, or remove this colleague."))


def _email() -> Any:
    return email_field(
        _l("Email address"),
        description=_l("Leave this empty for somebody without their own. We then write to you."),
        render_kw={"autocomplete": "off", "inputmode": "email", "spellcheck": "false"},
    )


def _which_address(likely: str, typed: str) -> Any:
    return RadiosField(
        _l("Which address is right?"),
        choices=[SelectChoice(one, one) for one in (likely, typed)],
        validators=[
            InputRequired(_l("Did you mean %(address)s? Choose the right address, or correct it.", address=likely))
        ],
    )


def _us_person(form: Any) -> Any:
    """Asked as the sender is, of whoever comes to the guarded site."""

    def answered(_form: Form, field: Field) -> None:
        demand(field, needed=form.comes_to_site)

    return us_person_field(
        _l("Are they a U.S. person?"),
        validators=[answered],
        description=_l(
            "If you do not know it, choose “Contact them about this”. They can answer on their own page too."
        ),
        contact=_l("Contact them about this"),
    )

"""The colleagues whom one form registers too: a group of fields for each, added and removed by buttons that send the
form and bring it back with everything in it.
"""

import re
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from flask import abort
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Field, Form
from wtforms.fields.choices import SelectChoice
from wtforms.form import BaseForm
from wtforms.validators import InputRequired, ValidationError

from app.formats import mail_domains
from app.models import Role
from app.models.registration_rules import MOST_COLLEAGUES
from app.operations.registration.details import COLLEAGUE_FIELDS, Colleague, RegistrationDetails, email_key
from app.web import admission_words
from app.web.choices import RadiosField
from app.web.fields import TickField, email_field

ADD, REMOVE = "add_colleague", "remove_colleague"
TOGETHER, ALL, AS_MANY = "all_or_none", "all", "as-many"
OTHER_WORDS = {"country": _l("Country where they work"), "role": _l("What they do in trade")}
# A form may name more than the event takes, so that nothing typed is lost; far more no page of ours sends.
MOST_GROUPS = 2 * MOST_COLLEAGUES
_NAME = re.compile(r"colleagues-([0-9]{1,4})-([a-z_]{1,30})")
Sent = MultiDict[str, str]


def arranged(sent: Sent) -> Sent:
    """The same form, its groups counted from 0 without a gap and without the one that is to be removed."""
    found = {name: match for name in sent if (match := _NAME.fullmatch(name))}
    numbers = sorted({int(match[1]) for match in found.values()} - _removed(sent))
    if len(numbers) > MOST_GROUPS:
        abort(400)
    places = {number: place for place, number in enumerate(numbers)}
    fields: Sent = MultiDict()
    for name, value in sent.items(multi=True):
        match = found.get(name)
        if match is None:
            fields.add(name, value)
        elif int(match[1]) in places:
            fields.add(f"colleagues-{places[int(match[1])]}-{match[2]}", value)
    return fields


def _removed(sent: Sent) -> set[int]:
    number = sent.get(REMOVE, "")
    return {int(number)} if re.fullmatch("[0-9]{1,4}", number) else set()


def is_arranging(sent: Sent) -> bool:
    """Whether a button was pressed that adds or removes somebody, and sends nothing off."""
    return ADD in sent or REMOVE in sent


@dataclass
class Group:
    """One colleague of the form."""

    fields: dict[str, Field] = field(default_factory=dict)
    is_new: bool = False

    @property
    def colleague(self) -> Colleague:
        told: dict[str, Any] = {name: self.fields[name].data or "" for name in COLLEAGUE_FIELDS if name in self.fields}
        told["role"] = Role(told["role"]) if told.get("role") else None
        address = self.fields.get("address_choice") or self.fields["email"]
        same = self.fields.get("same_sessions")
        return Colleague(**told, email=address.data or "", same_sessions=same is None or bool(same.data))


@dataclass
class Colleagues:
    """All groups of one form, in their order."""

    form: BaseForm
    most: int = 0
    groups: list[Group] = field(default_factory=list)
    removed: bool = False  # Somebody was, just now.

    @classmethod
    def put_into(cls, form: Form, sent: Sent | None, *, most: int, may_wait: bool) -> "Colleagues":
        """Add a field to the form for whatever it asks of each colleague; and, where not all may find a seat, one that
        asks what happens then."""
        made = cls(form, most)
        if not sent:
            return made
        made.removed = REMOVE in sent
        count = len({match[1] for name in sent if (match := _NAME.fullmatch(name))})
        made.groups = [_group(form, number, sent) for number in range(count)]
        if ADD in sent and count < most:
            made.groups.append(_group(form, count, None))
        if made.groups and may_wait:
            _bind(form, TOGETHER, _together(), sent)
        return made

    @property
    def may_add(self) -> bool:
        return len(self.groups) < self.most

    @property
    def hint(self) -> str:
        return admission_words.colleagues_hint(self.most)

    @property
    def together(self) -> Field | None:
        found: Field | None = self.form._fields.get(TOGETHER)
        return found

    @property
    def wish(self) -> dict[str, Any]:
        """The values of RegistrationDetails that these fields give."""
        if not self.groups:
            return {}
        all_or_none = self.together is not None and self.together.data == ALL
        return {"colleagues": tuple(group.colleague for group in self.groups), "all_or_none": all_or_none}

    def settle(self, typed: RegistrationDetails | None) -> None:
        """After the fields were checked: who is one too many, and who is named twice."""
        if len(self.groups) > self.most:
            self.form.form_errors.append(admission_words.too_many_colleagues(self.most))
        known: set[str] = set()
        for number, person in enumerate(typed.everybody if typed else ()):
            if number and person.person_key in known:
                self._refuse_twin(self.groups[number - 1], is_guest=person.is_guest)
            known |= {person.person_key, *([] if number else [person.with_values(is_guest=True).person_key])}

    def _refuse_twin(self, group: Group, *, is_guest: bool) -> None:
        if is_guest:
            group.fields["first_name"].errors = (
                _("This name stands twice in this form. People without their own address need different names."),
            )
        else:
            group.fields["email"].errors = (
                _("This address stands twice in this form. Leave it empty for somebody without their own."),
            )


def for_sender(wish: dict[str, Any], sender: str) -> dict[str, Any]:
    """Whoever is named with the sender's address has none of their own."""
    key = email_key(sender) if sender else ""
    named = wish.get("colleagues", ())
    colleagues = tuple(replace(one, email="") if one.email and email_key(one.email) == key else one for one in named)
    return wish | {"colleagues": colleagues} if wish else wish


def _group(form: Form, number: int, sent: Sent | None) -> Group:
    """The fields of one colleague; of one who was just added, as they are before anybody typed."""
    group = Group(is_new=sent is None)

    def add(name: str, unbound: Any) -> Any:
        group.fields[name] = _bind(form, f"colleagues-{number}-{name}", unbound, sent)
        return group.fields[name]

    def ask(*names: str) -> None:
        for name in names:
            if name in form:
                _ask_like_sender(form[name], add(name, getattr(type(form), name)), OTHER_WORDS.get(name))

    ask("first_name", "middle_name", "last_name", "suffix")
    first_name = group.fields["first_name"]
    first_name.validators = (*first_name.validators, partial(_named, group))
    likely = mail_domains.suggestion(add("email", _email()).data or "")
    if likely:
        add("address_choice", _which_address(likely, group.fields["email"].data))
    ask("job_title", "country", "role")
    if "sessions" in form:
        add("same_sessions", TickField(_l("The same sessions as me"), default=True))
    return group


def _bind(form: BaseForm, name: str, unbound: Any, sent: Sent | None) -> Field:
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


def _together() -> Any:
    return RadiosField(
        _l("If there are not seats for all of you"),
        choices=[
            SelectChoice(AS_MANY, _l("Register as many as there are seats; the others join the waiting list")),  # type: ignore[arg-type]
            SelectChoice(ALL, _l("Register nobody")),  # type: ignore[arg-type]
        ],
        validators=[InputRequired(_l("Choose what happens if there are not seats for all of you."))],
        description=_l("Seats are given in the order of this form, yours first."),
    )

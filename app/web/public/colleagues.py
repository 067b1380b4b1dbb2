"""The colleagues whom one form registers too: a group of fields for each, added and removed by buttons that send the
form and bring it back with everything in it.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

from flask import abort
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Field
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app.models import Mode, QuestionKind
from app.models.registration_rules import MOST_COLLEAGUES
from app.operations.registration.details import RegistrationDetails, email_key
from app.web import admission_words
from app.web.choices import RadiosField
from app.web.public.colleague_groups import Group, Sent, add_group, bind
from app.web.questions import Asked

ADD, REMOVE = "add_colleague", "remove_colleague"
TOGETHER, ALL, AS_MANY = "all_or_none", "all", "as-many"
# A form may name more than the event takes, so that nothing typed is lost; far more no page of ours sends.
MOST_GROUPS = 2 * MOST_COLLEAGUES
_NAME = re.compile(r"colleagues-([0-9]{1,4})-([a-z0-9_-]{1,40})")


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
class Colleagues:
    """All groups of one form, in their order."""

    form: Any
    most: int = 0
    groups: list[Group] = field(default_factory=list)
    removed: bool = False  # Somebody was, just now.

    @classmethod
    def put_into(cls, form: Any, sent: Sent | None, *, most: int, may_wait: bool) -> "Colleagues":
        """Add a field to the form for whatever it asks of each colleague; and, where not all may find a seat, one that
        asks what happens then."""
        made = cls(form, most)
        if not sent:
            return made
        made.removed = REMOVE in sent
        count = len({match[1] for name in sent if (match := _NAME.fullmatch(name))})
        made.groups = [add_group(form, number, sent) for number in range(count)]
        if ADD in sent and count < most:
            made.groups.append(add_group(form, count, None))
        for group in made.groups:
            group.questions.look(form.chosen_ways, closed=group.has_same_answers)
        if made.groups and may_wait:
            bind(form, TOGETHER, _together(), sent)
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

    @property
    def repeatable(self) -> set[str]:
        """The fields that may be sent several times."""
        needs = {group.needs["needs"].name for group in self.groups}
        return needs.union(*(group.questions.repeatable for group in self.groups))

    @property
    def depend(self) -> bool:
        """Whether something is shown for certain answers alone."""
        return any(group.questions.depend for group in self.groups)

    @property
    def leaves_consent(self) -> bool:
        """Whether each has still to agree to something themselves."""
        return any(one.question.kind is QuestionKind.CONSENT for one in self.form.questions.asked)

    def answer(self, ways: Collection[Mode], seen: int) -> None:
        """After the fields were checked: what the answers of each lack."""
        for group in self.groups:
            group.questions.settle(ways, seen, closed=group.has_same_answers)

    def unseen(self, seen: int) -> list[Asked]:
        return [one for group in self.groups for one in group.questions.unseen(seen)]

    def refuse(self, name: str) -> bool:
        """Say beside the tick of the same answers that one of them cannot be had twice, where that is what is seen."""
        for group in self.groups:
            if group.has_same_answers and name in {one.field.name for one in group.questions.asked}:
                words = _("Nothing is left of what you chose. Untick this, and choose something else for them.")
                group.fields["same_answers"].errors = (words,)
                return True
        return False

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

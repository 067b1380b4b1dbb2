"""After somebody else saved: what stands now beside what was typed, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from flask_babel import gettext as _

from app.models import Event, EventSession, Registration
from app.operations.registration.changing import CHANGEABLE
from app.operations.registration.details import GivenAnswer, RegistrationDetails
from app.web.answers import answers_given


@dataclass(frozen=True)
class Difference:
    """A field in which what stands now and what was typed differ."""

    label: str
    standing: str
    typed: str


def of_person(
    form: Any, event: Event, standing: Registration | RegistrationDetails, typed: RegistrationDetails
) -> list[Difference]:
    """Where what stands of somebody and the form that was to change it differ, as far as the form shows it."""
    fields = [form[name] for name in CHANGEABLE if name in form]
    told = [
        Difference(str(field.label.text), *(_words(field, getattr(one, field.name)) for one in (standing, typed)))
        for field in fields
    ]
    return unlike([*told, *_of_answers(event, standing, typed)])


def _words(field: Any, value: Any) -> str:
    """A value as the page says it: what was chosen, by the words of the choices."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if hasattr(field, "iter_choices"):
        plain = value.value if isinstance(value, Enum) else value
        chosen = set(plain or ()) if isinstance(value, list | tuple) else {plain or None}
        value = ", ".join(str(choice.label) for choice in field.iter_choices() if choice.value in chosen)
    return value or _("nothing")


def _of_answers(
    event: Event, standing: Registration | RegistrationDetails, typed: RegistrationDetails
) -> Iterable[Difference]:
    before = _said(event, (GivenAnswer.of(one) for one in standing.answers or ()))
    after = before if typed.answers is None else _said(event, typed.answers)
    for question in event.questions:
        yield Difference(question.current.text, *(told.get(question.id, _("nothing")) for told in (before, after)))


def _said(event: Event, given: Iterable[GivenAnswer]) -> dict[int, str]:
    """What was answered in words, by question."""
    return {one.question_id: answers_given(event, [one])[0].answer for one in given}


def of_sessions(sessions: Iterable[EventSession], standing: Iterable[int], typed: Iterable[int]) -> list[Difference]:
    """Which sessions somebody has now, against those that were ticked."""
    has, wants = set(standing), set(typed)
    names = {True: _("chosen"), False: _("not chosen")}
    return unlike(Difference(one.title, names[one.id in has], names[one.id in wants]) for one in sessions)


def of_fields(form: Any, standing: Mapping[str, Any]) -> list[Difference]:
    """What stands, by the names of a form's fields, against what was typed in them."""
    said = (
        Difference(str(form[name].label.text), *(_words(form[name], one) for one in (value, form[name].data)))
        for name, value in standing.items()
        if name in form
    )
    return unlike(said)


def unlike(found: Iterable[Difference]) -> list[Difference]:
    """At least one: what is not on the page may have changed, too."""
    return [one for one in found if one.standing != one.typed] or [
        Difference(_("Another part of it"), _("changed"), _("as it was"))
    ]

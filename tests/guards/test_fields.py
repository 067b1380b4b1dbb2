"""Fields of forms: choices come from app/web/choices.py, which says in our words that something else was sent; every
text has a greatest length, which both databases keep alike.
"""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator

import pytest
from flask import Flask
from wtforms import Form, HiddenField, PasswordField, StringField
from wtforms.fields.core import UnboundField

import app.web as app_web
from tests.guards.sources import Module, lies_in, modules, tell

HOME = "app/web/choices.py"
WITH_CHOICES = ("SelectField", "SelectMultipleField", "RadioField")


def foreign_fields(found: Iterable[Module]) -> Iterator[str]:
    for module in found:
        for one in module.imports:
            if lies_in(one.name, "wtforms") and one.name.endswith(WITH_CHOICES) and module.path != HOME:
                yield f"{module.path}:{one.line} takes {one.name}; {HOME} has one that speaks our words."


@pytest.mark.slow
def test_it_holds() -> None:
    faults = list(foreign_fields(modules()))
    assert not faults, tell(faults)


@pytest.mark.parametrize(
    "line", ["from wtforms import RadioField, StringField", "from wtforms.fields.choices import SelectField"]
)
def test_it_sees_a_breach(line: str) -> None:
    assert len(list(foreign_fields([Module("app/web/staff/forms.py", line)]))) == 1


LIMITED_ELSEWHERE = {
    "email": "the rule of an address knows its length",
    "website": "must be empty",
    # Fields that the sign-in library asks for and no page of ours has.
    **dict.fromkeys(("phone", "setup", "which", "help_setup"), "not on any page"),
}


def limitless(forms: Iterable[type[Form]]) -> Iterator[str]:
    """Fields of text that anybody may fill without end: one database would refuse it, the other keep it."""
    for form in forms:
        for name in dir(form):
            unbound = getattr(form, name)
            if not isinstance(unbound, UnboundField) or not issubclass(unbound.field_class, StringField):
                continue
            field = unbound.bind(form=Form(), name=name)
            is_seen = not isinstance(field, HiddenField | PasswordField) and name not in LIMITED_ELSEWHERE
            if is_seen and not field.flags.maxlength:
                yield f"{form.__module__}.{form.__name__}.{name} has no greatest length."


def all_forms(parent: type[Form] = Form) -> Iterator[type[Form]]:
    for form in parent.__subclasses__():
        yield form
        yield from all_forms(form)


@pytest.mark.database("sqlite")
def test_every_text_has_a_greatest_length(app: Flask) -> None:
    for module in pkgutil.walk_packages(app_web.__path__, "app.web."):
        importlib.import_module(module.name)
    with app.test_request_context("/"):
        ours = [form for form in set(all_forms()) if form.__module__.startswith("app.")]
        assert len(ours) > 30
        faults = sorted(limitless(ours))
    assert not faults, tell(faults)


class Limitless(Form):
    words = StringField("Words")


def test_it_sees_a_text_without_end() -> None:
    assert len(list(limitless([Limitless]))) == 1

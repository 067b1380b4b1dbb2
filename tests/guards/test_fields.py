"""Fields with choices come from app/web/choices.py, which says in our words that something else was sent."""

from collections.abc import Iterable, Iterator

import pytest

from tests.guards.sources import Module, lies_in, modules, tell

HOME = "app/web/choices.py"
WITH_CHOICES = ("SelectField", "SelectMultipleField", "RadioField")


def foreign_fields(found: Iterable[Module]) -> Iterator[str]:
    for module in found:
        for one in module.imports:
            if lies_in(one.name, "wtforms") and one.name.endswith(WITH_CHOICES) and module.path != HOME:
                yield f"{module.path}:{one.line} takes {one.name}; {HOME} has one that speaks our words."


def test_it_holds() -> None:
    faults = list(foreign_fields(modules()))
    assert not faults, tell(faults)


@pytest.mark.parametrize(
    "line", ["from wtforms import RadioField, StringField", "from wtforms.fields.choices import SelectField"]
)
def test_it_sees_a_breach(line: str) -> None:
    assert len(list(foreign_fields([Module("app/web/staff/forms.py", line)]))) == 1

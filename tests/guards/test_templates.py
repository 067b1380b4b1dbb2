"""Every template compiles, and every word in it passes through gettext."""

import re
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import Environment

from app import create_app
from tests.guards.sources import ROOT, tell
from tests.guards.wording import unwrapped

TEMPLATES = ROOT / "templates"
# Proper names are the same in every language.
NAMES = re.compile(r"\b(Atom|CSV|XLSX|PDF|iCalendar|Google|Outlook|Yahoo|English|Español)\b")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    folder: Path = tmp_path_factory.mktemp("instance")
    application: Flask = create_app({"INSTANCE_DIR": folder, "DATABASE_URL": f"sqlite:///{folder / 'none.sqlite'}"})
    return application.jinja_env


def names() -> list[str]:
    return sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.*") if path.is_file())


@pytest.mark.slow
def test_every_template_compiles(environment: Environment) -> None:
    assert names()
    for name in names():
        environment.get_template(name)


@pytest.mark.slow
def test_every_word_passes_through_gettext(environment: Environment) -> None:
    faults = []
    for name in names():
        source = NAMES.sub("", (TEMPLATES / name).read_text(encoding="utf-8"))
        found = unwrapped(source, is_html=name.endswith((".html", ".xml", ".atom")), environment=environment)
        faults += [f"templates/{name}: {words}" for words in found]
    assert not faults, "Wrap these words in _():" + tell(faults)


@pytest.mark.parametrize(
    "broken",
    [
        "<p>Register now</p>",
        '<img alt="A map">',
        "{{ button('Save') }}",
        "{% if open %}Open{% endif %}",
        "<p>{{ _('Yes') }} and no</p>",
        '<input type="submit" value="Send">',
    ],
)
def test_it_sees_a_bare_word(broken: str, environment: Environment) -> None:
    assert list(unwrapped(broken, is_html=True, environment=environment))


@pytest.mark.parametrize(
    "sound",
    [
        "<p class='usa-button'>{{ _('Register') }}</p>",
        "{% trans %}Register{% endtrans %}",
        "{{ button(_('Save'), kind='primary') }}",
        "<script src='/a.js'>go()</script>",
        "{{ ngettext('%(n)s Event', '%(n)s Events', n) }} · {{ at | date('d MMM') }}",
    ],
)
def test_it_lets_wrapped_words_pass(sound: str, environment: Environment) -> None:
    assert not list(unwrapped(sound, is_html=True, environment=environment))

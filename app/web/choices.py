"""What people choose from on public and staff pages alike."""

from functools import lru_cache
from typing import Any

from babel import Locale
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, SelectMultipleField, ValidationError, widgets
from wtforms.fields.choices import SelectChoice

from app.models.labels import Labelled
from app.models.search import search_key

WRONG = _l("Choose one of these.")
WRONG_AMONG = _l("Choose from these; one of them is gone.")
# In the Unicode list, but no countries of ISO 3166-1: unions, inventions, and islands that have a code for the post.
NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"})


def _in_our_words(given: dict[str, Any], words: Any) -> dict[str, Any]:
    """What is said when something else was sent than the page offers; a field may say it better."""
    return {"invalid_choice_message": words, "invalid_value_message": words} | given


class ChoiceField(SelectField):
    """One choice, from a list that opens."""

    def __init__(self, label: Any = None, validators: Any = None, **given: Any) -> None:
        super().__init__(label, validators, **_in_our_words(given, WRONG))


class RadiosField(RadioField):
    """One choice, all of them in view."""

    def __init__(self, label: Any = None, validators: Any = None, **given: Any) -> None:
        super().__init__(label, validators, **_in_our_words(given, WRONG))


class SeveralField(SelectMultipleField):
    """Several choices."""

    def __init__(self, label: Any = None, validators: Any = None, **given: Any) -> None:
        super().__init__(label, validators, **_in_our_words(given, WRONG_AMONG))


class CheckboxesField(SeveralField):
    """Several choices as tick-boxes."""

    widget = widgets.ListWidget(prefix_label=False)  # type: ignore[assignment]
    option_widget = widgets.CheckboxInput()  # type: ignore[assignment]


class CountryField(ChoiceField):
    """One country of all."""

    def pre_validate(self, _form: Any) -> None:
        """Look the code up: going through all choices costs as much as every other field together."""
        if self.data and self.data not in country_codes(str(get_locale())):
            raise ValidationError(_("Choose a country from the list."))


def choice(member: Labelled) -> SelectChoice:
    """One of our enums as something to choose."""
    return SelectChoice(member.value, member.label)  # type: ignore[arg-type]  # Lazy, so that each page translates it.


@lru_cache(maxsize=8)
def countries(locale: str) -> tuple[SelectChoice, ...]:
    """Every country, by its name in the reader's language."""
    names = Locale.parse(locale).territories.items()
    found = [(code, name) for code, name in names if len(code) == 2 and code not in NOT_COUNTRIES]
    return tuple(SelectChoice(code, name) for code, name in sorted(found, key=lambda pair: search_key(pair[1])))


@lru_cache(maxsize=8)
def country_codes(locale: str) -> frozenset[str]:
    return frozenset(country.value for country in countries(locale))

"""The filters of the event list: read from the address, shown as a form and as chips, written back into addresses."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from flask import url_for
from flask_babel import gettext as _

from app.models import Mode
from app.models.search import search_key
from app.operations.program.listing import Choice, Choices, EventFilter
from app.web.fields import one_line

# What the pages below /events read from their address, in the order in which it is written.
PARAMETERS = ("q", "series", "topic", "mode", "when", "page")
LONGEST_SEARCH = 100
PAST = "past"


@dataclass(frozen=True)
class Chip:
    """One filter in force, and the address without it."""

    label: str
    remove_url: str


@dataclass(frozen=True)
class FilterForm:
    """What was asked for, what can be asked for, and whether something was left out because we do not know it."""

    wanted: EventFilter
    choices: Choices
    left_out: bool

    @classmethod
    def read(cls, values: Mapping[str, str], choices: Choices) -> Self:
        given = {name: values.get(name, "").strip() for name in PARAMETERS}
        series = _named(choices.series, given["series"])
        topic = _named(choices.topics, given["topic"])
        mode = next((mode for mode in Mode if mode.value == given["mode"]), None)
        words = one_line(given["q"])[:LONGEST_SEARCH]
        wanted = EventFilter(
            words=words if search_key(words) else "",
            series=series.slug if series else "",
            topic=topic.slug if topic else "",
            mode=mode,
            past=given["when"] == PAST,
        )
        asked = [(given["series"], series), (given["topic"], topic), (given["mode"], mode)]
        return cls(wanted, choices, left_out=any(text and not found for text, found in asked))

    def url(self, page: int = 1) -> str:
        return address(self.wanted, page)

    def feed_url(self, endpoint: str) -> str:
        """The same list for a calendar program or a feed reader."""
        return address(self.wanted, endpoint=endpoint)

    @property
    def clear_url(self) -> str:
        return address(EventFilter(past=self.wanted.past))

    @property
    def other_url(self) -> str:
        """Where to look when nothing fits: past events, or those to come."""
        return address(EventFilter(past=not self.wanted.past))

    @property
    def modes(self) -> list[Choice]:
        return [Choice(mode.value, str(mode.label)) for mode in Mode]

    @property
    def chips(self) -> list[Chip]:
        wanted, chips = self.wanted, []
        if wanted.words:
            chips.append(Chip(f"“{wanted.words}”", address(replace(wanted, words=""))))
        if series := _named(self.choices.series, wanted.series):
            chips.append(Chip(series.name, address(replace(wanted, series=""))))
        if topic := _named(self.choices.topics, wanted.topic):
            chips.append(Chip(topic.name, address(replace(wanted, topic=""))))
        if wanted.mode:
            chips.append(Chip(str(wanted.mode.label), address(replace(wanted, mode=None))))
        return chips

    @property
    def heading(self) -> str:
        return _("Past events") if self.wanted.past else _("Events")

    @property
    def title(self) -> str:
        """A title that tells this list from every other one."""
        filters = ", ".join(chip.label for chip in self.chips)
        return f"{self.heading}: {filters}" if filters else self.heading


def address(wanted: EventFilter, page: int = 1, endpoint: str = "public.events") -> str:
    """Where this list is found."""
    values: dict[str, Any] = {
        "q": wanted.words,
        "series": wanted.series,
        "topic": wanted.topic,
        "mode": wanted.mode.value if wanted.mode else "",
        "when": PAST if wanted.past else "",
        "page": str(page) if page > 1 else "",
    }
    return url_for(endpoint, **{name: value for name, value in values.items() if value})


def _named(choices: list[Choice], slug: str) -> Choice | None:
    return next((choice for choice in choices if choice.slug == slug), None)

"""The time zones an event can be held in: those of the United States first, then the world's."""

from functools import cache
from importlib.resources import files

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice

from app.web import filters

NEAR = {
    "America/New_York": _l("Eastern Time (New York, Washington)"),
    "America/Chicago": _l("Central Time (Chicago, Houston)"),
    "America/Denver": _l("Mountain Time (Denver)"),
    "America/Phoenix": _l("Mountain Time without daylight saving (Phoenix)"),
    "America/Los_Angeles": _l("Pacific Time (Los Angeles, Seattle)"),
    "America/Anchorage": _l("Alaska Time (Anchorage)"),
    "Pacific/Honolulu": _l("Hawaii Time (Honolulu)"),
    "America/Puerto_Rico": _l("Atlantic Time (San Juan)"),
    "Pacific/Guam": _l("Chamorro Time (Guam)"),
}
PLACE = 2  # Its column in the table of places.


@cache
def far() -> tuple[str, ...]:
    """Every other place whose clocks are known, each by its name of today: the table has no old ones."""
    table = files("tzdata").joinpath("zoneinfo/zone.tab").read_text("utf-8").splitlines()
    named = {line.split("\t")[PLACE] for line in table if line and not line.startswith("#")}
    return (*sorted(named - set(NEAR)), "UTC")


def is_known(zone: str) -> bool:
    return zone in NEAR or zone in far()


def words(zone: str) -> str:
    """A zone in words, with a place whose clocks it tells: what a person chose it by."""
    if zone in NEAR or "/" not in zone:
        return str(NEAR.get(zone, zone))
    named, place = filters.zone_words(zone), zone.rpartition("/")[2].replace("_", " ")
    return named if place in named else _("%(zone)s (%(place)s)", zone=named, place=place)


def choices(standing: str = "") -> list[SelectChoice]:
    """For a select: near and far. A zone that an imported event brought along stays possible."""
    near = [SelectChoice(zone, str(label), optgroup=_("United States")) for zone, label in NEAR.items()]
    if standing and not is_known(standing):
        near.append(SelectChoice(standing, standing, optgroup=_("United States")))
    return near + [SelectChoice(zone, zone.replace("_", " "), optgroup=_("Elsewhere")) for zone in far()]

"""After somebody else saved: what stands now beside what was typed, in words."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from app.operations.program.moments import Moment
from app.operations.program.plain_details import Details, plain
from app.web.meanwhile import Difference
from app.web.staff.program.words import day_words, moment_words, value_words


def differences(
    form: Any, pairs: Iterable[tuple[Details, Details]], zone: ZoneInfo, *, beside: dict[str, Any]
) -> list[Difference]:
    """What stands against what was typed. ``beside`` is what stands in fields that are no details, such as seats.

    When all agree, something else of the event was changed.
    """
    found: dict[str, tuple[Any, Any]] = {}
    for standing, typed in pairs:
        found |= standing.unlike(typed)
        beside = {name: value for name, value in beside.items() if not hasattr(typed, name)}
    found |= {name: (value, form[name].data) for name, value in beside.items() if name in form}
    told = [
        Difference(str(form[name].label.text), *(_words(form[name], one, zone) for one in pair))
        for name, pair in found.items()
        if name in form
    ]
    return [one for one in told if one.standing != one.typed] or [
        Difference(_("Another part of the event"), _("changed"), _("as it was"))
    ]


def _words(field: Any, value: Any, zone: ZoneInfo) -> str:
    match value:
        case Moment():
            return moment_words(value.local.replace(fold=int(bool(value.second))), zone)
        case date():
            return day_words(value)
        case _ if getattr(field, "choices", None):
            return _chosen(field, value)
        case _:
            return value_words(plain(value))


def _chosen(field: Any, value: Any) -> str:
    """What was chosen, by the words of the choices."""
    chosen = {str(one) for one in value} if isinstance(value, tuple) else {str(plain(value) or "")}
    labels = [str(choice.label) for choice in field.choices if str(choice.value) in chosen]
    return ", ".join(labels) or value_words(None)

"""What a brief says to whoever answers for an event: the figures of each way of attending, and what is left to do."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.models import Mode


def ways(brief: dict[str, Any]) -> list[tuple[str, str]]:
    """Pairs: the way of attending, and how many come that way."""
    return [(str(Mode(way["mode"]).label), _figures(way)) for way in brief["ways"]]


def _figures(way: dict[str, Any]) -> str:
    taken, capacity, waiting = way["taken"], way["capacity"], way["waiting"]
    words = ngettext("%(num)s person registered", "%(num)s people registered", taken)
    if capacity is not None:
        words += _(", of %(capacity)s seats", capacity=f"{capacity:,}")
    if waiting:
        words += ngettext("; %(num)s person waits", "; %(num)s people wait", waiting)
    return words


def to_do(brief: dict[str, Any]) -> list[str]:
    """Sentences, the most pressing first; empty when nothing is left."""
    found = []
    if brief["join_missing"]:
        found.append(_("There is no way to join online yet. Enter the link or the number to dial."))
    counted = (
        ("requests_open", _requests),
        ("waiting_for_approval", _approvals),
        ("unreached", _unreached),
    )
    return found + [words(brief[name]) for name, words in counted if brief[name]]


def _requests(count: int) -> str:
    return ngettext("%(num)s accessibility request is open.", "%(num)s accessibility requests are open.", count)


def _approvals(count: int) -> str:
    return ngettext("%(num)s registration waits for approval.", "%(num)s registrations wait for approval.", count)


def _unreached(count: int) -> str:
    return ngettext(
        "Mail to %(num)s person came back. Correct the address, or call.",
        "Mail to %(num)s people came back. Correct the addresses, or call.",
        count,
    )

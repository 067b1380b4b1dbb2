"""What became of handing a mail over, in the words of the server: each answer that is no yes has its error."""

from app.formats.cleaning import one_line
from app.models import RelayTrouble

LONGEST = 400


class TransportError(Exception):
    """Why a mail did not leave. The text is what staff read."""


class RefusedError(TransportError):
    """The server will never take this mail."""


class TryLaterError(TransportError):
    """The server does not take this mail now."""


class UnreachableError(TransportError):
    """The server takes nothing from us now. ``trouble`` says whether that is its fault or ours."""

    def __init__(self, words: str, trouble: RelayTrouble = RelayTrouble.AWAY) -> None:
        super().__init__(words)
        self.trouble = trouble


class NotBegunError(TransportError):
    """We stop, and this mail has not been begun."""


class InDoubtError(TransportError):
    """The whole mail was handed over, and the answer never came: it may have been accepted or not."""


def cleaned(words: bytes | str) -> str:
    """What a stranger's machine said, as one line that harms no page and no log."""
    return one_line(words.decode("utf-8", "replace") if isinstance(words, bytes) else words)[:LONGEST]


def told(error: Exception) -> str:
    """A fault of the machine or the network, in its own words."""
    return cleaned(f"{type(error).__name__}: {error}")

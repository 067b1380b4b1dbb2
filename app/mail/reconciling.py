"""Was a mail taken whose answer never came? Whoever can tell by its Message-ID saves people from a second copy."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import NoReturn, Protocol

from flask import current_app

from app.formats.mail_copies import copies

CLOCKS_DIFFER = timedelta(hours=1)  # Between this machine and the one that writes the copies.


class ReconcileError(Exception):
    """It cannot be told at the moment. The text is what staff read."""


class Reconciler(Protocol):
    """Knows what the mail server has accepted. Raises ReconcileError when it cannot tell: then nothing is sent."""

    def was_accepted(self, message_id: str, since: datetime) -> bool: ...


def chosen() -> Reconciler | None:
    """The one that the settings name. The Maildir of a local start is its own archive."""
    config = current_app.config
    if config["MAIL_ARCHIVE"]:
        return ArchiveFolder(Path(config["MAIL_ARCHIVE"]))
    return None if config["MAIL_SERVER"] else ArchiveFolder(config["INSTANCE_DIR"] / "mail")


class ArchiveFolder:
    """A folder, a Maildir for instance, where the mail server keeps a copy of each message that it accepts from us."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def was_accepted(self, message_id: str, since: datetime) -> bool:
        since_then = (since - CLOCKS_DIFFER).timestamp()
        try:
            return any(copies(self.folder, [message_id], fault=_give_up, since=since_then))
        except OSError as error:
            raise ReconcileError(f"The archived copies cannot be read: {type(error).__name__}") from error


def _give_up(error: OSError) -> NoReturn:
    """What cannot be looked into may be the very copy."""
    raise error

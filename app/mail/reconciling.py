"""Was a mail taken whose answer never came? Whoever can tell by its Message-ID saves people from a second copy."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Protocol

from flask import current_app

CLOCKS_DIFFER = timedelta(hours=1)  # Between this machine and the one that writes the copies.
_HEADERS = BytesHeaderParser()


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
        try:
            return any(_carries(path, message_id) for path in self._copies(since - CLOCKS_DIFFER))
        except OSError as error:
            raise ReconcileError(f"The archived copies cannot be read: {type(error).__name__}") from error

    def _copies(self, since: datetime) -> Iterator[Path]:
        """Whole files no older than that. What a Maildir holds in ``tmp`` is still being written."""
        if not self.folder.is_dir():
            raise NotADirectoryError(self.folder)
        for path in self.folder.rglob("*"):
            if path.parent.name != "tmp" and path.is_file() and path.stat().st_mtime >= since.timestamp():
                yield path


def _carries(path: Path, message_id: str) -> bool:
    """Whether it is that very message, and not an answer to it or a notice about it."""
    content = path.read_bytes()
    if message_id.encode() not in content:  # Of thousands of copies few are worth reading closely.
        return False
    return str(_HEADERS.parsebytes(content)["Message-ID"] or "").strip() == message_id

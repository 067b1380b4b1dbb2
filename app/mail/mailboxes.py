"""The mailbox in which bounces and answers arrive: a Maildir on this machine, or one at an IMAP server, over TLS.

Both are read the same way: what nobody has seen, the beginning of each message, a bounded number at a time. What was
read stays there and is marked as seen, so that staff can look at it and the office's own rules delete it.
"""

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from flask import current_app

from app.formats.cleaning import one_line
from app.formats.mail_notices import LARGEST

AT_ONCE = 200
PATIENCE = 30  # Seconds to wait for the server.
SEEN = ":2,S"  # Behind a file's name in a Maildir.


class MailboxError(Exception):
    """The mailbox cannot be read. The text is what staff read."""


class Mailbox(Protocol):
    """Messages that nobody has seen yet, each with a name by which it is marked as seen."""

    def unseen(self) -> Iterator[tuple[str, bytes]]: ...

    def mark(self, name: str) -> None: ...


def is_set() -> bool:
    return bool(current_app.config["BOUNCES_MAILDIR"] or current_app.config["BOUNCES_IMAP_SERVER"])


@contextmanager
def opened() -> Iterator[Mailbox]:
    """The mailbox that the settings name. Raises MailboxError, whatever goes wrong with it while it is open."""
    config = current_app.config
    try:
        if config["BOUNCES_IMAP_SERVER"]:
            with _connected(config) as server:
                yield ImapMailbox(server)
        else:
            yield Maildir(Path(config["BOUNCES_MAILDIR"]))
    except (OSError, imaplib.IMAP4.error) as error:
        raise MailboxError(one_line(f"{type(error).__name__}: {error}")[:400]) from error


@dataclass
class Maildir:
    folder: Path

    def unseen(self) -> Iterator[tuple[str, bytes]]:
        """Ordinary files alone: a link could lead anywhere."""
        new = self.folder / "new"
        files = sorted(path.name for path in new.iterdir() if path.is_file() and not path.is_symlink())
        for name in files[:AT_ONCE]:
            with (new / name).open("rb") as file:
                yield name, file.read(LARGEST)

    def mark(self, name: str) -> None:
        (self.folder / "cur").mkdir(mode=0o700, exist_ok=True)
        with suppress(FileNotFoundError):  # Somebody else reads it too, and was faster.
            (self.folder / "new" / name).rename(self.folder / "cur" / f"{name.partition(':')[0]}{SEEN}")


@dataclass
class ImapMailbox:
    server: imaplib.IMAP4

    def unseen(self) -> Iterator[tuple[str, bytes]]:
        (found,) = self._asked("SEARCH", "UNSEEN")
        for number in (found or b"").split()[:AT_ONCE]:
            answer = self._asked("FETCH", number.decode(), f"(BODY.PEEK[]<0.{LARGEST}>)")
            content = next((part[1] for part in answer if isinstance(part, tuple)), None)
            if content is not None:  # Somebody may have deleted it meanwhile.
                yield number.decode(), content

    def mark(self, name: str) -> None:
        self._asked("STORE", name, "+FLAGS.SILENT", r"(\Seen)")

    def _asked(self, command: str, *values: str) -> list[Any]:
        answer, data = self.server.uid(command, *values)
        if answer != "OK":
            raise imaplib.IMAP4.error(f"{command}: {answer} {data!r}")
        return data


@contextmanager
def _connected(config: dict[str, Any]) -> Iterator[imaplib.IMAP4]:
    """Encrypted from the first byte, with a certificate that is checked."""
    server = imaplib.IMAP4_SSL(
        config["BOUNCES_IMAP_SERVER"],
        config["BOUNCES_IMAP_PORT"],
        ssl_context=ssl.create_default_context(),
        timeout=PATIENCE,
    )
    try:
        server.login(config["BOUNCES_IMAP_USERNAME"], config["BOUNCES_IMAP_PASSWORD"])
        folder = config["BOUNCES_IMAP_FOLDER"].replace("\\", "\\\\").replace('"', '\\"')
        answer, said = server.select(f'"{folder}"')
        if answer != "OK":
            raise imaplib.IMAP4.error(f"The folder {folder} cannot be opened: {said!r}")
        yield server
    finally:
        _leave(server)


def _leave(server: imaplib.IMAP4) -> None:
    try:
        server.logout()
    except (OSError, imaplib.IMAP4.error):
        server.shutdown()

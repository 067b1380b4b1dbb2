"""Copies of mails in folders: the Maildir of a local start, and the archive that a mail server fills."""

from collections.abc import Collection, Iterable
from email.parser import BytesHeaderParser
from pathlib import Path

_HEADERS = BytesHeaderParser()


def forget(message_ids: Collection[str], folders: Iterable[Path]) -> set[str]:
    """Delete the copies of these mails. Returns the Message-IDs of those that could not be deleted, or looked for."""
    left: set[str] = set()
    for folder in folders if message_ids else ():
        try:
            left |= _forget_in(folder, message_ids)
        except OSError:
            left |= set(message_ids)
    return left


def _forget_in(folder: Path, message_ids: Collection[str]) -> set[str]:
    if not folder.is_dir():
        raise NotADirectoryError(folder)
    left = set()
    for path in folder.rglob("*"):
        if path.parent.name == "tmp" or not path.is_file() or (found := _message_id(path)) not in message_ids:
            continue
        try:
            path.unlink()
        except OSError:
            left.add(found)
    return left


def _message_id(path: Path) -> str:
    return str(_HEADERS.parsebytes(path.read_bytes())["Message-ID"] or "").strip()

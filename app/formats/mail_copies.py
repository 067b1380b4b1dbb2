"""Copies of mails in folders: the Maildir of a local start, and the archive that a mail server fills."""

import os
from collections.abc import Callable, Collection, Iterable, Iterator
from email.parser import BytesHeaderParser
from itertools import takewhile
from pathlib import Path
from stat import S_ISREG

_HEADERS = BytesHeaderParser()


def copies(
    folder: Path, message_ids: Collection[str], *, fault: Callable[[OSError], object], since: float = 0
) -> Iterator[tuple[Path, str]]:
    """The copies of these mails that were written since then, each with its Message-ID.

    ``fault`` is told of each folder and file that cannot be looked into: a copy may lie there.
    """
    wanted = [one.encode() for one in message_ids]
    for path in _files(folder, fault):
        try:
            about = path.lstat()
            is_worth_it = S_ISREG(about.st_mode) and about.st_mtime >= since
            found = _message_id(path, wanted) if is_worth_it else ""
        except OSError as error:
            fault(error)
            continue
        if found in message_ids:
            yield path, found


def forget(message_ids: Collection[str], folders: Iterable[Path]) -> set[str]:
    """Delete the copies of these mails. Returns the Message-IDs of those that could not be deleted, or looked for."""
    left: set[str] = set()
    faults: list[OSError] = []
    for folder in folders if message_ids else ():
        for path, found in copies(folder, message_ids, fault=faults.append):
            try:
                path.unlink()
            except OSError:
                left.add(found)
    return set(message_ids) if faults else left


def _files(folder: Path, fault: Callable[[OSError], object]) -> Iterator[Path]:
    """Not what a Maildir holds in ``tmp``, which is still being written, nor what mail programs keep beside ``cur``."""
    for where, folders, names in os.walk(folder, onerror=fault):
        here = Path(where)
        if here.name != "tmp" and "cur" not in folders:
            yield from (here / name for name in names)


def _message_id(path: Path, wanted: Iterable[bytes]) -> str:
    """Of thousands of files few are worth reading closely, and none beyond its header."""
    with path.open("rb") as file:
        lines = list(takewhile(bytes.strip, file))
    header = b"".join(lines)
    if not any(one in header for one in wanted):
        return ""
    return str(_HEADERS.parsebytes(header)["Message-ID"] or "").strip()

"""Files with personal data: readable by their owner alone from the first byte, and whole or not there at all."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO


def keep_private(path: Path) -> None:
    """Have a file, in a folder, that a program will write to by its name: for its owner's eyes, made or found.

    What lies beside it under its name (a database's journal) loses what others were allowed, too.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    for file in path.parent.glob(f"{path.name}*"):
        with suppress(FileNotFoundError):  # A journal goes when the last connection to its database does.
            found = file.stat()
            if found.st_mode & stat.S_IRWXO and found.st_uid == os.geteuid():
                file.chmod(stat.S_IMODE(found.st_mode) & ~stat.S_IRWXO)


@contextmanager
def private_file(path: Path) -> Iterator[IO[bytes]]:
    """A new file (mode 0600) that takes the place of whatever stood at ``path`` once all is written.

    Writing into the file that stands there would keep its mode and whoever has it open. Raises OSError.
    """
    target = path.resolve()
    if target.exists() and not target.is_file():
        raise OSError(f"{path} is not a file.")
    with NamedTemporaryFile(dir=target.parent, prefix=f".{target.name[:100]}.", delete=False) as file:
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(target)
        except BaseException:
            Path(file.name).unlink()
            raise

"""Files with personal data: readable by their owner alone from the first byte, and whole or not there at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO


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

"""Makes the disk slow for every process that is started meanwhile: 4 ms more for each fsync and fdatasync."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SOURCE = Path(__file__).with_suffix(".c")


def compiler() -> str | None:
    return shutil.which("cc") or shutil.which("gcc")


@contextmanager
def slow_disk(wanted: bool = True) -> Iterator[None]:
    """Ends the program with a sentence when this machine has no compiler."""
    if not wanted:
        yield
        return
    if not (found := compiler()):
        raise SystemExit("A slow disk needs a C compiler (cc or gcc), and this machine has none.")
    with tempfile.TemporaryDirectory(prefix="trade-events-slow-disk-") as folder:
        Path(folder).chmod(0o755)  # The database server may run as somebody else.
        library = Path(folder) / "slow_disk.so"
        subprocess.run([found, "-shared", "-fPIC", "-O2", "-o", library, SOURCE, "-ldl"], check=True)
        before = os.environ.get("LD_PRELOAD")
        os.environ["LD_PRELOAD"] = str(library)
        try:
            yield
        finally:
            _put_back(before)


def _put_back(before: str | None) -> None:
    os.environ.pop("LD_PRELOAD")
    if before is not None:
        os.environ["LD_PRELOAD"] = before

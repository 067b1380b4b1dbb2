"""Small libraries in C that stand before a program's own (LD_PRELOAD), so that no program has to be changed."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def compiler() -> str | None:
    return shutil.which("cc") or shutil.which("gcc")


@contextmanager
def preloaded(source: Path) -> Iterator[None]:
    """For every process that is started meanwhile. Ends the program with a sentence where there is no compiler."""
    if not (found := compiler()):
        raise SystemExit(f"{source.name} needs a C compiler (cc or gcc), and this machine has none.")
    with tempfile.TemporaryDirectory(prefix="trade-events-preloaded-") as folder:
        Path(folder).chmod(0o755)  # The database server may run as somebody else.
        library = Path(folder) / f"{source.stem}.so"
        subprocess.run([found, "-shared", "-fPIC", "-O2", "-o", library, source, "-ldl"], check=True)
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

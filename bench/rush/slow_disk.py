"""Makes the disk slow for every process that is started meanwhile: 4 ms more for each fsync and fdatasync."""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from bench.preloading import preloaded

SOURCE = Path(__file__).with_suffix(".c")


def slow_disk(wanted: bool = True) -> AbstractContextManager[None]:
    """Ends the program with a sentence when this machine has no compiler."""
    return preloaded(SOURCE) if wanted else nullcontext()

"""Runs Granian, with its own options, so that its workers share in memory what each would else load for itself.

On Linux a worker is a fork of this process: what nobody writes to stays common to all, and one that takes a dead
worker's place is there at once. Elsewhere a worker is a new process, as under the plain ``granian`` command.
"""

import gc
import multiprocessing
import sys

from granian.cli import entrypoint
from sqlalchemy.orm import configure_mappers


def load() -> None:
    """Load the app's modules and make nothing yet: connections, threads and keys are each worker's own."""
    gc.disable()  # What it takes away would leave gaps; a worker that fills them writes to what was common.
    import app  # noqa: F401, PLC0415  Here alone, so that only a process that is forked holds it.

    configure_mappers()
    gc.freeze()  # To look for garbage is to write into every object.
    gc.enable()


if __name__ == "__main__":
    if sys.platform == "linux":
        multiprocessing.set_start_method("fork")  # What Granian does by itself before Python 3.14.
        load()
    entrypoint()

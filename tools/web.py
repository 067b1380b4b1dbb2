"""Runs Granian, with its own options, so that its workers share in memory what each would else load for itself.

On Linux a worker is a fork of this process: what nobody writes to stays common to all, and one that takes a dead
worker's place is there at once. Elsewhere a worker is a new process, as under the plain ``granian`` command.
"""

import gc
import importlib
import multiprocessing
import sys
from typing import TYPE_CHECKING

from granian.cli import entrypoint
from sqlalchemy.orm import configure_mappers

if TYPE_CHECKING:
    from flask import Flask

made: "Flask | None" = None  # By the process whose forks the workers are.


def load() -> None:
    """Make the app and open its pages, so that what this takes in memory is taken once."""
    global made  # noqa: PLW0603  A fork inherits what stands here and nothing that is handed over.
    gc.disable()  # What it takes away would leave gaps; a worker that fills them writes to what was common.
    from app import create_app as make  # noqa: PLC0415  Here alone, so that only a process that is forked holds it.
    from app.web.warming import close_connections, warm  # noqa: PLC0415

    made = make()
    warm(made)
    close_connections(made)
    configure_mappers()
    gc.freeze()  # To look for garbage is to write into every object.
    gc.enable()


def create_app() -> "Flask":
    """The app of one worker, which has opened its pages before it takes the first request."""
    from app import create_app as make  # noqa: PLC0415  As above.
    from app.web.warming import warm  # noqa: PLC0415

    app = made or make()
    warm(app)
    return app


if __name__ == "__main__":
    if sys.platform == "linux":
        multiprocessing.set_start_method("fork")  # What Granian does by itself before Python 3.14.
        importlib.import_module("tools.web").load()  # By the name under which the workers ask for it.
    entrypoint()

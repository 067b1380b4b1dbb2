"""Giving way: whoever waits for a page waits for a processor, a letter does not (docs/decisions/0011)."""

import os
import sys
from contextlib import suppress

NICENESS = 10


def give_way(*, wholly: bool) -> None:
    """Let this thread, and those that it begins, run after those that serve people.

    ``wholly``: only when nobody else wants to run.
    A system that has no such order, or allows it to nobody, leaves it nice.
    """
    os.nice(NICENESS)
    if wholly and sys.platform == "linux":
        with suppress(PermissionError):
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))

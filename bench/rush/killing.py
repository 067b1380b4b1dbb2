"""Kills web workers while people come, one every six seconds, each in its turn.

Granian starts a failed worker anew, and gives up when one fails within 5.5 seconds of its beginning. So the worker
that has lived longest is taken each time, and none before its time.
"""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen
from threading import Event, Thread

EVERY = 6.0
FIRST = 2.0  # Seconds until the first kill; a rush shorter than twice that meets one in its middle.


@dataclass
class Killer:
    """``killed`` holds the instants at which a worker died."""

    nodes: list[Popen[bytes]]
    first: float = FIRST
    stop: Event = field(default_factory=Event)
    killed: list[float] = field(default_factory=list)

    def work(self) -> None:
        pause = self.first
        while not self.stop.wait(pause):
            pause = EVERY
            node = self.nodes[len(self.killed) % len(self.nodes)]
            if workers := sorted(children(node.pid), key=born):
                os.kill(workers[0], signal.SIGKILL)
                self.killed.append(time.perf_counter())


@contextmanager
def killing(nodes: list[Popen[bytes]], wanted: bool, seconds: float) -> Iterator[Killer]:
    """Kill, if that is wanted, in a rush of so many seconds."""
    killer = Killer(nodes, min(FIRST, seconds / 2))
    thread = Thread(target=killer.work, daemon=True)
    if wanted:
        thread.start()
    try:
        yield killer
    finally:
        killer.stop.set()
        if wanted:
            thread.join()


def children(pid: int) -> list[int]:
    """The workers of one node."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def born(pid: int) -> int:
    """When a process began, in ticks since the machine did."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])

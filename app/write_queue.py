"""Where writers to SQLite line up. It has one lock for all of them, and lets those who wait look for it now and then:
under a rush some look at the wrong moment again and again. Here the threads of a process wait at a lock, and the
processes at a file beside the database, so that each has its turn the moment the one before is done.
"""

import fcntl
import os
from threading import Lock

PATIENCE = 15.0  # Seconds a thread waits for the others of its process; then the database counts as away.


class QueueTooLongError(Exception):
    """Too many wait already; nothing was done."""


class WriteQueue:
    """One line for all who write to this database. A process that dies leaves it by dying."""

    def __init__(self, database: str | None) -> None:
        """``database`` is its file. One in memory has none, and no other process uses it."""
        self._path = f"{database}-queue" if database and database != ":memory:" else None
        self._file: int | None = None
        self._threads = Lock()
        self._holder: object = None

    def enter(self, holder: object) -> None:
        """Wait for one's turn, or go on with it. Raises QueueTooLongError."""
        if self._holder is holder:
            return
        if not self._threads.acquire(timeout=PATIENCE):
            raise QueueTooLongError
        try:
            self._wait_for_other_processes()
        except BaseException:
            self._threads.release()
            raise
        self._holder = holder

    def leave(self, holder: object) -> None:
        """Let the next one go, if it was this one's turn."""
        if self._holder is holder:
            self._holder = None
            if self._file is not None:
                fcntl.flock(self._file, fcntl.LOCK_UN)
            self._threads.release()

    def _wait_for_other_processes(self) -> None:
        if self._path is None:
            return
        if self._file is None:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX)

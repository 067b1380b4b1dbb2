"""Where writers to SQLite line up. It has one lock for all of them, and lets those who wait look for it now and then:
under a rush some look at the wrong moment again and again. Here the threads of a process wait at a lock, and the
processes at a file beside the database, so that each has its turn the moment the one before is done.
"""

import fcntl
import os
from threading import Condition, Lock, Thread

from app import clock

PATIENCE = 15.0  # Seconds a thread waits for its turn, whoever has it; then the database counts as away.


class QueueTooLongError(Exception):
    """Too many wait already, or somebody keeps their turn; nothing was done."""


class WriteQueue:
    """One line for all who write to this database. A process that dies leaves it by dying."""

    def __init__(self, database: str | None) -> None:
        """``database`` is its file. One in memory has none, and no other process uses it."""
        self._path = f"{database}-queue" if database and database != ":memory:" else None
        self._file: int | None = None
        self._threads = Lock()
        self._holder: object = None
        self._asked: _AskedForTurn | None = None

    def enter(self, holder: object) -> None:
        """Wait for one's turn, or go on with it. Raises QueueTooLongError."""
        if self._holder is holder:
            return
        until = clock.ticks() + PATIENCE
        if not self._threads.acquire(timeout=PATIENCE):
            raise QueueTooLongError
        try:
            self._wait_for_other_processes(until)
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

    def _wait_for_other_processes(self, until: float) -> None:
        if self._path is None:
            return
        if self._file is None:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if self._asked and not self._asked.is_taken_up():
            self._asked = None
        if self._asked is None:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._asked = _AskedForTurn(self._file)
            else:
                return
        self._asked.wait(until - clock.ticks())
        self._asked = None


class _AskedForTurn:
    """The system lets nobody stop waiting for a file. So a thread waits that is there for nothing else, and whoever
    has no more patience leaves it behind, for the next one to wait on with it.
    """

    def __init__(self, file: int) -> None:
        self._file = file
        self._has_come, self._is_wanted = False, True
        self._failed: OSError | None = None
        self._changes = Condition()
        Thread(target=self._wait_as_long_as_it_takes, daemon=True).start()

    def _wait_as_long_as_it_takes(self) -> None:
        failed = None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX)
        except OSError as error:  # Whoever waits is told; the next one asks anew.
            failed = error
        with self._changes:
            self._has_come, self._failed = True, failed
            if self._is_wanted:
                self._changes.notify()
            else:
                self._pass_on()

    def _pass_on(self) -> None:
        """Nobody here takes the turn, or will when it comes."""
        self._is_wanted = False
        if self._has_come and not self._failed:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def is_taken_up(self) -> bool:
        """Wait on with one that was left behind, unless its turn has come and gone meanwhile."""
        with self._changes:
            self._is_wanted = not self._has_come
            return self._is_wanted

    def wait(self, seconds: float) -> None:
        """Wait until it is this process's turn. Raises QueueTooLongError, or what the system says against it."""
        with self._changes:
            try:
                has_come = self._changes.wait_for(lambda: self._has_come, max(seconds, 0))
            except BaseException:  # This process is told to stop.
                self._pass_on()
                raise
            if self._failed:
                raise self._failed
            if not has_come:
                self._pass_on()
                raise QueueTooLongError

"""Writing for several people in one transaction, when several wait: under a rush the commit is what they wait for.

Whoever comes while another thread is writing waits; the first of those who wait then does the work of all of them,
in the order of their coming, and commits once. Nobody is answered before that commit. A lone person waits for nobody.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from app.db import db, transact

T = TypeVar("T")
MOST = 32  # People in one transaction: its locks must not be held for long.


@dataclass(eq=False)
class _Turn:
    """One person's work, and what came of it."""

    work: Callable[[datetime], Any]
    lock: int
    result: Any = None
    error: Exception | None = None
    is_done: bool = False


@dataclass(eq=False)
class _Line:
    """Those of one process who wait to write."""

    turns: deque[_Turn] = field(default_factory=deque)
    writing: Lock = field(default_factory=Lock)

    def next_ones(self) -> list[_Turn]:
        """Only who writes takes from the line, so nobody gets lost between the counting and the taking."""
        return [self.turns.popleft() for _ in range(min(MOST, len(self.turns)))]


_lines: WeakKeyDictionary[Engine, _Line] = WeakKeyDictionary()
_opening = Lock()


def transact_together(work: Callable[[datetime], T], *, lock: int) -> T:
    """``transact``, shared with whoever waits as well. ``lock`` is the id of the one event that the work locks.

    Works of one transaction go by that id, so that two of them never wait for each other. A work that is refused
    spoils the transaction; then each is done again by itself, so it must be repeatable, as for ``transact``.
    """
    line, turn = _line(db.engine), _Turn(work, lock)
    line.turns.append(turn)
    with line.writing:
        while not turn.is_done:
            _do(line.next_ones())
    if turn.error:
        raise turn.error
    result: T = turn.result
    return result


def _line(engine: Engine) -> _Line:
    with _opening:
        return _lines.setdefault(engine, _Line())


def _do(turns: list[_Turn]) -> None:
    if len(turns) > 1 and _do_at_once(turns):
        return
    for turn in turns:
        try:
            turn.result = transact(turn.work)
        except Exception as error:  # It belongs to the thread whose work this is, and is raised there.
            turn.error = error
        turn.is_done = True


def _do_at_once(turns: list[_Turn]) -> bool:
    ordered = sorted(turns, key=lambda turn: turn.lock)
    try:
        results = transact(lambda at: [turn.work(at) for turn in ordered])
    except Exception:  # Whose fault it is shows when each is done alone.
        return False
    for turn, result in zip(ordered, results, strict=True):
        turn.result, turn.is_done = result, True
    return True

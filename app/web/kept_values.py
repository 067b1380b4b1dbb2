"""Values that many requests share for a second: made by one thread while the others use the last ones."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

from app import clock

Value = TypeVar("Value")
OVERTIME = 4.0  # Seconds for which the others may use the last value while one thread makes the next.
MOST_VALUES = 256


@dataclass
class _Kept(Generic[Value]):
    value: Value
    made_at: float
    renewing: Lock = field(default_factory=Lock)


class KeptValues(Generic[Value]):
    """A bounded store. ``seconds`` 0 keeps nothing: every call makes its value."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._kept: dict[Hashable, _Kept[Value]] = {}

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value kept under the key, or a new one."""
        if not self.seconds:
            return make()
        kept = self._kept.get(key)
        if kept is None:
            return self._store(key, make())
        age = clock.ticks() - kept.made_at
        if age < self.seconds:
            return kept.value
        return self._renew(key, kept, make) if age < self.seconds + OVERTIME else self._store(key, make())

    def put(self, key: Hashable, value: Value) -> None:
        """Keep a value that was made for another key."""
        if self.seconds:
            self._store(key, value)

    def _renew(self, key: Hashable, kept: _Kept[Value], make: Callable[[], Value]) -> Value:
        if not kept.renewing.acquire(blocking=False):
            return kept.value
        try:
            return self._store(key, make())
        finally:
            kept.renewing.release()

    def _store(self, key: Hashable, value: Value) -> Value:
        if len(self._kept) >= MOST_VALUES:
            self._kept.clear()
        self._kept[key] = _Kept(value, clock.ticks())
        return value

"""How many seats each way of attending is to have: of an event, or of a session that people pick."""

from typing import Any, Self

from app.models import Event, EventSession, Mode


class SeatNumbers:
    """Seats by way of attending: None is unlimited; a way that is left out is not offered."""

    def __init__(self, by_mode: dict[Mode, int | None], *, shrinking: bool = False) -> None:
        self.by_mode, self.shrinking = by_mode, shrinking

    @classmethod
    def of(cls, held: Event | EventSession) -> Self:
        return cls({pool.mode: pool.capacity if pool.shrink_to is None else pool.shrink_to for pool in held.pools})


def capacities(held: Event | EventSession) -> dict[Mode, int | None]:
    return {pool.mode: pool.capacity for pool in held.pools}


def seats_changed(before: dict[Mode, int | None], after: dict[Mode, int | None]) -> dict[str, list[Any]]:
    """Old beside new, for the history, where they differ."""
    told = {f"seats {mode.value}": [_in_words(before, mode), _in_words(after, mode)] for mode in Mode}
    return {name: pair for name, pair in told.items() if pair[0] != pair[1]}


def _in_words(found: dict[Mode, int | None], mode: Mode) -> int | str | None:
    return ("unlimited" if found[mode] is None else found[mode]) if mode in found else None

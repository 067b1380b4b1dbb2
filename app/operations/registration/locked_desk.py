"""How one way of attending stands: what decides about a newcomer, read under the event's lock."""

from dataclasses import dataclass
from datetime import datetime

from app.models import Mode, RegistrationState
from app.models.event_line import line_moves_until


@dataclass(frozen=True)
class LockedDesk:
    """One way of attending an event, as it stands while we hold the event's lock."""

    event_id: int
    version: int
    state: str
    takes_registrations: bool
    is_paused: bool
    is_plain: bool  # No rules, no sessions to pick: one statement writes everything.
    starts_at: datetime | None
    mode: str
    opens_at: datetime | None
    closes_at: datetime | None
    pool_id: int
    capacity: int | None
    taken: int
    waiting: int
    last_position: int

    @property
    def has_free(self) -> bool:
        return self.capacity is None or self.taken < self.capacity

    def line_is_closed(self, at: datetime) -> bool:
        """The words of ``Event.line_is_closed``."""
        until = line_moves_until(self.starts_at, Mode(self.mode))
        return until is not None and until <= at

    def next_state(self, at: datetime) -> RegistrationState:
        """How a newcomer stands: first come, first served, as long as the line moves."""
        seated = self.has_free and (not self.waiting or self.line_is_closed(at))
        return RegistrationState.CONFIRMED if seated else RegistrationState.WAITLISTED

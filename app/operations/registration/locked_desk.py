"""How one way of attending stands: what decides about a newcomer, read under the event's lock."""

from dataclasses import dataclass
from datetime import datetime

from app.models import RegistrationState


@dataclass(frozen=True)
class LockedDesk:
    """One way of attending an event, as it stands while we hold the event's lock."""

    event_id: int
    version: int
    state: str
    takes_registrations: bool
    is_paused: bool
    is_plain: bool  # No rules, no sessions to pick: one statement writes everything.
    opens_at: datetime | None
    closes_at: datetime | None
    pool_id: int
    capacity: int | None
    taken: int
    waiting: int
    last_position: int

    @property
    def has_seat(self) -> bool:
        """A newcomer is seated only when nobody waits: first come, first served."""
        return not self.waiting and (self.capacity is None or self.taken < self.capacity)

    @property
    def next_state(self) -> RegistrationState:
        return RegistrationState.CONFIRMED if self.has_seat else RegistrationState.WAITLISTED

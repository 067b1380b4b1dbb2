"""Until when somebody is called from an event's waiting list, and how long a seat is held for their answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from app.models.event_days import HeldOnDays
from app.models.offer_time import hours_later
from app.models.seat_pool import Mode

if TYPE_CHECKING:
    from sqlalchemy.orm import Mapped

    from app.models.event_parts import EventSession
    from app.models.registration_rules import RegistrationRules

TRAVEL_TIME = timedelta(hours=24)  # How long before the start nobody is called into the room any more.


def line_moves_until(starts_at: datetime | None, mode: Mode) -> datetime | None:
    """When an event's waiting list is closed: at the start; in person a day before, because people travel."""
    if starts_at is None or mode is Mode.ONLINE:
        return starts_at
    return starts_at - TRAVEL_TIME


class CallsFromLine(HeldOnDays):
    """What follows from its start and its rules."""

    if TYPE_CHECKING:
        rules: Mapped[RegistrationRules | None]
        lines_rest: Mapped[bool]  # Its new date is untold, so nobody is called: made in change_notice.py.

    def promotes_until(self, mode: Mode) -> datetime | None:
        return line_moves_until(self.starts_at, mode)

    def line_is_closed(self, mode: Mode, at: datetime) -> bool:
        """Whether nobody moves up any more: nobody can join, and who still stands in it is before no newcomer."""
        until = self.promotes_until(mode)
        return until is not None and until <= at

    @property
    def offers_seats(self) -> bool:
        """Whether a seat from the waiting list is held for an answer; without this rule it is given at once."""
        return bool(self.rules and self.rules.offer_hours)

    def offer_ends_at(self, mode: Mode, at: datetime) -> datetime | None:
        """Until when a seat offered now is held: never longer than the waiting list moves. None: given at once."""
        ends, until = self._offer_ends(at), self.promotes_until(mode)
        return min(ends, until) if ends and until else ends

    def session_offer_ends_at(self, session: EventSession, at: datetime) -> datetime | None:
        """Until when a seat in a session offered now is held: never longer than to its beginning."""
        ends = self._offer_ends(at)
        return min(ends, session.starts_at) if ends else None

    def _offer_ends(self, at: datetime) -> datetime | None:
        if not (self.rules and self.rules.offer_hours):
            return None
        return hours_later(at, self.rules.offer_hours, self.zone, skip_weekends=self.rules.offers_skip_weekends)

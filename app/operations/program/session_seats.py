"""How many seats each way of attending has in a session that people pick."""

from typing import Any

from sqlalchemy import func, select

from app.db import db
from app.models import EventSession, Mode, Pick, PickState
from app.operations.program.seat_numbers import SeatNumbers, capacities, seats_changed
from app.operations.registration import allotting, seating


class SessionInUseError(Exception):
    """People picked this session, in this way of attending or at all: it cannot just be taken away from them."""

    def __init__(self, people: int, mode: Mode | None = None) -> None:
        super().__init__(people, mode)
        self.people, self.mode = people, mode


class SessionSeats(SeatNumbers):
    """Those of a session; without any way of attending it is open to all.

    Raises allotting.CapacityBelowTakenError unless the seats may shrink as people leave, and SessionInUseError.
    """

    def write(self, session: EventSession) -> dict[str, list[Any]]:
        """Set them. Returns what changed; whoever waited moves up when the change is finished (planning.finish)."""
        before, standing = capacities(session), type(self).of(session).by_mode
        for mode in Mode:
            pool = session.pool(mode)
            if mode not in self.by_mode:
                _close(session, mode)
            elif pool is None:
                seating.add_pool(session, mode, self.by_mode[mode])
            elif self.by_mode[mode] != standing[mode]:
                allotting.set_capacity(pool, self.by_mode[mode], shrinking=self.shrinking)
        return seats_changed(before, capacities(session))


def _close(session: EventSession, mode: Mode) -> None:
    pool = session.pool(mode)
    if pool is None:
        return
    if people := picked_by(session.id, mode):
        raise SessionInUseError(people, mode)
    session.pools.remove(pool)


def picked_by(session_id: int, mode: Mode | None = None) -> int:
    """How many people have picked a session, seated or waiting."""
    query = select(func.count()).where(Pick.session_id == session_id, Pick.state != PickState.CANCELLED)
    return db.session.scalar(query.where(Pick.mode == mode) if mode else query) or 0

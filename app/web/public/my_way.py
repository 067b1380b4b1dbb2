"""The other way of attending, for somebody's own page: whether it can be had now, and what it costs them."""

from dataclasses import dataclass
from datetime import datetime

from app.models import Mode, Registration
from app.models.availability import Availability, mode_availability
from app.operations.registration import switching
from app.operations.registration.switching import Stake
from app.web.public import my_line

SEATS = {Availability.OPEN, Availability.FEW_SEATS}


@dataclass(frozen=True)
class Way:
    """A way of attending that has a seat now, and the sessions that would be lost by it."""

    mode: Mode
    stakes: list[Stake]


def others(mine: Registration, now: datetime) -> list[Way]:
    """None while the person waits for the room beside online: leaving that line is an act of its own."""
    line = my_line.of(mine, now)
    if line and (line.may_attend_online or line.keeps_online):
        return []
    found = [one.mode for one in mode_availability(mine.event, now) if one.availability in SEATS]
    return [Way(mode, switching.at_stake(mine, mode, now)) for mode in found if mode is not mine.mode]

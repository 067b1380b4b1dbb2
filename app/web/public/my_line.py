"""How somebody stands in line, for their own page: for what, behind how many, until when, and what they can do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from app import links
from app.models import EventState, Mode, Registration
from app.models.availability import Availability, mode_availability
from app.operations.registration import offering, switching, taking_free_seats
from app.operations.registration.switching import Stake
from app.operations.registration.waiting import ahead_of, is_passed_by

SEATS = {Availability.OPEN, Availability.FEW_SEATS}


@dataclass(frozen=True)
class Line:
    """One place in line. Of an offered seat ``offer_url`` leads to the page with the answer."""

    mode: Mode
    ahead: int
    keeps_online: bool
    is_closed: bool
    offer_url: str
    offered_until: datetime | None
    may_attend_online: bool
    may_come_free: bool = False  # The list is closed, and a seat that becomes free goes to whoever takes it first.
    has_free_seat: bool = False  # Such a seat is there now, for this person too.
    stakes: Sequence[Stake] = ()  # What it would cost them.
    is_passed_by: bool = False  # Their organization has its places, so a seat goes to somebody else.


def of(mine: Registration, now: datetime) -> Line | None:
    """None for whoever waits for nothing."""
    mode, event = mine.waits_for, mine.event
    if mode is None or event.state is EventState.CANCELLED:
        return None
    held = mine.offered_until is not None
    is_closed = not held and event.line_is_closed(mode, now)
    has_free_seat = is_closed and taking_free_seats.can_take(mine, now)
    return Line(
        mode=mode,
        ahead=0 if held else ahead_of(mine),
        keeps_online=mine.keeps_turn,
        is_closed=is_closed,
        offer_url=_offer_url(mine) if held and not offering.has_ended(mine, now) else "",
        offered_until=mine.offered_until,
        may_attend_online=not held and not mine.keeps_turn and _online_has_seats(mine, now),
        may_come_free=is_closed and taking_free_seats.closed_line(mine, now) is not None,
        has_free_seat=has_free_seat,
        stakes=switching.at_stake(mine, mode, now) if has_free_seat else (),
        is_passed_by=not is_closed and is_passed_by(mine),
    )


def _offer_url(mine: Registration) -> str:
    return url_for("public.offer", token=links.sign_reference(links.OFFER, mine.id, mine.link_version))


def _online_has_seats(mine: Registration, now: datetime) -> bool:
    found = mode_availability(mine.event, now)
    return mine.waits_for is Mode.IN_PERSON and any(
        one.mode is Mode.ONLINE and one.availability in SEATS for one in found
    )

"""How many people of one organization an event takes. Names are compared without what companies add to theirs.

Whether the places of an organization are taken depends on who is registered, so no page tells it: the answer to the
form is the same for all, and whoever finds no place learns so by mail.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select

from app import keys
from app.db import db
from app.models import Event, MessageKind, Registration, RegistrationSource, RegistrationState, SeatPool
from app.models.registration_state import HOLD_OR_WAIT
from app.models.search import organization_core
from app.operations import already_told, auditing, notifying
from app.operations.registration.admitting import needs_approval
from app.operations.registration.details import RegistrationDetails
from app.operations.registration.submitting import RefusedInFieldError

HOLD = tuple(state for state in RegistrationState if state.holds_seat)


class OrganizationFullError(Exception):
    """As many people of this organization are registered as the event takes; staff may register more with a reason."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class OtherOrganizationError(RefusedInFieldError):
    """Seats are counted by organization, so nobody takes theirs along to another one."""

    field = "organization"


def most_of_one(event: Event) -> int | None:
    """How many people of one organization the event takes; None is any number."""
    return event.rules.organization_cap if event.rules else None


def is_full(event: Event, organization: str) -> bool:
    """Whether the organization has its places at a locked event, held or waited for."""
    return not has_places(event, organization, 1)


def counts_on_entry(event: Event) -> bool:
    """Whether whoever registers is counted at once. Where the office approves, it looks at the cap when it does."""
    return bool(most_of_one(event)) and not needs_approval(event)


def turns_away(event: Event, organization: str, count: int = 1) -> bool:
    """Whether so many newcomers of the organization find no place at a locked event."""
    return counts_on_entry(event) and not has_places(event, organization, count)


def has_places(event: Event, organization: str, count: int) -> bool:
    """Whether so many more people of the organization find a place at a locked event."""
    most, core = most_of_one(event), organization_core(organization)
    return not (most and core) or people_of(event, core) + count <= most


def refuse_other_organization(registration: Registration, organization: str) -> None:
    """Whoever holds the registration stays with its organization. Raises OtherOrganizationError."""
    known, named = (organization_core(name) for name in (registration.organization, organization))
    if most_of_one(registration.event) and named != known:
        raise OtherOrganizationError


def people_of(event: Event, core: str, states: tuple[RegistrationState, ...] = HOLD_OR_WAIT) -> int:
    """How many people of an organization hold a seat or wait, unless told otherwise."""
    key = Registration.organization_key
    # Found by the beginning of the name; what follows it decides.
    alike = or_(*(key.startswith(start, autoescape=True) for start in (core, f"the {core}")))
    query = select(key, func.count()).where(Registration.event_id == event.id, Registration.state.in_(states), alike)
    return sum(count for name, count in db.session.execute(query.group_by(key)) if organization_core(name) == core)


def is_over(registration: Registration) -> bool:
    """Whether its organization holds as many places beside this one as the event takes."""
    most, core = most_of_one(registration.event), organization_core(registration.organization)
    return bool(most and core and people_of(registration.event, core) - registration.has_place >= most)


def turn_away(event: Event, details: RegistrationDetails, at: datetime, *, booked_by: str = "") -> None:
    """Mail somebody whose organization has its places. A stranger who types the address again fills no mailbox.

    ``booked_by`` is the colleague who sent the form.
    """
    auditing.record(
        "turned away",
        actor="person",
        subject="event",
        subject_id=event.id,
        event_id=event.id,
        detail={"most": most_of_one(event)},
        personal={"email": details.email, "organization": details.organization},
        at=at,
    )
    if already_told.has_had_enough(MessageKind.ORGANIZATION_FULL, details.email_key, at, event_id=event.id):
        return
    about: dict[str, Any] = {
        "organization": details.organization,
        "most": most_of_one(event),
        "name": details.full_name,
        "mode": details.mode.value,
    }
    if booked_by:
        about |= {"booked_by": booked_by, "is_guest": details.is_guest}
    notifying.queue_to(
        MessageKind.ORGANIZATION_FULL,
        details.email,
        at=at,
        facts={"event": notifying.event_facts(event, at), **about},
        key=f"{event.id}/{keys.confirmation_number(event.id, details.email_key)}/{at.isoformat()}",
        language=details.language,
        event_id=event.id,
    )


def judge(event: Event) -> Callable[[Registration, SeatPool], bool] | None:
    """For the waiting list: whether somebody's organization has a place left among those who hold a seat.

    Who passes is counted.
    """
    most = most_of_one(event)
    if not most:
        return None
    query = select(Registration.organization_key, func.count()).where(
        Registration.event_id == event.id, Registration.state.in_(HOLD)
    )
    held: Counter[str] = Counter()
    for name, count in db.session.execute(query.group_by(Registration.organization_key)):
        held[organization_core(name)] += count

    def has_place(person: Registration, _pool: SeatPool) -> bool:
        core = organization_core(person.organization_key)
        if not core or _is_let_in(person):
            return True
        if held[core] >= most:
            return False
        held[core] += 1
        return True

    return has_place


def keeps_waiting(person: Registration) -> bool:
    """The same for one person, asked of their organization alone: whether seats go to others now."""
    most, core = most_of_one(person.event), organization_core(person.organization_key)
    if not (most and core) or _is_let_in(person):
        return False
    return people_of(person.event, core, HOLD) >= most


def _is_let_in(person: Registration) -> bool:
    """Who holds a seat has their place, and whom staff registered by hand they let in knowingly."""
    return person.state.holds_seat or person.source is RegistrationSource.STAFF

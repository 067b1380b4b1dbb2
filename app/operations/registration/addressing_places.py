"""The right address of somebody whom one booked: asked by the booker, confirmed from there, and moved only then.

Where a place leads to no registration, because its address was known, the person is registered under the right one as
soon as they confirm it. Until then both are asked by the same mail, so that nothing tells the two apart.
"""

import secrets
from datetime import datetime

from app.db import db
from app.models import BookedPlace, MessageKind, Registration
from app.operations import already_told, notifying
from app.operations.registration import capping, entering, managing, picturing
from app.operations.registration.admitting import refuse_other_address
from app.operations.registration.cancelling import BOOKER, PERSON, record
from app.operations.registration.changing import AddressTakenError, NotLiveError, move_to_address
from app.operations.registration.details import email_key
from app.operations.registration.proposing import LIFETIME, MoveOverError, OwnAddressError
from app.operations.registration.recognizing import live_registration
from app.operations.registration.registering import AllTakenError
from app.operations.registration.submitting import RefusedInFieldError


def ask(place_id: int, email: str, *, language: str, at: datetime) -> None:
    """Mail the right address a link, and the one that was typed a notice.

    Raises NotYoursAnyMoreError, EventOverError, OwnAddressError, ChangedTooOftenError, and what
    admitting.refuse_other_address raises.
    """
    place = managing.lock_open(place_id, at)
    event, key = place.booking.event, email_key(email)
    if place.email is None or place.sealed_form is None:
        raise managing.NotYoursAnyMoreError
    if key == email_key(place.email):
        raise OwnAddressError
    refuse_other_address(event, key)
    if place.new_email and email_key(place.new_email) == key:  # The link in the first mail stays good.
        place.new_email_at = at
        _mail(place, language, at)
        return
    managing.count_change(place)
    place.new_email, place.new_email_version, place.new_email_at = email, secrets.randbits(31), at
    _mail(place, language, at)
    _notify(place, at)


def _notify(place: BookedPlace, at: datetime) -> None:
    """The address that was typed hears of it, if a registration stands there for this place."""
    mine = place.registration
    if mine and mine.is_live:
        notice = {"new_address": place.new_email, "asked_by": place.booking.name}
        key = f"place-{place.new_email_version}"
        notifying.queue(MessageKind.ADDRESS_ASKED, mine, at=at, extra=notice, key=key)
        record(mine, "asked for another address", by=BOOKER, at=at, personal={"email": place.new_email})


def _mail(place: BookedPlace, language: str, at: datetime) -> None:
    email = place.new_email or ""
    if already_told.has_had_enough(MessageKind.CONFIRM_ADDRESS, email_key(email), at):
        return
    move = {"id": place.id, "version": place.new_email_version, "name": place.first_name or place.last_name}
    notifying.queue_to(
        MessageKind.CONFIRM_ADDRESS,
        email,
        facts={
            "event": notifying.event_facts(place.booking.event, at),
            "move": move | {"booked": True},
            "holder": place.full_name,
            "asked_by": place.booking.name,
            "mode": place.mode.value,
        },
        key=f"place-{place.id}/{place.new_email_version}/{at.timestamp()}",
        language=language,
        event_id=place.booking.event_id,
        at=at,
    )


def standing(place: BookedPlace, at: datetime) -> str | None:
    """The address that waits to be confirmed."""
    fresh = place.new_email_at and at < place.new_email_at + LIFETIME
    return place.new_email if fresh and place.may_be_managed else None


def withdraw(place_id: int, *, at: datetime) -> None:
    """Take back what was asked. Doing so twice is harmless. Raises NotYoursAnyMoreError, EventOverError."""
    _forget(managing.lock_open(place_id, at))


def confirm(place_id: int, version: int, *, at: datetime) -> Registration:
    """Whoever has the mailbox agrees: the registration is theirs there, and the booker has no part in it any more.

    Raises NotYoursAnyMoreError, EventOverError, MoveOverError, AddressTakenError, NotLiveError, OrganizationFullError,
    AllTakenError, and what admitting.refuse_other_address does.
    """
    place = managing.lock_open(place_id, at)
    email = standing(place, at)
    if email is None or place.new_email_version != version:
        raise MoveOverError
    event, key = place.booking.event, email_key(email)
    refuse_other_address(event, key)
    other = live_registration(event.id, key)
    if other and other is not place.registration:
        raise AddressTakenError
    place.email = email
    place.number = picturing.number(place, picturing.whole(place))
    mine = place.registration
    if mine is None:
        mine = place.registration = _register(place, at)
    elif mine.is_live:
        move_to_address(mine, email, at, PERSON)
    else:
        raise NotLiveError
    place.taken_over_at = at
    _forget(place)
    return mine


def _register(place: BookedPlace, at: datetime) -> Registration:
    """A registration of what the place says, as far as there are seats: sessions and options may be taken by now."""
    event, details = place.booking.event, picturing.whole(place)
    if capping.turns_away(event, details.organization):
        raise capping.OrganizationFullError(capping.most_of_one(event) or 0)
    try:
        wish = entering.foresee(event, details, at)
    except RefusedInFieldError:
        wish = entering.foresee(event, details.with_values(sessions=(), answers=()), at)
    if wish.outcome.waits and event.line_is_closed(wish.details.mode, at):
        raise AllTakenError
    registration = entering.write(event, wish, at)
    entering.tell(registration, wish.details, at)
    return registration


def _forget(place: BookedPlace) -> None:
    place.new_email = place.new_email_version = place.new_email_at = None
    db.session.flush()

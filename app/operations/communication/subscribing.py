"""Asking to follow series and topics by mail, and confirming it from the mailbox.

Whoever types an address is asked by mail to confirm it; until then nothing changes, and a stranger who types an address
that is followed from already changes nothing either.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, func, select

from app.db import db
from app.models import BouncedAddress, FollowRequest, MessageKind, OutgoingEmail, Registration, Rhythm, Subscriber
from app.operations import already_told, notifying
from app.operations.communication import following
from app.operations.communication.wishing import Wish, names
from app.operations.mass_mail import address_digest
from app.operations.registration.details import email_key

LIFETIME = timedelta(days=7)  # Of an address that nobody confirmed.
BATCH = 100
KIND = MessageKind.CONFIRM_FOLLOWING


class FollowOverError(Exception):
    """The link was used, or is older than seven days."""


def ask(email: str, wish: Wish, *, rhythm: Rhythm, language: str, at: datetime, even_if_followed: bool = True) -> None:
    """Mail the address a link to confirm. Nothing tells the asker whether the address was known.

    Who follows all of it already is told so, unless ``even_if_followed`` is false. One such mail an hour and three a
    day is the most; what is asked meanwhile joins the request that waits.
    """
    key = email_key(email)
    subscriber = following.of_address(key)
    new = wish - Wish.followed(subscriber)
    if not new and not even_if_followed:
        return
    request = _waiting_request(key, at)
    may_mail = _may_mail(key, subscriber, at)
    if new and (request or may_mail):
        request = _add(request, email, new, rhythm, language, at)
    if may_mail:
        _mail(email, request if new else None, subscriber, language, at)


def _waiting_request(key: str, at: datetime) -> FollowRequest | None:
    chosen = select(FollowRequest).where(FollowRequest.email_key == key, FollowRequest.asked_at > at - LIFETIME)
    return db.session.scalar(chosen.order_by(FollowRequest.id.desc()).limit(1).with_for_update())


def _may_mail(key: str, subscriber: Subscriber | None, at: datetime) -> bool:
    """Who confirmed the last one may ask for another at once: they have shown that they want it."""
    if not already_told.has_had_enough(KIND, key, at):
        return True
    latest = db.session.scalar(
        select(func.max(OutgoingEmail.queued_at)).where(OutgoingEmail.recipient_key == key, OutgoingEmail.kind == KIND)
    )
    return bool(subscriber and latest and subscriber.confirmed_at > latest)


def _add(
    request: FollowRequest | None, email: str, wish: Wish, rhythm: Rhythm, language: str, at: datetime
) -> FollowRequest:
    if request is None:
        request = FollowRequest(email=email, email_key=email_key(email), wanted=Wish().to_json())
        db.session.add(request)
    request.wanted = (Wish.of(request.wanted) | wish).to_json()
    request.rhythm, request.language, request.asked_at = rhythm, language, at
    db.session.flush()
    return request


def _mail(
    email: str, request: FollowRequest | None, subscriber: Subscriber | None, language: str, at: datetime
) -> None:
    facts: dict[str, Any] = {
        "wanted": names(Wish.of(request.wanted)) if request else [],
        "rhythm": request.rhythm.value if request else None,
        "request": {"id": request.id, "version": request.version} if request else None,
        "subscriber": subscriber.digest if subscriber else None,
        "follows": names(Wish.followed(subscriber)),
        "series": _only_series(Wish.of(request.wanted) if request else Wish.followed(subscriber)),
    }
    row = f"{request.id}-{request.version}" if request else f"known-{address_digest(email_key(email))}"
    key = f"{row}/{at.timestamp()}"
    notifying.queue_to(KIND, email, at=at, facts=facts, key=key, language=language)


def _only_series(wish: Wish) -> list[int]:
    """The series that somebody wants, if it is nothing but series: one of them alone speaks in its own words."""
    return [] if wish.topics else sorted(wish.series)


def request_of(request_id: int, version: int, at: datetime) -> FollowRequest | None:
    """The request that a mailed link names, while it can be answered."""
    request = db.session.get(FollowRequest, request_id)
    return request if request and request.version == version and request.asked_at > at - LIFETIME else None


def confirm(request_id: int, version: int, *, at: datetime) -> Subscriber:
    """The owner of the address says yes. Raises FollowOverError."""
    asked = request_of(request_id, version, at)
    if asked is None:
        raise FollowOverError
    request = next((one for one in following.lock_requests(asked.email_key) if one.id == request_id), None)
    if request is None:  # Answered by another press in this moment.
        raise FollowOverError
    # Whoever pressed the link has read it there: the mailbox is alive, whatever came back from it once.
    db.session.execute(delete(BouncedAddress).where(BouncedAddress.email_key == request.email_key))
    wish = Wish.of(request.wanted)
    return following.follow(request.email, wish, rhythm=request.rhythm, language=request.language, at=at)


def is_wished() -> bool:
    """Whether somebody ticked on a registration form that they want news of the series, and was not asked yet."""
    return db.session.scalar(_wishes().with_only_columns(Registration.id).limit(1)) is not None


def ask_who_ticked(at: datetime) -> int:
    """Ask them to confirm, by the same mail as on the site. Returns how many ticks were dealt with.

    The tick alone makes nobody a subscriber: the address of a registration is not confirmed either.
    """
    people = db.session.scalars(_wishes().order_by(Registration.id).limit(BATCH).with_for_update(of=Registration)).all()
    for person in people:
        person.news_asked_at = at
        if person.can_be_mailed and person.email:
            wish = Wish(series=frozenset({person.event.series_id}))
            ask(person.email, wish, rhythm=Rhythm.WEEKLY, language=person.language, at=at, even_if_followed=False)
    return len(people)


def _wishes() -> Select[Registration]:
    return select(Registration).where(Registration.wants_mail, Registration.news_asked_at.is_(None))

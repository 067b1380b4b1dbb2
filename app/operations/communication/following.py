"""Following series and topics: what an address that has proved itself follows, changes, and stops.

Mail about a registration has nothing to do with any of this.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, select, update
from sqlalchemy.exc import IntegrityError

from app.db import db
from app.models import (
    BouncedAddress,
    Event,
    FailureReason,
    Follow,
    FollowRequest,
    MessageKind,
    Registration,
    Rhythm,
    Subscriber,
)
from app.models.outgoing_email import UNFOLLOWED
from app.operations import auditing
from app.operations.communication import complaining
from app.operations.communication.wishing import Wish, names
from app.operations.mass_mail import address_digest, take_back
from app.operations.registration.details import email_key

SUBJECT = "subscriber"
BATCH = 100


@dataclass(frozen=True)
class Standing:
    """How an address stands with one series: how often its news comes, or whether its owner was asked."""

    rhythm: Rhythm | None
    is_asked: bool


def standing(key: str, series_id: int) -> Standing:
    subscriber = of_address(key)
    follows = subscriber is not None and series_id in Wish.followed(subscriber).series
    wanted = db.session.scalars(select(FollowRequest.wanted).where(FollowRequest.email_key == key))
    is_asked = any(series_id in Wish.of(one).series for one in wanted)
    return Standing(subscriber.rhythm if subscriber and follows else None, is_asked)


def follow(email: str, wish: Wish, *, rhythm: Rhythm, language: str, at: datetime) -> Subscriber:
    """Let an address that has proved itself follow this as well. Only a new subscriber takes the rhythm."""
    _forget_requests(email_key(email), wish)
    subscriber = _locked_or_new(email, rhythm, language, at)
    new = wish - Wish.followed(subscriber)
    _start(subscriber, new, at)
    subscriber.confirmed_at = at
    complaining.welcome(subscriber.email_key, at)
    _record("followed", subscriber, at, detail={"followed": names(new)})
    return subscriber


def _locked_or_new(email: str, rhythm: Rhythm, language: str, at: datetime) -> Subscriber:
    key = email_key(email)
    if found := of_address(key, locked=True):
        return found
    told = {"confirmed_at": at, "told_until": at}
    digest = address_digest(key)
    new = Subscriber(email=email, email_key=key, digest=digest, rhythm=rhythm, language=language, **told)
    try:
        with db.session.begin_nested():
            db.session.add(new)
    except IntegrityError:  # Confirmed twice in one moment: the other was first.
        return db.session.scalars(_by_key(key).with_for_update()).one()
    return new


def _start(subscriber: Subscriber, wish: Wish, at: datetime) -> None:
    subscriber.follows += [Follow(series_id=one, since=at) for one in sorted(wish.series)]
    subscriber.follows += [Follow(topic_id=one, since=at) for one in sorted(wish.topics)]
    db.session.flush()


def change(digest: str, wish: Wish, rhythm: Rhythm, *, at: datetime) -> Subscriber | None:
    """Follow just this from now on, so often. Following nothing is stopping."""
    subscriber = _locked(digest)
    if subscriber is None:
        return None
    if not wish:
        _end(subscriber, at, by="person")
        return None
    _drop(subscriber, Wish.followed(subscriber) - wish)
    _start(subscriber, wish - Wish.followed(subscriber), at)
    subscriber.rhythm = rhythm
    complaining.welcome(subscriber.email_key, at)
    _record("changed what they follow", subscriber, at, detail={"rhythm": rhythm.value, "follows": names(wish)})
    return subscriber


def _drop(subscriber: Subscriber, wish: Wish) -> None:
    gone = [one for one in subscriber.follows if one.series_id in wish.series or one.topic_id in wish.topics]
    subscriber.follows = [one for one in subscriber.follows if one not in gone]
    db.session.flush()
    _untick(subscriber.email_key, Event.series_id.in_(wish.series))


def stop(digest: str, *, at: datetime, by: str = "person") -> None:
    """Stop all news to the address that the link names. Stopping twice is harmless."""
    subscriber = _locked(digest)
    if subscriber:
        _end(subscriber, at, by=by)


def unfollow(email: str, series_id: int, *, at: datetime) -> None:
    """Stop the news of one series, and forget a wish for it that was not confirmed yet."""
    key, given_up = email_key(email), Wish(series=frozenset({series_id}))
    _untick(key, Event.series_id == series_id)
    _forget_requests(key, given_up)
    subscriber = of_address(key, locked=True)
    if subscriber and series_id in Wish.followed(subscriber).series:
        change(subscriber.digest, Wish.followed(subscriber) - given_up, subscriber.rhythm, at=at)


def lock_requests(key: str) -> Sequence[FollowRequest]:
    """What is asked for an address. Always locked before the subscriber, so that nobody waits for each other."""
    chosen = select(FollowRequest).where(FollowRequest.email_key == key).order_by(FollowRequest.id)
    return db.session.scalars(chosen.with_for_update().execution_options(populate_existing=True)).all()


def _locked(digest: str) -> Subscriber | None:
    found = of_link(digest)
    if found is None:
        return None
    lock_requests(found.email_key)
    return of_address(found.email_key, locked=True)


def _forget_requests(key: str, answered: Wish) -> None:
    """Ask no longer for what somebody has, or does not want."""
    for request in lock_requests(key):
        rest = Wish.of(request.wanted) - answered
        if rest:
            request.wanted = rest.to_json()
        else:
            db.session.delete(request)


def stop_for_dead_addresses(at: datetime) -> int:
    """Forget followers at whose address there is no mailbox any more. Returns how many."""
    final = [reason for reason in FailureReason if reason.is_final]
    chosen = (
        select(Subscriber)
        .join(BouncedAddress, BouncedAddress.email_key == Subscriber.email_key)
        .where(BouncedAddress.reason.in_(final))
    )
    dead = db.session.scalars(chosen.limit(BATCH)).all()
    for subscriber in dead:
        _end(subscriber, at, by="worker")
    return len(dead)


def _end(subscriber: Subscriber, at: datetime, *, by: str) -> None:
    """Forget the address, with what waits to leave for it and what was asked for it."""
    _record("stopped following", subscriber, at, by=by)
    db.session.execute(delete(FollowRequest).where(FollowRequest.email_key == subscriber.email_key))
    db.session.delete(subscriber)
    db.session.flush()
    _untick(subscriber.email_key)
    take_back(MessageKind.NEWS, subscriber.email_key, UNFOLLOWED, at=at)


def _untick(key: str, *of_events: ColumnElement[bool]) -> None:
    """Lists of attendees say no longer that the person wants news."""
    events = select(Event.id).where(*of_events)
    chosen = (Registration.email_key == key, Registration.wants_mail, Registration.event_id.in_(events))
    db.session.execute(
        update(Registration).where(*chosen).values(wants_mail=False), execution_options={"synchronize_session": False}
    )


def of_address(key: str, *, locked: bool = False) -> Subscriber | None:
    chosen = _by_key(key)
    return db.session.scalar(chosen.with_for_update() if locked else chosen)


def _by_key(key: str) -> Select[Subscriber]:
    return select(Subscriber).where(Subscriber.email_key == key).execution_options(populate_existing=True)


def of_id(subscriber_id: int) -> Subscriber | None:
    return db.session.get(Subscriber, subscriber_id)


def of_link(digest: str) -> Subscriber | None:
    """Whom a mailed link names, if they follow anything."""
    return db.session.scalar(select(Subscriber).where(Subscriber.digest == digest))


def _record(
    act: str, subscriber: Subscriber, at: datetime, *, by: str = "person", detail: dict[str, Any] | None = None
) -> None:
    """The log names the row, never the address: whoever stops is gone from it as well."""
    auditing.record(act, actor=by, subject=SUBJECT, subject_id=subscriber.id, detail=detail, at=at)

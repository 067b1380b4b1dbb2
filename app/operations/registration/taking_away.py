"""A session that people picked is not held: it is taken from them, they hear of it, or it is given back to them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.orm import joinedload, selectinload

from app.db import db
from app.models import ChangeNotice, Event, EventSession, MessageKind, Pick, PickState, Registration
from app.models.message_kind import ABOUT_SESSIONS, COMPANIONS
from app.models.registration_state import HOPE_TO_COME
from app.operations import already_told, notifying
from app.operations.registration import seating
from app.operations.registration.cancelling import record
from app.operations.registration.changing import Change, finish

Had = dict[str, Any]  # What somebody had of a session: by JSON's values, so that "Undo" can bring it back.


def take_away(session: EventSession, reason: str, *, by: str, at: datetime) -> list[Had]:
    """Take a session from everybody who picked it, with the reason as they will read it. Lock the event.

    Returns what each had of it.
    """
    had = []
    for pick in _live_picks_of(session):
        had.append(_had(pick))
        before = pick.registration.session_titles
        seating.give_up(pick)
        told: dict[str, object] = {"sessions": [before, pick.registration.session_titles]}
        record(pick.registration, "changed", by=by, at=at, detail={"reason": reason}, personal=told)
    db.session.flush()
    return had


def _live_picks_of(session: EventSession) -> Sequence[Pick]:
    query = select(Pick).where(Pick.session_id == session.id, Pick.state != PickState.CANCELLED)
    people = joinedload(Pick.registration).selectinload(Registration.picks)
    return db.session.scalars(query.options(people).order_by(Pick.registration_id)).all()


def _had(pick: Pick) -> Had:
    return {
        "person": pick.registration_id,
        "mode": pick.mode.value,
        "state": pick.state.value,
        "position": pick.position,
        "offered_until": pick.offered_until and pick.offered_until.isoformat(),
        "picked_at": pick.picked_at.isoformat(),
    }


def had_one(notice: ChangeNotice) -> ColumnElement[bool]:
    """For a query of registrations: who lost a session that the notice tells of."""
    return among({had["person"] for removed in notice.removed for had in removed["picks"]})


def among(people: Iterable[int]) -> ColumnElement[bool]:
    """For a query of registrations. The numbers stand in the statement itself: databases take only so many values."""
    return Registration.id.in_(bindparam(None, sorted(people), expanding=True, literal_execute=True))


def tell(event: Event, notice: ChangeNotice, *, most: int, at: datetime) -> int:
    """Write to people who lost sessions, so many at once. Returns how many; each hears of all in one mail."""
    if not notice.removed:
        return 0
    fresh = already_told.not_told(MessageKind.CHANGED, key_of(notice))
    chosen = select(Registration).where(had_one(notice), Registration.state.in_(HOPE_TO_COME), fresh)
    people = db.session.scalars(chosen.order_by(Registration.id).limit(most)).all()
    notifying.load_picks(people)
    for person in people:
        person.calendar_sequence += 1
    notifying.queue_many(
        MessageKind.CHANGED,
        people,
        {"event": notifying.event_facts(event, at), "by_office": True},
        at=at,
        key=key_of(notice),
        priority=notifying.SERVICE,
        own=partial(_told, notice=notice),
        takes_back=ABOUT_SESSIONS | COMPANIONS,
    )
    return len(people)


def key_of(notice: ChangeNotice) -> str:
    """What tells the mails apart that tell of its sessions: that of the first one."""
    key: str = notice.removed[0]["key"]
    return key


def _told(person: Registration, notice: ChangeNotice) -> dict[str, Any]:
    """What one person hears. The calendar strikes out what is in the database no more."""
    lost = [one for one in notice.removed if any(had["person"] == person.id for had in one["picks"])]
    now, facts = person.session_titles, notifying.registration_facts(person)
    gone = [*facts.get("given_up", []), *(one["facts"] | {"state": PickState.CANCELLED.value} for one in lost)]
    titles = [one["title"] for one in lost]
    return {
        "changes": [["sessions", [*now, *titles], now]],
        "dropped": titles,
        "reason": reason_of(lost),
        "registration": facts | {"given_up": gone},
    }


def reason_of(removed: Sequence[dict[str, Any]]) -> str:
    """Why sessions are not held; each with its own reason, unless all have the same."""
    if len({one["reason"] for one in removed}) == 1:
        return str(removed[0]["reason"])
    return " ".join(f"{one['title']}: {one['reason']}" for one in removed if one["reason"])


def forget(notice: ChangeNotice) -> None:
    """Once everybody was told, only which sessions they were is kept."""
    if notice.removed:
        kept = [{name: one[name] for name in ("title", "reason", "by", "at", "key")} for one in notice.removed]
        notice.former = notice.former | {"removed": [one | {"picks": []} for one in kept]}


@dataclass(frozen=True)
class Return:
    """Who has a session again that is back; and who has not, since they attend another way by now, or have something
    beside which it cannot be had. Whoever cancelled in between is neither.
    """

    back: list[Registration]
    lost: list[Registration]


def give_back(session: EventSession, had: Iterable[Had]) -> Return:
    """Let everybody have it as they had it: seat, held seat, or place in line."""
    by_person = {one["person"]: one for one in had}
    people = select(Registration).where(among(by_person), Registration.state.in_(HOPE_TO_COME))
    found = Return([], [])
    for person in db.session.scalars(people.options(selectinload(Registration.picks)).order_by(Registration.id)):
        (found.back if seating.put_back(person, session, by_person[person.id]) else found.lost).append(person)
    return found


def note_return(session: EventSession, back: Iterable[Registration], *, by: str, at: datetime) -> None:
    """Write into the histories of those who need no mail that they have it again."""
    for person in back:
        now = person.session_titles
        told: dict[str, object] = {"sessions": [[one for one in now if one != session.title], now]}
        record(person, "changed", by=by, at=at, personal=told)


def tell_of_return(
    session: EventSession, back: Iterable[Registration], lost: Iterable[Registration], *, by: str, at: datetime
) -> None:
    """Write to those of whom other mail has shown since what they had without it, and to those who have it no more."""
    for person in back:
        now = person.session_titles
        finish(person, [Change("sessions", [one for one in now if one != session.title], now)], at, by)
    for person in lost:
        now = person.session_titles
        finish(person, [Change("sessions", [*now, session.title], now)], at, by)

"""Telling everybody concerned that an event has changed, once the ten minutes for "Undo" are over."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import select

from app.db import db
from app.models import ChangeNotice, Event, EventState, MessageKind, Mode, Pick, Registration
from app.models import RegistrationState as State
from app.models.registration_state import HOPE_TO_COME
from app.operations import already_told, auditing, notifying
from app.operations.communication import ushering
from app.operations.registration import allotting, moving_sessions, taking_away, telling_invited, untold_dates, waiting

BATCH = 500  # People for each transaction: nobody waits long behind it.


def send_due_notices(at: datetime) -> int:
    """Queue the mails of the notice that is due, a batch of people at a time. Returns how many.

    People are told what is true now. When that is what was true before, or staff tell nobody, the notice ends there.
    The first batch sets ``sent_at``, from which on there is nothing to undo; the last one sets ``recipients``.
    """
    notice = _next_due(at)
    if notice is None:
        return 0
    event = db.session.get_one(Event, notice.event_id)
    now = notifying.event_facts(event, at)
    if notice.sent_at is None and _says_nothing(notice, event, now, at):
        notice.withdrawn_at = at
        _let_lines_move(notice, at)
        return 0
    count, is_last = _tell_some(notice, event, now, at)
    notice.sent_at = notice.sent_at or at
    if is_last:
        _finish(notice, at)
    return count


def _tell_some(notice: ChangeNotice, event: Event, now: dict[str, object], at: datetime) -> tuple[int, bool]:
    """How many heard of it this time, and whether that was all. Who lost a session hears of that last."""
    count, is_last = _tell_of_change(notice, event, now, at)
    if not is_last or event.state is EventState.CANCELLED:
        return count, is_last
    told = taking_away.tell(event, notice, most=BATCH - count, at=at)
    return count + told, count + told < BATCH


def _tell_of_change(notice: ChangeNotice, event: Event, now: dict[str, object], at: datetime) -> tuple[int, bool]:
    if not notice.tells_of_event:
        return 0, True
    if notice.kind is MessageKind.SESSION_JOIN:
        count = ushering.write_again(event, _key(notice), at)
        return count, not count
    people = _not_told(notice, event)
    _tell(notice, people, now, at)
    if len(people) == BATCH:
        return BATCH, False
    invited = telling_invited.tell(
        notice.kind,
        event,
        _about(notice, now),
        key=_key(notice),
        invited_until=notice.made_at,
        most=BATCH - len(people),
        at=at,
    )
    told = len(people) + invited
    return told, told < BATCH


def _tell(notice: ChangeNotice, people: Sequence[Registration], now: dict[str, object], at: datetime) -> None:
    moved = moving_sessions.moved(notice.event, notice.before)
    if notice.kind is MessageKind.SESSION_MOVED:
        moving_sessions.tell(people, moved, notice.before, key=_key(notice), by=notice.made_by, at=at)
        return
    own = partial(moving_sessions.own_changes, sessions=moved, before=notice.before)
    notifying.queue_many(notice.kind, people, _about(notice, now), at=at, key=_key(notice), own=own)


def _about(notice: ChangeNotice, now: dict[str, object]) -> dict[str, object]:
    before = {name: value for name, value in notice.before.items() if name != "sessions"}
    return {"event": now, "before": before, "reason": notice.reason}


def _next_due(at: datetime) -> ChangeNotice | None:
    """Locked; and so is the event before it, as everywhere, where its lines move once people know the date."""
    due = (ChangeNotice.due_at <= at, ChangeNotice.withdrawn_at.is_(None), ChangeNotice.recipients.is_(None))
    chosen = select(ChangeNotice).where(*due).order_by(ChangeNotice.due_at, ChangeNotice.id).limit(1)
    first = db.session.scalar(chosen)
    if first is None:
        return None
    if untold_dates.tells_of(first):
        allotting.lock_event(first.event_id)
    locked = chosen.where(ChangeNotice.id == first.id).with_for_update()
    return db.session.scalar(locked.execution_options(populate_existing=True))


def _says_nothing(notice: ChangeNotice, event: Event, now: dict[str, object], at: datetime) -> bool:
    if not notice.tells_of_event:
        return not notice.removed
    if notice.kind is MessageKind.SESSION_MOVED:
        return not moving_sessions.moved(event, notice.before)
    if notice.kind is MessageKind.SESSION_JOIN:
        return not any(joining.is_to_be_mailed_again(at) for joining in event.session_joinings)
    return notice.kind is not MessageKind.HOW_TO_JOIN and notifying.gist(notice.before) == notifying.gist(now)


def _not_told(notice: ChangeNotice, event: Event) -> Sequence[Registration]:
    """Whoever registered after the change was told the truth from the start."""
    chosen = select(Registration).where(
        Registration.event_id == notice.event_id,
        Registration.registered_at <= notice.made_at,
        already_told.not_told(notice.kind, _key(notice)),
    )
    if notice.kind is MessageKind.HOW_TO_JOIN:
        chosen = chosen.where(Registration.mode == Mode.ONLINE, Registration.state == State.CONFIRMED)
    elif notice.kind is MessageKind.SESSION_MOVED:
        moved = moving_sessions.moved(event, notice.before)
        chosen = chosen.where(moving_sessions.picked_one_of(moved, Pick.picked_at <= notice.made_at))
    else:
        chosen = chosen.where(Registration.state.in_(HOPE_TO_COME))
    return db.session.scalars(chosen.order_by(Registration.id).limit(BATCH)).all()


def _key(notice: ChangeNotice) -> str:
    return f"notice-{notice.id}"


def _let_lines_move(notice: ChangeNotice, at: datetime) -> None:
    """They rested while nobody knew the new date."""
    if untold_dates.tells_of(notice):
        waiting.promote(notice.event, at)


def _finish(notice: ChangeNotice, at: datetime) -> None:
    keys = [(notice.kind, _key(notice))]
    if notice.removed:
        keys.append((MessageKind.CHANGED, taking_away.key_of(notice)))
    notice.recipients = sum(already_told.count_told(kind, notice.event_id, key) for kind, key in keys)
    taking_away.forget(notice)
    _let_lines_move(notice, at)
    auditing.record(
        "told of change",
        actor="worker",
        subject="event",
        subject_id=notice.event_id,
        event_id=notice.event_id,
        detail={"notice": notice.kind.value, "recipients": notice.recipients},
        at=at,
    )

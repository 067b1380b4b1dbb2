"""Following by mail, as people do it: ask, confirm, and let the worker's timetable run."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app import clock
from app.db import db, transact
from app.models import EventNews, MessageKind, OutgoingEmail, Rhythm, Series, Subscriber, Topic
from app.operations.communication import digesting, following, gathering, subscribing
from app.operations.communication.wishing import Wish

OFFICE = ZoneInfo("America/New_York")
UNDO = timedelta(minutes=10)


def wish(*followed: Series | Topic) -> Wish:
    return Wish(
        frozenset(one.id for one in followed if isinstance(one, Series)),
        frozenset(one.id for one in followed if isinstance(one, Topic)),
    )


def follower(*followed: Series | Topic, email: str = "ana@example.com", rhythm: Rhythm = Rhythm.AT_ONCE) -> Subscriber:
    """Somebody who has confirmed the address."""
    wanted = wish(*followed)
    return transact(lambda at: following.follow(email, wanted, rhythm=rhythm, language="en", at=at))


def ask(*followed: Series | Topic, email: str = "ana@example.com", rhythm: Rhythm = Rhythm.DAILY) -> None:
    wanted = wish(*followed)
    transact(lambda at: subscribing.ask(email, wanted, rhythm=rhythm, language="en", at=at))


def note() -> int:
    """Let the timetable see what is new, until there is nothing more. How many events it looked at."""
    count = 0
    while gathering.has_changed():
        count += transact(gathering.note_news)
    return count


def mail_news() -> int:
    """Let the timetable mail what is due now, until nobody is left."""
    count = 0
    while digesting.is_due(clock.now(), OFFICE):
        count += transact(lambda at: digesting.send_digests(at, OFFICE))
    return count


def told(at: datetime | None = None) -> list[tuple[str, list[tuple[str, str]]]]:
    """What this run of the timetable mails: to whom, and of each event what."""
    before = {row.id for row in rows(MessageKind.NEWS)}
    if at is None:
        mail_news()
    else:
        with clock.stopped_at(at):
            mail_news()
    return [(row.recipient, _news(row)) for row in rows(MessageKind.NEWS) if row.id not in before]


def _news(row: OutgoingEmail) -> list[tuple[str, str]]:
    return [(one["what"], one["event"]["title"]) for one in row.facts["news"]]


def rows(kind: MessageKind) -> list[OutgoingEmail]:
    db.session.rollback()
    return list(db.session.scalars(db.select(OutgoingEmail).filter_by(kind=kind).order_by(OutgoingEmail.id)))


def noted() -> Iterable[EventNews]:
    db.session.rollback()
    return db.session.scalars(db.select(EventNews).order_by(EventNews.id)).all()

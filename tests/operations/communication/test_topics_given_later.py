"""For whoever follows a topic, an event that comes under it later is new; others know it already."""

from datetime import timedelta

import pytest

from app import clock
from app.db import db, transact
from app.models import Event, ToldEvent, Topic
from tests.conftest import NOON
from tests.operations.communication.test_digesting import LATER, change
from tests.support import factories as make
from tests.support.following import UNDO, follower, mail_news, note, told

pytestmark = pytest.mark.usefixtures("app", "at")


@pytest.fixture
def known():
    """An event that was told to followers of its series and of its first topic."""
    series, first = make.series(), make.topic()
    event = make.event(title="Filing", series=series, topics=[first])
    follower(series, email="series@example.com")
    follower(first, email="first@example.com")
    note()
    with clock.stopped_at(LATER):
        mail_news()
    return event, first


def give(event, *topics, at):
    with clock.stopped_at(at):
        ids = [topic.id for topic in topics]
        transact(lambda at: _write(event.id, ids, at))
        note()


def _write(event_id, ids, at):
    row = db.session.get_one(Event, event_id)
    row.topics, row.changed_at = [db.session.get_one(Topic, one) for one in ids], at


def follow(*topics, email="ana@example.com"):
    """Somebody who came after the event had been told."""
    with clock.stopped_at(LATER):
        follower(*topics, email=email)


def test_it_is_new_to_them_and_no_news_to_others(known):
    event, first = known
    given = make.topic()
    follow(given, email="given@example.com")
    follow(first, given, email="both@example.com")
    follow(event.series, given, email="either@example.com")
    give(event, first, given, at=LATER + UNDO)
    assert told(LATER + UNDO) == []  # Ten minutes for "Undo".
    assert told(LATER + 2 * UNDO) == [("given@example.com", [("new", "Filing")])]
    assert told(LATER + 9 * UNDO) == []


def test_taken_away_in_time_it_is_no_news(known):
    event, first = known
    given = make.topic()
    follow(given)
    give(event, first, given, at=LATER)
    give(event, first, at=LATER + timedelta(minutes=5))
    assert told(LATER + 2 * UNDO) == []


def test_given_again_it_is_told_once(known):
    event, first = known
    given = make.topic()
    follow(given)
    give(event, given, at=LATER)
    assert len(told(LATER + UNDO)) == 1
    give(event, first, at=LATER + 2 * UNDO)
    give(event, given, at=LATER + 3 * UNDO)
    assert told(LATER + 9 * UNDO) == []


def test_with_a_change_newcomers_read_of_a_new_event_and_others_of_the_change(known):
    event, first = known
    given = make.topic()
    follow(given, email="given@example.com")
    with clock.stopped_at(LATER):
        change(event, title="Filing an Entry")
    give(event, first, given, at=LATER)
    assert sorted(told(LATER + UNDO)) == [
        ("first@example.com", [("changed", "Filing an Entry")]),
        ("given@example.com", [("new", "Filing an Entry")]),
        ("series@example.com", [("changed", "Filing an Entry")]),
    ]


def test_a_later_change_reaches_them_as_one(known):
    event, first = known
    given = make.topic()
    follow(given, email="given@example.com")
    give(event, first, given, at=LATER)
    assert told(LATER + UNDO) == [("given@example.com", [("new", "Filing")])]
    with clock.stopped_at(LATER + 2 * UNDO):
        change(event, title="Filing an Entry")
        note()
    assert ("given@example.com", [("changed", "Filing an Entry")]) in told(LATER + 3 * UNDO)


def test_given_while_the_event_itself_waits_to_be_told_it_is_one_piece_of_news():
    given = make.topic()
    event = make.event(title="Filing")
    follower(given)
    note()
    give(event, given, at=NOON + timedelta(minutes=5))
    assert len(told(LATER)) == 1
    assert told(LATER + UNDO) == []


def test_events_told_before_this_was_looked_at_are_no_news(known):
    event, first = known
    given = make.topic()
    follow(given)
    transact(lambda _: setattr(db.session.get_one(ToldEvent, event.id), "topic_ids", None))
    give(event, first, given, at=LATER)
    assert told(LATER + UNDO) == []

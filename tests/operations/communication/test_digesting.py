"""News reaches whoever follows, in one mail, in their rhythm, once; and nobody who has stopped."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from app import clock
from app.db import db, transact
from app.models import (
    Access,
    BouncedAddress,
    EmailState,
    Event,
    EventState,
    FailureReason,
    Follow,
    MessageKind,
    OutgoingEmail,
    Rhythm,
    Subscriber,
)
from app.operations.communication import digesting, following, gathering
from app.operations.mass_mail import address_digest
from app.operations.program import publishing, rescheduling
from app.operations.program.moments import Moment
from app.operations.program.rescheduling import Move
from app.operations.program.telling import Telling
from tests.conftest import NOON
from tests.support import factories as make
from tests.support.desk import with_rules
from tests.support.following import OFFICE, UNDO, follower, note, noted, rows, told, wish
from tests.support.letters import deliver

pytestmark = pytest.mark.usefixtures("app", "at")
LATER = NOON + UNDO
EIGHT = make.on("2026-03-03", 13)  # Tuesday, eight in the morning in Washington.
MONDAY = make.on("2026-03-09", 12)  # The same hour, after the clocks went forward.


def change(event, **values):
    def work(at):
        row = db.session.get_one(Event, event.id)
        for name, value in (values | {"changed_at": at}).items():
            setattr(row, name, value)

    transact(work)


def move(event, days, at):
    with clock.stopped_at(at):
        starts, ends = (
            Moment.near(local + timedelta(days=days), ZoneInfo("America/New_York"))
            for local in (event.starts_local, event.ends_local)
        )
        transact(
            lambda at: rescheduling.reschedule(
                event.id, Move(starts, ends), version=None, by="lee@example.gov", at=at, tell=Telling()
            )
        )
        note()


def test_a_new_event_reaches_followers_of_its_series_and_its_topics_once():
    series, topic = make.series(), make.topic()
    follower(series, email="series@example.com")
    follower(topic, email="topic@example.com")
    follower(series, topic, email="both@example.com")
    follower(make.series(), make.topic(), email="other@example.com")
    make.event(title="Filing", series=series, topics=[topic])
    assert note() == 1
    assert told() == []  # Ten minutes for "Undo".
    people = ("series@example.com", "topic@example.com", "both@example.com")
    assert told(LATER) == [(person, [("new", "Filing")]) for person in people]
    assert told(LATER + timedelta(hours=1)) == []


def test_publishing_a_draft_is_news():
    series = make.series()
    follower(series)
    draft = make.event(title="Filing", series=series, state=EventState.DRAFT, captions="Live", privacy_statement="Yes.")
    assert note() == 0
    with_gaps_filled = {
        "accessibility_contact_name": "Desk",
        "accessibility_contact_email": "desk@example.gov",
        "accessibility_by": draft.starts_local.date(),
    }
    change(draft, **with_gaps_filled)
    transact(lambda at: publishing.publish(draft.id, by="lee@example.gov", at=at))
    note()
    assert told(LATER) == [("ana@example.com", [("new", "Filing")])]


def test_several_events_come_in_one_mail_by_their_dates():
    series = make.series()
    follower(series)
    make.event(
        title="Later",
        series=series,
        starts_local=make.wall("2026-05-01 13:00"),
        ends_local=make.wall("2026-05-01 14:00"),
    )
    make.event(title="Sooner", series=series)
    note()
    assert told(LATER) == [("ana@example.com", [("new", "Sooner"), ("new", "Later")])]


def test_a_change_tells_what_was_and_what_is():
    series = make.series()
    event = make.event(series=series)
    note()
    with clock.stopped_at(LATER):
        follower(series)
    move(event, 3, LATER)
    ((_, news),) = told(LATER + UNDO)
    assert news == [("changed", event.title)]
    (item,) = rows(MessageKind.NEWS)[0].facts["news"]
    assert item["before"]["starts_at"] < item["event"]["starts_at"]


def test_a_change_that_is_undone_in_time_is_no_news():
    series = make.series()
    event = make.event(series=series)
    note()
    with clock.stopped_at(LATER):
        follower(series)
    move(event, 3, LATER)
    move(db.session.get_one(Event, event.id), -3, LATER + timedelta(minutes=5))
    assert told(LATER + timedelta(hours=1)) == []


def test_a_change_that_was_seen_and_is_undone_in_time_is_no_news():
    series = make.series()
    event = make.event(series=series)
    note()
    with clock.stopped_at(LATER):
        follower(series)
    for minutes, days in ((0, 3), (5, -3)):
        move(db.session.get_one(Event, event.id), days, LATER + timedelta(minutes=minutes))
        with clock.stopped_at(LATER + timedelta(minutes=minutes)):
            note()
    assert [told(LATER + timedelta(minutes=minutes)) for minutes in (11, 16)] == [[], []]


def test_what_people_do_not_plan_by_is_no_news():
    series = make.series()
    event = make.event(series=series)
    note()
    with clock.stopped_at(LATER):
        follower(series)
        change(event, summary="Another summary.")
        assert note() == 1
    assert [news.before for news in noted()] == [None]
    assert told(LATER + UNDO) == []


@pytest.mark.parametrize(("state", "word"), [(EventState.POSTPONED, "postponed"), (EventState.CANCELLED, "cancelled")])
def test_what_does_not_take_place_is_told(state, word):
    series = make.series()
    event = make.event(series=series)
    note()
    with clock.stopped_at(LATER):
        follower(series)
        change(event, state=state)
        note()
    assert told(LATER + UNDO) == [("ana@example.com", [(word, event.title)])]


def test_an_event_that_was_never_told_of_is_not_called_off():
    series = make.series()
    follower(series)
    event = make.event(series=series)
    note()
    change(event, state=EventState.CANCELLED)
    note()
    assert told(LATER) == []


def test_what_is_over_or_unlisted_or_no_longer_public_is_not_told():
    series = make.series()
    follower(series)
    events = [make.event(series=series) for _ in range(3)]
    note()
    with_rules(events[0].id, access=Access.LINK)
    change(events[1], state=EventState.DRAFT)
    assert told(events[2].ends_at) == []


def test_an_unlisted_event_is_noted_nowhere():
    event = make.event()
    with_rules(event.id, access=Access.LINK)
    assert note() == 0


def test_past_events_of_an_import_are_no_news():
    make.event(starts_local=make.wall("2024-03-02 13:00"), ends_local=make.wall("2024-03-02 14:00"))
    assert note() == 1
    assert not noted()


def test_nobody_hears_of_what_was_new_before_they_followed():
    series, topic = make.series(), make.topic()
    make.event(series=series, topics=[topic])
    note()
    with clock.stopped_at(NOON + timedelta(minutes=1)):
        ana = follower(series)
        assert told(LATER) == []
    with clock.stopped_at(LATER):
        transact(lambda at: following.change(ana.digest, wish(series, topic), Rhythm.AT_ONCE, at=at))
    assert told(LATER + UNDO) == []


def test_each_rhythm_has_its_hour_by_the_clocks_of_the_office():
    series = make.series()
    for rhythm in Rhythm:
        follower(series, email=f"{rhythm.value}@example.com", rhythm=rhythm)
    make.event(title="Filing", series=series)
    note()
    news = [("new", "Filing")]
    second = timedelta(seconds=1)
    assert told(LATER) == [("at-once@example.com", news)]
    assert told(EIGHT - second) == []
    assert told(EIGHT) == [("daily@example.com", news)]
    assert told(MONDAY - second) == []
    assert told(MONDAY) == [("weekly@example.com", news)]
    assert told(MONDAY + timedelta(days=7)) == []


def test_a_digest_gathers_what_came_since_the_last():
    series = make.series()
    follower(series, rhythm=Rhythm.DAILY)
    for title, day in (("Monday", NOON), ("Tuesday", EIGHT + timedelta(hours=2))):
        with clock.stopped_at(day):
            make.event(title=title, series=series)
            note()
    assert told(EIGHT) == [("ana@example.com", [("new", "Monday")])]
    assert told(EIGHT + timedelta(days=1)) == [("ana@example.com", [("new", "Tuesday")])]


def test_who_changes_from_weekly_to_at_once_gets_what_has_gathered():
    series = make.series()
    ana = follower(series, rhythm=Rhythm.WEEKLY)
    make.event(title="Filing", series=series)
    note()
    assert told(LATER) == []
    transact(lambda at: following.change(ana.digest, wish(series), Rhythm.AT_ONCE, at=at))
    assert told(LATER) == [("ana@example.com", [("new", "Filing")])]


def test_an_edition_that_nobody_was_there_to_send_is_sent_later():
    series = make.series()
    follower(series, rhythm=Rhythm.DAILY)
    make.event(series=series)
    note()
    assert len(told(EIGHT + timedelta(hours=5))) == 1


def test_stopping_takes_back_what_has_not_left():
    series = make.series()
    ana = follower(series)
    make.event(series=series)
    note()
    told(LATER)
    transact(lambda at: following.stop(ana.digest, at=at))
    assert [row.state for row in rows(MessageKind.NEWS)] == [EmailState.WITHDRAWN]


@pytest.mark.parametrize("state", [EmailState.RETRY, EmailState.IN_DOUBT])
def test_a_mail_that_was_on_the_wire_is_not_tried_again(app, state):
    """It could not be called back when the person stopped; its try failed, and another one would come too late."""
    series = make.series()
    ana = follower(series)
    make.event(series=series)
    note()
    told(LATER)
    transact(lambda _: db.session.execute(db.update(OutgoingEmail).values(state=EmailState.SENDING)))
    transact(lambda at: following.stop(ana.digest, at=at))
    transact(lambda _: db.session.execute(db.update(OutgoingEmail).values(state=state)))
    with clock.stopped_at(LATER):
        assert not [letter for letter in deliver(app) if letter["List-Unsubscribe"]]
    assert [row.state for row in rows(MessageKind.NEWS)] == [EmailState.WITHDRAWN]


def bounced(email, reason):
    transact(lambda at: db.session.add(BouncedAddress(email_key=email, bounced_at=at, reason=reason)))


def test_followers_without_a_mailbox_are_forgotten_and_others_are_not():
    series = make.series()
    final = next(reason for reason in FailureReason if reason.is_final)
    other = next(reason for reason in FailureReason if not reason.is_final)
    for email, reason in (("gone@example.com", final), ("full@example.com", other)):
        follower(series, email=email)
        bounced(email, reason)
    assert transact(following.stop_for_dead_addresses) == 1
    assert db.session.scalars(db.select(Subscriber.email)).all() == ["full@example.com"]


def test_old_news_is_forgotten():
    make.event()
    note()
    with clock.stopped_at(LATER + gathering.KEPT):
        assert transact(gathering.forget_news) == 0
    with clock.stopped_at(LATER + gathering.KEPT + timedelta(seconds=1)):
        assert transact(gathering.forget_news) == 1


def test_a_long_digest_is_cut_and_says_so(monkeypatch):
    monkeypatch.setattr(digesting, "MOST_EVENTS", 2)
    series = make.series()
    follower(series)
    for _ in range(3):
        make.event(series=series)
    note()
    told(LATER)
    (mail,) = rows(MessageKind.NEWS)
    assert (len(mail.facts["news"]), mail.facts["left_out"]) == (2, 1)


def many(series, count):
    def work(at):
        people = [f"person{number}@example.com" for number in range(count)]
        common = {"rhythm": Rhythm.AT_ONCE, "confirmed_at": at, "told_until": at}
        values = [{"email": one, "email_key": one, "digest": address_digest(one)} | common for one in people]
        db.session.execute(db.insert(Subscriber), values)
        ids = db.session.scalars(db.select(Subscriber.id)).all()
        db.session.execute(
            db.insert(Follow), [{"subscriber_id": one, "series_id": series.id, "since": at} for one in ids]
        )

    transact(work)


def test_many_are_told_in_batches_and_each_once(monkeypatch):
    monkeypatch.setattr(digesting, "BATCH", 2)
    series = make.series()
    many(series, 5)
    make.event(series=series)
    note()
    with clock.stopped_at(LATER):
        run = [transact(lambda at: digesting.send_digests(at, OFFICE)) for _ in range(5)]
    assert run[:3] == [2, 2, 1]
    assert len(rows(MessageKind.NEWS)) == 5
    assert run[4] == 0


def test_a_batch_costs_as_many_statements_for_many_as_for_few(asked):
    series = make.series()
    many(series, 200)
    make.event(series=series)
    note()
    asked.clear()
    with clock.stopped_at(LATER):
        assert transact(lambda at: digesting.send_digests(at, OFFICE)) == 200
    assert len([statement for statement in asked if not statement.startswith("INSERT")]) < 30
    assert len(asked) < 40

"""Asking to follow, and confirming it from the mailbox: nothing counts before that, and nobody is bothered often."""

from datetime import timedelta

import pytest

from app import clock
from app.db import db, transact
from app.models import (
    AuditEntry,
    BouncedAddress,
    FailureReason,
    FollowRequest,
    MessageKind,
    Registration,
    Rhythm,
    Subscriber,
)
from app.operations.communication import following, subscribing, wishing
from app.operations.communication.subscribing import FollowOverError
from app.operations.records import retaining
from tests.conftest import NOON
from tests.support import factories as make
from tests.support.following import ask, follower, rows, wish

pytestmark = pytest.mark.usefixtures("app", "at")
KIND = MessageKind.CONFIRM_FOLLOWING
ANA = "ana@example.com"


def requests():
    db.session.rollback()
    return db.session.scalars(db.select(FollowRequest).order_by(FollowRequest.id)).all()


def subscribers():
    db.session.rollback()
    return db.session.scalars(db.select(Subscriber).order_by(Subscriber.id)).all()


def followed(email=ANA):
    db.session.rollback()
    return wishing.names(wishing.Wish.followed(following.of_address(email)))


def confirm(facts=None):
    link = (facts or rows(KIND)[-1].facts)["request"]
    return transact(lambda at: subscribing.confirm(link["id"], link["version"], at=at))


def test_asking_mails_a_link_and_changes_nothing():
    series, topic = make.series(name="Webinars"), make.topic(name="Forced labor")
    ask(series, topic)
    (mail,) = rows(KIND)
    assert (mail.recipient, mail.facts["wanted"], mail.facts["rhythm"]) == (ANA, ["Webinars", "Forced labor"], "daily")
    assert not subscribers()


def test_confirming_follows_and_forgets_the_request():
    ask(make.series(name="Webinars"), rhythm=Rhythm.DAILY)
    confirm()
    (ana,) = subscribers()
    assert (ana.email, ana.rhythm, ana.told_until, followed()) == (ANA, Rhythm.DAILY, NOON, ["Webinars"])
    assert not requests()
    assert [entry.act for entry in db.session.scalars(db.select(AuditEntry))] == ["followed"]


def test_a_link_works_once_and_for_seven_days():
    series = make.series()
    ask(series)
    link = rows(KIND)[0].facts
    with clock.stopped_at(NOON + subscribing.LIFETIME), pytest.raises(FollowOverError):
        confirm(link)
    confirm(link)
    with pytest.raises(FollowOverError):
        confirm(link)


def test_a_made_up_version_opens_nothing():
    ask(make.series())
    link = rows(KIND)[0].facts["request"]
    with pytest.raises(FollowOverError):
        transact(lambda at: subscribing.confirm(link["id"], link["version"] + 1, at=at))


def test_what_is_asked_within_the_hour_joins_the_same_link():
    webinars, week = make.series(name="Webinars", place=1), make.series(name="Trade Week", place=2)
    ask(webinars)
    ask(week, email="ANA@example.com")
    assert len(rows(KIND)) == 1
    confirm()
    assert followed() == ["Webinars", "Trade Week"]


def test_a_mailbox_gets_one_an_hour_and_three_a_day():
    series = make.series()
    for hour in range(5):
        with clock.stopped_at(NOON + timedelta(hours=hour, minutes=hour)):
            ask(series)
            ask(series)
    assert len(rows(KIND)) == 3


def test_who_has_confirmed_may_ask_for_more_at_once():
    webinars, week = make.series(name="Webinars", place=1), make.series(name="Trade Week", place=2)
    ask(webinars)
    with clock.stopped_at(NOON + timedelta(minutes=2)):
        confirm()
        ask(week)
        assert len(rows(KIND)) == 2
        ask(make.series())
        assert len(rows(KIND)) == 2


def test_a_stranger_who_types_a_known_address_changes_nothing():
    webinars, week = make.series(name="Webinars"), make.series(name="Trade Week")
    follower(webinars, rhythm=Rhythm.WEEKLY)
    ask(week, rhythm=Rhythm.AT_ONCE)
    assert followed() == ["Webinars"]
    assert subscribers()[0].rhythm is Rhythm.WEEKLY
    confirm()
    assert subscribers()[0].rhythm is Rhythm.WEEKLY  # How often is changed by the owner, on their own page.


def test_who_follows_it_already_gets_the_link_to_change():
    webinars = make.series(name="Webinars")
    ana = follower(webinars)
    ask(webinars)
    (mail,) = rows(KIND)
    assert (mail.facts["request"], mail.facts["subscriber"], mail.facts["follows"]) == (None, ana.digest, ["Webinars"])
    assert not requests()


def test_changing_and_stopping():
    webinars, week, topic = make.series(name="Webinars"), make.series(name="Trade Week"), make.topic(name="Origin")
    ana = follower(webinars, topic)
    transact(lambda at: following.change(ana.digest, wish(week, topic), Rhythm.DAILY, at=at))
    assert (followed(), subscribers()[0].rhythm) == (["Trade Week", "Origin"], Rhythm.DAILY)
    transact(lambda at: following.change(ana.digest, wish(), Rhythm.DAILY, at=at))
    assert not subscribers()
    assert transact(lambda at: following.change(ana.digest, wish(week), Rhythm.DAILY, at=at)) is None


def test_stopping_forgets_what_was_asked_too_and_twice_is_harmless():
    ana = follower(make.series())
    ask(make.series())
    for _ in range(2):
        transact(lambda at: following.stop(ana.digest, at=at))
    assert (subscribers(), requests()) == ([], [])
    assert db.session.scalar(db.select(db.func.count()).select_from(AuditEntry).filter_by(act="stopped following")) == 1


def test_the_log_holds_no_address():
    ana = follower(make.series())
    transact(lambda at: following.stop(ana.digest, at=at))
    entries = db.session.scalars(db.select(AuditEntry)).all()
    assert not any("@" in f"{entry.detail}{entry.personal}{entry.actor}" for entry in entries)


def test_the_link_of_an_old_mail_stops_whoever_came_back():
    series = make.series()
    old = follower(series).digest
    transact(lambda at: following.stop(old, at=at))
    follower(series)
    transact(lambda at: following.stop(old, at=at))
    assert not subscribers()


def ticked(series, **given):
    return make.registration(make.event(series=series), email=ANA, wants_mail=True, **given).id


def ask_who_ticked():
    return transact(subscribing.ask_who_ticked) if subscribing.is_wished() else 0


def test_a_tick_on_a_form_asks_by_the_same_mail_and_once():
    registration_id = ticked(make.series(name="Webinars"))
    assert [ask_who_ticked(), ask_who_ticked()] == [1, 0]
    (mail,) = rows(KIND)
    assert (mail.recipient, mail.facts["wanted"], mail.facts["rhythm"]) == (ANA, ["Webinars"], "weekly")
    assert not subscribers()
    assert db.session.get_one(Registration, registration_id).news_asked_at == NOON


def test_a_tick_of_who_follows_already_mails_nothing():
    series = make.series()
    follower(series)
    ticked(series)
    assert ask_who_ticked() == 1
    assert not rows(KIND)


def test_without_a_tick_nobody_is_asked():
    make.registration(make.event())
    assert not subscribing.is_wished()


def test_unfollowing_one_series_keeps_the_rest_and_takes_the_tick_off():
    webinars, week = make.series(name="Webinars", place=1), make.series(name="Trade Week", place=2)
    follower(webinars, week)
    ids = ticked(webinars), ticked(week)
    transact(lambda at: following.unfollow(ANA, webinars.id, at=at))
    assert followed() == ["Trade Week"]
    assert [db.session.get_one(Registration, one).wants_mail for one in ids] == [False, True]
    transact(lambda at: following.unfollow(ANA, week.id, at=at))
    assert not subscribers()


def test_unfollowing_forgets_a_wish_that_was_not_confirmed():
    webinars, week = make.series(name="Webinars"), make.series(name="Trade Week")
    ask(webinars)
    ask(week)
    transact(lambda at: following.unfollow(ANA, webinars.id, at=at))
    confirm()
    assert followed() == ["Trade Week"]


def test_addresses_that_nobody_confirmed_are_forgotten_after_a_week():
    ask(make.series())
    with clock.stopped_at(NOON + subscribing.LIFETIME - timedelta(seconds=1)):
        assert transact(retaining.forget_follow_requests) == 0
    with clock.stopped_at(NOON + subscribing.LIFETIME):
        assert transact(retaining.forget_follow_requests) == 1


def test_confirming_shows_that_the_mailbox_is_alive():
    reason = next(reason for reason in FailureReason if reason.is_final)
    transact(lambda at: db.session.add(BouncedAddress(email_key=ANA, bounced_at=at, reason=reason)))
    ask(make.series())
    confirm()
    assert transact(following.stop_for_dead_addresses) == 0
    assert len(subscribers()) == 1

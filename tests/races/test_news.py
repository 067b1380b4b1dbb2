"""News on several nodes at once: each follower is told once, and whoever stops in that moment is told nothing."""

from collections import Counter
from functools import partial

import pytest

from app import clock
from app.db import db, transact
from app.models import EmailState, FollowRequest, MessageKind, Rhythm, Subscriber
from app.operations.communication import alerting, digesting, following, subscribing
from app.worker import TIMETABLE, run_job
from tests.conftest import NOON
from tests.operations.communication.test_alerting import OPENS, ask, later_event
from tests.operations.communication.test_digesting import LATER, many
from tests.races.conftest import AT_ONCE, at_once
from tests.support import factories as make
from tests.support.following import OFFICE, note, rows, wish

pytestmark = pytest.mark.slow
PEOPLE = 30


def send():
    return transact(lambda at: digesting.send_digests(at, OFFICE))


@pytest.fixture
def news(app, at):
    """Somebody follows, and there is something to tell."""
    series = make.series()
    many(series, PEOPLE)
    make.event(series=series)
    note()


@pytest.mark.usefixtures("news")
def test_each_is_told_once_even_if_nobody_took_turns(app, monkeypatch):
    monkeypatch.setattr(digesting, "BATCH", 4)
    with clock.stopped_at(LATER):
        for _ in range(4):
            at_once(app, [send] * AT_ONCE)
    told = Counter(row.recipient for row in rows(MessageKind.NEWS))
    assert set(told.values()) == {1}
    assert len(told) == PEOPLE


@pytest.mark.usefixtures("news")
def test_whoever_stops_meanwhile_gets_nothing(app, monkeypatch):
    monkeypatch.setattr(digesting, "BATCH", 4)
    digests = db.session.scalars(db.select(Subscriber.digest).order_by(Subscriber.id)).all()[:20]
    stops = [partial(transact, partial(stop, digest)) for digest in digests]
    with clock.stopped_at(LATER):
        at_once(app, [act for pair in zip(stops, [send] * len(stops), strict=True) for act in pair])
        while digesting.is_due(LATER, OFFICE):
            send()
    stopped = [row.state for row in rows(MessageKind.NEWS) if following.of_address(row.recipient_key) is None]
    assert set(stopped) <= {EmailState.WITHDRAWN}
    going_on = [row for row in rows(MessageKind.NEWS) if row.state is EmailState.QUEUED]
    assert len(going_on) == PEOPLE - len(stops)


def stop(digest, at):
    following.stop(digest, at=at)


@pytest.mark.usefixtures("at")
def test_one_address_confirmed_twice_at_once_is_one_subscriber(app):
    email = "ana@example.com"

    def request(at):
        wanted = wish(make_series).to_json()
        row = FollowRequest(email=email, email_key=email, rhythm=Rhythm.DAILY, wanted=wanted, asked_at=at)
        db.session.add(row)
        db.session.flush()
        return row.id, row.version

    make_series = make.series()
    asked = [transact(request) for _ in range(AT_ONCE)]
    answers = at_once(app, [partial(confirm_quietly, *one) for one in asked])
    assert not [answer for answer in answers if isinstance(answer, BaseException)]
    db.session.rollback()
    (ana,) = db.session.scalars(db.select(Subscriber)).all()
    assert len(ana.follows) == 1


def confirm_quietly(request_id, version):
    """One of them forgets the requests of the others, which is no harm."""
    try:
        return transact(lambda at: subscribing.confirm(request_id, version, at=at).id)
    except subscribing.FollowOverError:
        return None


def test_the_opening_is_told_once_by_every_node_together(app, at, monkeypatch):
    monkeypatch.setattr(alerting, "BATCH", 3)
    event = later_event()
    for number in range(PEOPLE):
        ask(event, f"person{number}@example.com")
    job = next(job for job in TIMETABLE if job.verb is alerting.tell_of_openings)
    assert at == NOON
    with clock.stopped_at(OPENS):
        for _ in range(PEOPLE):
            at_once(app, [partial(run_job, job)] * 3)
            if not alerting.is_due():
                break
    told = Counter(row.recipient for row in rows(MessageKind.REGISTRATION_OPEN))
    assert (len(told), set(told.values())) == (PEOPLE, {1})

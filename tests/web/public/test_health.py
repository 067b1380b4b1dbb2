"""Alive, ready, and the gauges."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app.db import db
from app.models import EmailState, MailNotice, MessageKind, OutgoingEmail, UnwantedAddress
from tests.support import factories as make
from tests.support.pages import CheckedClient

TOKEN = "a-long-token-of-those-who-watch"


@pytest.fixture
def settings() -> dict[str, Any]:
    return {"METRICS_TOKEN": TOKEN}


def waiting_mail(at: datetime, **given: Any) -> None:
    values = {"dedupe_key": "one", "recipient": "a@b.example", "recipient_key": "a@b.example", "facts": {}}
    times = {"due_at": at - timedelta(minutes=2), "queued_at": at}
    make.kept(lambda _: OutgoingEmail(kind=MessageKind.TEST, **values | times | given))


def test_alive(client: CheckedClient) -> None:
    assert client.get("/healthz").json == {"status": "alive"}


def test_ready_tells_how_long_mail_waits(client: CheckedClient, at: datetime) -> None:
    assert client.get("/readyz").json["oldest_mail_seconds"] == 0
    waiting_mail(at)
    waiting_mail(at, dedupe_key="sent", due_at=at - timedelta(days=1), state=EmailState.ACCEPTED)
    waiting_mail(at, dedupe_key="later", due_at=at + timedelta(days=1))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["oldest_mail_seconds"]) == (200, 120)
    assert answer.headers["Cache-Control"] == "no-store"


def test_late_mail_is_said_and_takes_no_node_away(client: CheckedClient, at: datetime) -> None:
    waiting_mail(at, due_at=at - timedelta(seconds=299))
    assert client.get("/readyz").json["mail"] == "on time"
    waiting_mail(at, dedupe_key="held", due_at=at - timedelta(seconds=300), state=EmailState.SENDING)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["mail"], answer.json["oldest_mail_seconds"]) == (200, "late", 300)


def accepted(at: datetime, waited: int, when: timedelta = timedelta(), **given: Any) -> None:
    values = {"state": EmailState.ACCEPTED, "accepted_at": at - when, "waited_seconds": waited}
    waiting_mail(at, dedupe_key=f"accepted-{waited}", **values | given)


def test_how_fast_mail_left_today_is_for_the_token_alone(client: CheckedClient, at: datetime) -> None:
    """A public figure that moves would tell whether an address was new."""
    for waited in (0, 9, 10, 59):
        accepted(at, waited)
    accepted(at, 60, when=timedelta(days=1))
    waiting_mail(at, dedupe_key="full", state=EmailState.FAILED, last_error="552 5.2.2 Mailbox full")
    assert set(client.get("/readyz").json) == {"status", "database", "mail", "oldest_mail_seconds"}
    told = client.get("/readyz", headers={"Authorization": f"Bearer {TOKEN}"}).json
    assert (told["mails_accepted_today"], told["share_within_10_seconds"]) == (4, 0.5)
    assert told["share_within_60_seconds"] == 1
    assert told["mails_to_see_to"] == {"mailbox-full": 1}


@pytest.mark.changes_tables
def test_not_ready_without_a_database(app: Flask, client: CheckedClient, at: datetime) -> None:
    for table in (MailNotice, UnwantedAddress, OutgoingEmail):
        table.__table__.drop(db.engine)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"status": "not ready", "database": "away"})


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer wrong", "Basic " + TOKEN, "Bearer é"])
def test_metrics_exist_for_the_token_alone(client: CheckedClient, header: str | None) -> None:
    headers = {"Authorization": header} if header else {}
    assert client.get("/metrics", headers=headers).status_code == 404


def test_gauges(client: CheckedClient, at: datetime) -> None:
    make.registration(make.event())
    waiting_mail(at)
    text = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    lines = text.splitlines()
    assert 'trade_events_registrations{state="confirmed"} 1' in lines
    assert 'trade_events_emails{state="queued"} 1' in lines
    assert "trade_events_oldest_email_seconds 120" in lines
    assert "# TYPE trade_events_events gauge" in lines
    assert "trade_events_email_alarm 0" in lines
    assert "trade_events_emails_accepted_today 0" in lines
    assert 'trade_events_emails_accepted_within_today{seconds="10"} 0' in lines
    assert 'trade_events_emails_to_see_to{reason="no-such-address"} 0' in lines

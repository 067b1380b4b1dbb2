"""What all workers share: how much may leave in a minute, and what staff are told when nothing does."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.db import transact
from app.mail import outbox, relay, transports
from app.mail.answers import UnreachableError
from app.mail.delivery import Courier
from app.mail.desk import Desk
from app.models import EmailState, RelayTrouble
from app.worker import beat
from tests.mail.conftest import WORKER, queue, state
from tests.support.pages import CheckedClient
from tests.support.smtp import SmtpServer

pytestmark = [pytest.mark.usefixtures("at"), pytest.mark.slow]


def people(count: int, **given: Any) -> list[int]:
    return [queue(f"person-{number}@example.com", **given) for number in range(count)]


class TestPace:
    @pytest.fixture
    def couriers(self, app: Flask, transport: transports.Transport) -> list[Courier]:
        app.config["MAIL_MESSAGES_PER_MINUTE"] = 5
        return [Courier(WORKER, transport), Courier("worker-2", transport)]

    def test_all_workers_together_keep_to_it(self, couriers: list[Courier], smtp: SmtpServer, later: Any) -> None:
        people(12)
        arrived = []
        for seconds in (0, 20, 59, 61, 100, 122):
            with later(timedelta(seconds=seconds)):
                for courier in couriers:
                    courier.deliver(3)
            arrived.append(len(smtp.sink.messages))
        assert arrived == [5, 5, 5, 10, 10, 12]

    def test_a_worker_with_nothing_left_to_spend_takes_no_lock(self, couriers: list[Courier], asked: list[str]) -> None:
        people(6)
        couriers[0].deliver()
        asked.clear()
        assert couriers[1].deliver().taken == 0
        assert all(statement.startswith("SELECT") for statement in asked)


class TestOrder:
    def test_a_confirmation_goes_before_bulk_that_was_claimed_already(
        self, transport: transports.Transport, smtp: SmtpServer
    ) -> None:
        people(3, priority=2)
        courier = Courier(WORKER, transport)
        desk = Desk.laid_out(transact(lambda at: outbox.claim(WORKER, 20, at)))
        urgent = queue("urgent@example.com")
        assert courier._go_round(desk).taken == 1
        courier.deliver(1)
        assert state(urgent) is EmailState.ACCEPTED
        courier.deliver()
        assert [envelope.rcpt_tos[0] for envelope in smtp.sink.envelopes] == [
            "person-0@example.com",
            "urgent@example.com",
            "person-1@example.com",
            "person-2@example.com",
        ]


class TestAlarm:
    def test_staff_read_why_nothing_leaves(self, editor: CheckedClient, client: CheckedClient) -> None:
        assert client.get("/readyz").json["mail"] == "on time"
        refused = UnreachableError("535 Wrong", RelayTrouble.ACCOUNT)
        transact(lambda at: (relay.note_trouble(refused, at), beat("w", at)))
        assert "No mail leaves. The mail server refuses our account." in editor.page("/staff/").text
        assert client.get("/readyz").json["mail"] == "stopped"
        transact(relay.note_recovery)
        assert "No mail leaves" not in editor.page("/staff/").text
        assert client.get("/readyz").json["mail"] == "on time"

    def test_a_server_that_is_only_away_is_told_once_mail_is_late(self, client: CheckedClient) -> None:
        transact(lambda at: relay.note_trouble(UnreachableError("421 Busy"), at))
        assert client.get("/readyz").json["mail"] == "on time"

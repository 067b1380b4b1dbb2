"""The database server is started anew while people register and mail leaves: nothing is lost, nothing comes twice.

Neither web nor worker are started anew themselves.
"""

import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask

from app import worker
from app.db import db
from app.models import AuditEntry, EmailState, FormSubmission, OutgoingEmail, Registration, SeatPool
from tests.conftest import SERVED, make_app, written
from tests.support.desk import make_event
from tests.support.html import Page, fields
from tests.support.pages import main_form
from tests.support.restarting import FAST, IMMEDIATE, KILLED, RestartingServer
from tests.support.serving import LiveServer
from tests.support.smtp import SmtpServer
from tests.web.public.test_register import DANA, address_of

pytestmark = [pytest.mark.slow, pytest.mark.database("postgresql")]
PATIENCE = 60
VISITORS = 3
AGAIN = 0.05  # Seconds until a visitor presses the button again.


@dataclass
class Visitors:
    """People who come one after the other, three at a time, and press the button again where they are asked to."""

    port: int
    address: str
    answered: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)
    heard: threading.Condition = field(default_factory=threading.Condition)

    def come(self, name: int) -> None:
        number = 0
        while not self.stop.is_set() and not self.faults:
            number += 1
            self._register(f"visitor-{name}-{number}@importer.example", f"10.{name}.{number // 250}.{number % 250}")

    def _register(self, email: str, network: str) -> None:
        status, text = self._ask("GET", network)
        while status == 503:
            self.stop.wait(AGAIN)
            status, text = self._ask("GET", network)
        typed = fields(main_form(Page(text))) | DANA | {"email": email}
        status, text = self._ask("POST", network, typed)
        while status == 503:
            if email not in text:
                self.faults.append(f"What {email} had typed is lost.")
                return
            self.stop.wait(AGAIN)
            status, text = self._ask("POST", network, fields(main_form(Page(text))))
        if status != 303:
            self.faults.append(f"{email} was answered {status}: {re.sub('<[^>]*>', '', text)[-600:]}")
            return
        with self.heard:
            self.answered.append(email)
            self.heard.notify_all()

    def _ask(self, method: str, network: str, typed: dict[str, str] | None = None) -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        head = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        connection.request(
            method, self.address, urlencode(typed or {}, doseq=True), head | {"X-Forwarded-For": network}
        )
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        if answer.status == 503 and not answer.headers["Retry-After"]:
            self.faults.append("Nobody said when to come again.")
        with self.heard:
            self.statuses[answer.status] += 1
            self.heard.notify_all()
        return answer.status, text

    def until_more_are_answered(self, count: int = VISITORS) -> None:
        enough = len(self.answered) + count
        with self.heard:
            assert self.heard.wait_for(lambda: self.faults or len(self.answered) >= enough, PATIENCE)
        assert not self.faults, self.faults

    def until_more_are_turned_away(self) -> None:
        enough = self.statuses[503] + VISITORS
        with self.heard:
            assert self.heard.wait_for(lambda: self.faults or self.statuses[503] >= enough, PATIENCE)

    @contextmanager
    def coming(self) -> Iterator[None]:
        threads = [threading.Thread(target=self.come, args=(name,)) for name in range(VISITORS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.stop.set()
            for thread in threads:
                thread.join(PATIENCE)


@pytest.fixture
def server(database: str) -> Iterator[RestartingServer]:
    """Beside the run's own, which serves the other tests; that one says whether PostgreSQL is wanted at all."""
    server = RestartingServer()
    yield server
    server.remove()


@pytest.fixture
def app(server: RestartingServer, tmp_path: Path, smtp: SmtpServer) -> Iterator[Flask]:
    mail = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": smtp.port, "MAIL_DEFAULT_SENDER": "events@example.gov"}
    app = make_app(server.address, tmp_path, **mail)
    with app.app_context():
        db.create_all()
        yield app
        db.session.remove()
        db.engine.dispose()


@contextmanager
def working(app: Flask) -> Iterator[None]:
    stop = threading.Event()

    def work() -> None:
        with app.app_context():
            worker.run(stop, "the only one")

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE)


def test_everybody_is_answered_and_there_once(
    app: Flask, server: RestartingServer, tmp_path: Path, smtp: SmtpServer
) -> None:
    event_id = make_event(capacity=10)
    node = LiveServer(server.address, tmp_path, written(SERVED | {"TRUSTED_PROXIES": 1})).start()
    visitors = Visitors(node.port, address_of(event_id))
    try:
        with working(app), visitors.coming():
            for how in (FAST, IMMEDIATE, KILLED):
                visitors.until_more_are_answered()
                server.end(how)
                visitors.until_more_are_turned_away()
                server.start()
            visitors.until_more_are_answered()
            last = visitors.answered[-1]
            while not any(message["To"].endswith(f"{last}>") for message in smtp.sink.messages):
                assert smtp.sink.arrived.acquire(timeout=PATIENCE), "The worker sends nothing any more."
    finally:
        node.stop()
    assert not visitors.faults
    assert set(visitors.statuses) == {200, 303, 503}
    check(visitors.answered, smtp)


def check(answered: list[str], smtp: SmtpServer) -> None:
    db.session.rollback()
    assert sorted(db.session.scalars(db.select(Registration.email))) == sorted(answered)
    pool = db.session.scalars(db.select(SeatPool)).one()
    assert (pool.taken, pool.waiting) == (10, len(answered) - 10)
    entries = db.session.query(AuditEntry).filter_by(act="registered").count()
    assert {entries, db.session.query(FormSubmission).count(), db.session.query(OutgoingEmail).count()} == {
        len(answered)
    }
    arrived = Counter(message["Message-ID"] for message in smtp.sink.messages)
    assert set(arrived.values()) == {1}
    accepted = db.select(OutgoingEmail.message_id).where(OutgoingEmail.state == EmailState.ACCEPTED)
    assert set(db.session.scalars(accepted)) <= set(arrived)

"""Several connections at once: each carries one message, answers are written down, and none holds another up."""

import threading
from concurrent.futures import Future
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from app import clock
from app.db import db, transact
from app.mail import outbox, transports
from app.mail.answers import TryLaterError
from app.mail.delivery import Courier
from app.mail.desk import Desk
from app.mail.lanes import Trip
from app.mail.smtp import SmtpTransport
from app.models import EmailState, MailRelay
from tests.mail.conftest import WORKER, queue, row, state
from tests.support.faulty_smtp import Fault, FaultyServer, Then

pytestmark = [pytest.mark.usefixtures("at"), pytest.mark.slow]
PATIENCE = 20


@pytest.fixture
def server():
    found = FaultyServer()
    yield found
    found.end()


@pytest.fixture
def settings(server):
    return {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": server.port}


@pytest.fixture
def courier(app):
    made = Courier(WORKER, transports.chosen(), spare=transports.spare())
    yield made
    made.lanes.close()


def people(count: int) -> list[int]:
    return [queue(f"person-{number}@example.com") for number in range(count)]


def test_it_works(server, courier):
    ids = people(7)
    assert courier.deliver().taken == 7
    assert {state(email_id) for email_id in ids} == {EmailState.ACCEPTED}
    assert [row(email_id).attempts for email_id in ids] == [1] * 7
    assert (len(server.taken()), server.connections) == (7, 3)
    assert {one.content for one in map(row, ids)} == set(server.taken())


def test_one_mail_needs_one_connection(server, courier):
    for email_id in [queue("ana@example.com"), queue("ben@example.com")]:
        courier.deliver(1)
        assert state(email_id) is EmailState.ACCEPTED
    assert server.connections == 1


def test_a_server_that_allows_one_connection_gets_everything_over_that_one(server, courier):
    courier.transport.open()
    server.play(Fault("greeting", b"421 Too many connections\r\n", Then.CLOSE), times=100)
    ids = people(6)
    done = courier.deliver()
    assert (done.taken, done.unreachable) == (6, False)
    assert {state(email_id) for email_id in ids} == {EmailState.ACCEPTED}
    assert db.session.get(MailRelay, 1) is None
    assert len(courier.lanes.free) == 3  # They are tried again with the next batch.


def test_what_is_refused_on_one_holds_nobody_up(server, courier):
    server.play(Fault("rcpt", b"550 No\r\n"), to="person-1@example.com")
    server.play(Fault("data", b"451 Later\r\n"), to="person-2@example.com")
    ids = people(5)
    assert courier.deliver().taken == 5
    assert [state(email_id).value for email_id in ids] == ["accepted", "failed", "retry", "accepted", "accepted"]


def test_when_the_server_refuses_us_all_that_did_not_leave_goes_back(server, courier):
    server.play(Fault("mail", b"530 Sign in first\r\n"), times=100)
    ids = people(5)
    done = courier.deliver()
    assert (done.taken, done.unreachable) == (0, True)
    assert {state(email_id) for email_id in ids} == {EmailState.RETRY, EmailState.QUEUED}
    assert {row(email_id).leased_by for email_id in ids} == {None}


class TestSeveralWithOnePromise:
    """A fast server is given several mails in a lane, one behind the other."""

    @pytest.mark.parametrize(
        ("count", "seconds", "each"),
        [(1, 0.0, 4), (1, 0.02, 2), (1, 0.06, 1), (4, 0.04, 4), (4, 0.1, 2), (4, 600.0, 1)],
    )
    def test_as_many_as_it_takes_in_a_moment(self, courier, count, seconds, each):
        courier.lanes._keep_pace(Trip([answer()] * count, seconds))
        assert courier.lanes.each == each

    def test_one_by_one_after_a_fault(self, courier):
        courier.lanes.each = 4
        courier.lanes._keep_pace(Trip([answer(), answer(TryLaterError("451 Later"))], 0.0))
        assert courier.lanes.each == 1

    def test_each_gets_its_own_answer(self, server, courier):
        courier.lanes.each = 2
        server.play(Fault("rcpt", b"550 No\r\n"), to="person-1@example.com")
        ids = people(6)
        assert courier.deliver().taken == 6
        expected = ["accepted", "failed", "accepted", "accepted", "accepted", "accepted"]
        assert [state(email_id).value for email_id in ids] == expected
        assert {one.content for one in map(row, ids) if one.accepted_at} == set(server.taken())

    def test_whom_the_server_lets_in_no_more_does_not_knock_for_the_others(self, server, courier):
        courier.lanes.each = 4
        server.play(Fault("mail", b"530 Sign in first\r\n"), times=100)
        ids = people(9)
        assert courier.deliver().taken == 0
        assert server.connections == 3
        assert {state(email_id) for email_id in ids} == {EmailState.RETRY}
        assert {row(email_id).leased_by for email_id in ids} == {None}

    def test_whoever_stops_begins_no_other(self, app, server, caplog):
        courier = Courier(WORKER, SmtpTransport(app.config), stopping=lambda: bool(server.copies))
        courier.lanes.each = 4
        first, *others = people(4)
        courier.deliver()
        courier.lanes.close()
        assert state(first) is EmailState.ACCEPTED
        assert {(state(one), row(one).leased_by) for one in others} == {(EmailState.RETRY, None)}
        assert (len(server.taken()), db.session.get(MailRelay, 1), caplog.text) == (1, None, "")


def answer(error: Exception | None = None) -> "Future[str]":
    made: Future[str] = Future()
    if error:
        made.set_exception(error)
    else:
        made.set_result("250 OK")
    return made


def test_a_fault_of_ours_leaves_one_in_doubt_and_the_others_alone(app, caplog):
    class Broken(SmtpTransport):
        def send(self, content: bytes, recipient: str, return_path: str) -> str:
            if recipient.startswith("person-0"):
                raise RuntimeError("broken")
            return super().send(content, recipient, return_path)

    courier = Courier(WORKER, Broken(app.config))
    courier.lanes.each = 2
    ids = people(2)
    courier.deliver()
    courier.lanes.close()
    assert [state(email_id) for email_id in ids] == [EmailState.IN_DOUBT, EmailState.ACCEPTED]
    assert "could not be handed over" in caplog.text


class Patient(SmtpTransport):
    """Hands its message over once that of somebody else is written down, for all to see, as accepted."""

    def __init__(self, config: dict[str, Any], address: str) -> None:
        super().__init__(config)
        self.engine, self.saw_it = create_engine(address), False

    def send(self, content: bytes, recipient: str, return_path: str) -> str:
        ends, pause = clock.ticks() + PATIENCE, threading.Event()
        while not self.saw_it and clock.ticks() < ends:
            with self.engine.connect() as connection:
                found = connection.scalar(text("SELECT count(*) FROM outgoing_email WHERE state = 'accepted'"))
            self.saw_it = bool(found)
            pause.wait(0.01)
        self.engine.dispose()
        return super().send(content, recipient, return_path)


def test_an_answer_is_written_down_while_another_is_awaited(app, server):
    patient = Patient(app.config, app.config["DATABASE_URL"])
    courier = Courier(WORKER, patient, spare=[transports.chosen()])
    ids = people(2)
    courier.deliver()
    courier.lanes.close()
    assert patient.saw_it
    assert {state(email_id) for email_id in ids} == {EmailState.ACCEPTED}


def test_what_was_on_its_way_when_something_broke_is_settled_next_time(courier, later):
    (email_id,) = people(1)
    desk = Desk.laid_out(transact(lambda at: outbox.claim(WORKER, 1, at)))
    courier._write(desk)
    courier._start(desk)
    assert state(email_id) is EmailState.SENDING
    with later(timedelta(seconds=5)):
        assert courier.deliver().taken == 0
        courier.deliver()
    assert state(email_id) is EmailState.ACCEPTED


def test_whoever_stops_finishes_what_is_on_its_way(server, courier):
    ids = people(9)
    courier.stopping = lambda: bool(server.copies)
    courier.deliver()
    states = [state(email_id) for email_id in ids]
    assert set(states) == {EmailState.ACCEPTED, EmailState.QUEUED}
    assert states.count(EmailState.ACCEPTED) == len(server.taken()) <= 6

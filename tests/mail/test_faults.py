"""A mail server that does wrong, at every point of the conversation: nothing is lost, nothing doubled, nobody held up.

Each case says what becomes of the message at once, and what in the end. The clock is driven; where a case needs a
server that never answers, we have little patience.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from app.db import db
from app.mail import conversation, delivery
from app.mail.answers import TryLaterError
from app.mail.conversation import Waits
from app.mail.smtp import SmtpTransport
from app.models import MailRelay, RelayTrouble
from tests.mail.conftest import WORKER, queue, row, state
from tests.mail.faults import (
    ACCEPTED,
    ACCOUNT,
    ANA,
    AWAY,
    BEN,
    CASES,
    FAILED,
    IN_DOUBT,
    LITTLE,
    PLAIN,
    QUEUED,
    RETRY,
    Case,
    resets,
)
from tests.mail.samples import PERSON, facts
from tests.support import certificates
from tests.support.faulty_smtp import Fault, FaultyServer, Then

pytestmark = [pytest.mark.usefixtures("at"), pytest.mark.slow]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Case], Path | None]:
    """The certificate that the server of a case shows."""
    folder = tmp_path_factory.mktemp("tls")
    return lambda case: (
        certificates.make(folder / "one", case.certificate, ends=case.ends) if case.certificate else None
    )


@pytest.fixture
def start(made: Callable[[Case], Path | None], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Starts a faulty server, and gives it with a courier who knows the way to it."""
    running: list[tuple[FaultyServer, SmtpTransport]] = []

    def begin(app: Any, case: Case = PLAIN, **more: Any) -> tuple[FaultyServer, delivery.Courier]:
        certificate = made(case)
        if certificate and case.is_vouched_for:
            monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        server = FaultyServer(certificate, frozenset(case.lacks), case.takes_at_most, **more)
        transport = SmtpTransport(
            app.config | {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": server.port} | case.config, case.waits
        )
        running.append((server, transport))
        return server, delivery.Courier(WORKER, transport)

    yield begin
    for server, transport in running:
        transport.close()
        server.end()


def drain(courier: delivery.Courier) -> None:
    while courier.deliver().taken:
        pass


def trouble() -> RelayTrouble | None:
    relay = db.session.get(MailRelay, 1, populate_existing=True)
    return relay.trouble if relay else None


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_fault(case: Case, app: Any, start: Any, later: Any) -> None:
    server, courier = start(app, case)
    if case.fault:
        server.play(case.fault, to=ANA if case.fault.at in OF_A_MESSAGE else None)
    ana, ben = queue(ANA), queue(BEN)
    courier.deliver()
    first = state(ana)
    assert first in (case.first if isinstance(case.first, tuple) else (case.first,))
    assert re.search(case.words, row(ana).last_error)
    assert trouble() is case.trouble
    if case.trouble is None:
        assert state(ben) is ACCEPTED, "Somebody else's mail was held up."
    for minutes in (2, 8, 30):
        with later(timedelta(minutes=minutes)):
            drain(courier)
    assert state(ana) is case.last
    assert row(ana).doubts == (first is IN_DOUBT)
    assert len(server.taken(ANA)) == case.copies
    assert len(server.taken(BEN)) == (case.last is not QUEUED)
    assert {bytes(copy) for copy in server.taken(ANA)} <= {row(ana).content}
    assert trouble() is (case.trouble if case.last is QUEUED else None)


@pytest.mark.database("sqlite")
def test_a_line_cut_amid_a_long_message_leaves_no_doubt(app: Any, start: Any) -> None:
    """More than both systems hold back (Linux: 4 MB to send), so the dot cannot have left; the next one goes out."""
    server, courier = start(app)
    server.play(resets("body", 0.01))
    server.takes_at_most = 10**8
    long = b"Subject: Long\r\n\r\n" + (b"x" * 70 + b"\r\n") * 300_000
    with pytest.raises(TryLaterError):
        courier.transport.send(long, ANA, "office@example.gov")
    short = b"Subject: Short\r\n\r\nHello\r\n"
    courier.transport.send(short, ANA, "office@example.gov")
    assert server.taken(ANA) == [short]


# Until the recipient is named the server cannot tell one message from another: the first one meets the fault.
OF_A_MESSAGE = {"rcpt", "data", "body", "dot", "noted"}


class TestTime:
    def test_we_are_patient_after_the_dot_alone(self) -> None:
        waits = Waits()
        assert waits.connect <= 60
        assert waits.answer <= 60
        assert waits.dot >= 600

    def test_greylisting(self, app: Any, start: Any, later: Any) -> None:
        server, courier = start(app, greylists=timedelta(minutes=4))
        ana = queue(ANA)
        drain(courier)
        assert (state(ana), trouble()) == (RETRY, None)
        attempts = deliver_in_the_end(courier, ana, later)
        assert attempts == 3  # At once, after one minute (too soon), after five more: the gaps grow past its clock.
        assert len(server.taken(ANA)) == 1

    def test_nobody_listens(self, app: Any, start: Any, later: Any) -> None:
        server, courier = start(app)
        server.stop()
        ana = queue(ANA)
        assert courier.deliver().unreachable
        assert (state(ana), trouble()) == (RETRY, AWAY)
        server.start()
        with later(timedelta(minutes=2)):
            drain(courier)
        assert (state(ana), trouble(), len(server.taken(ANA))) == (ACCEPTED, None, 1)

    def test_what_was_put_off_leaves_when_the_server_is_back(self, app: Any, start: Any, later: Any) -> None:
        server, courier = start(app)
        server.stop()
        ids = [queue(f"person-{number}@example.com") for number in range(3)]
        for minutes in (0, 2, 9):
            with later(timedelta(minutes=minutes)):
                courier.deliver()
        assert max(row(email_id).attempts for email_id in ids) > 1
        server.start()
        with later(timedelta(minutes=10)):
            newer = queue(ANA)
            drain(courier)
            assert {state(email_id) for email_id in [*ids, newer]} == {ACCEPTED}

    def test_frozen_for_two_minutes(self, app: Any, start: Any, later: Any) -> None:
        server, courier = start(app, Case(waits=Waits(answer=LITTLE)))
        server.freeze()
        ana = queue(ANA)
        assert courier.deliver().unreachable
        assert state(ana) is RETRY
        server.thaw()
        with later(timedelta(minutes=2)):
            drain(courier)
        assert (state(ana), len(server.taken(ANA))) == (ACCEPTED, 1)

    def test_restarted_again_and_again(self, app: Any, start: Any, later: Any) -> None:
        server, courier = start(app)
        ids = [queue(f"person-{number}@example.com") for number in range(12)]
        for point in ("greeting", "mail", "rcpt", "data", "body", "noted", "quit"):
            server.play(Fault(point, then=Then.RESTART, share=0.5))
        for minutes in range(0, 60, 2):
            with later(timedelta(minutes=minutes)):
                drain(courier)
        assert {state(email_id) for email_id in ids} == {ACCEPTED}
        for email_id in ids:
            found = row(email_id)
            assert 1 <= len(server.taken(found.recipient)) <= 1 + found.doubts
            assert set(server.taken(found.recipient)) == {found.content}


class TestConnections:
    def test_one_that_the_server_closes_after_each_message_is_opened_anew(self, app: Any, start: Any) -> None:
        server, courier = start(app)
        server.play(Fault("noted", then=Then.CLOSE), times=5)
        ids = [queue(f"person-{number}@example.com") for number in range(5)]
        drain(courier)
        assert [state(email_id) for email_id in ids] == [ACCEPTED] * 5
        assert [row(email_id).attempts for email_id in ids] == [1] * 5
        assert (server.connections, len(server.taken())) == (5, 5)

    def test_one_that_breaks_when_it_is_used_again_costs_no_attempt(self, app: Any, start: Any) -> None:
        server, courier = start(app)
        first = queue(ANA)
        drain(courier)
        server.play(resets("mail"))
        second = queue(BEN)
        drain(courier)
        assert [row(email_id).attempts for email_id in (first, second)] == [1, 1]
        assert (state(second), server.connections) == (ACCEPTED, 2)

    def test_one_carries_only_so_many(self, app: Any, start: Any) -> None:
        server, courier = start(app, Case(config={"MAIL_MESSAGES_PER_CONNECTION": 2}))
        for number in range(5):
            queue(f"person-{number}@example.com")
        drain(courier)
        assert (server.connections, len(server.taken())) == (3, 5)

    def test_after_a_refusal_the_next_message_begins_anew(self, app: Any, start: Any) -> None:
        server, courier = start(app)
        server.play(Fault("rcpt", b"550 No\r\n"), to=ANA)
        queue(ANA)
        queue(BEN)
        drain(courier)
        assert (server.connections, len(server.taken(BEN)), server.said.count("rset")) == (1, 1, 1)

    def test_an_answer_out_of_turn_is_never_taken_for_the_next_messages(self, app: Any, start: Any) -> None:
        server, courier = start(app)
        server.play(Fault("noted", b"250 Taken\r\n"), to=ANA)
        server.play(Fault("rcpt", b"250 OK\r\n250 Taken too\r\n"), to=BEN)
        ana, ben = queue(ANA), queue(BEN)
        courier.deliver()
        assert (state(ana), state(ben)) == (ACCEPTED, ACCEPTED)
        assert (server.connections, server.taken(BEN)) == (2, [row(ben).content])

    def test_letters_beyond_ascii_need_no_extension(self, app: Any, start: Any) -> None:
        """Not in the person's name, not in the domain of the address: what leaves is ASCII."""
        server, courier = start(app, Case(lacks=("8BITMIME", "SMTPUTF8")))
        named = facts(person=PERSON | {"full_name": "Zoë 山田", "first_name": "Zoë"})
        ana = queue("ana@bücher.example", facts=named)
        drain(courier)
        assert state(ana) is ACCEPTED
        [copy] = server.taken("ana@xn--bcher-kva.example")
        assert copy.isascii()
        assert "Zoë 山田" in message_from_bytes(copy, policy=default)["To"]

    def test_what_is_too_large_is_not_even_begun(self, app: Any, start: Any) -> None:
        server, courier = start(app, Case(takes_at_most=1000))
        ana = queue(ANA)
        drain(courier)
        assert state(ana) is FAILED
        assert "takes 1000 bytes at most" in row(ana).last_error
        assert "mail" not in server.said


class TestRefusedAccount:
    """Knocking on and on locks accounts: one try in five minutes, by all workers together; and one alarm."""

    @pytest.fixture
    def refusing(self, app: Any, start: Any) -> tuple[FaultyServer, delivery.Courier]:
        server, courier = start(app, Case(config=ACCOUNT))
        server.play(Fault("auth", b"535 5.7.8 Wrong\r\n"), times=1000)
        return server, courier

    def test_all_workers_together_try_once_in_five_minutes(self, refusing: Any, later: Any) -> None:
        server, courier = refusing
        second = delivery.Courier("worker-2", courier.transport)
        ids = [queue(f"person-{number}@example.com") for number in range(30)]
        for seconds in range(0, 900, 20):
            with later(timedelta(seconds=seconds)):
                courier.deliver()
                second.deliver()
        assert server.said.count("auth") == 3
        assert {state(email_id) for email_id in ids} == {QUEUED}
        assert max(row(email_id).attempts for email_id in ids) == 0

    def test_one_alarm(self, refusing: Any, later: Any, caplog: pytest.LogCaptureFixture) -> None:
        _, courier = refusing
        queue()
        for minutes in (0, 6, 12):
            with later(timedelta(minutes=minutes)):
                courier.deliver()
        errors = [record for record in caplog.records if record.levelname == "ERROR"]
        assert [record.getMessage() for record in errors] == ["No mail leaves: 535 5.7.8 Wrong"]

    def test_it_goes_on_by_itself_once_the_account_is_right(self, refusing: Any, later: Any) -> None:
        server, courier = refusing
        ids = [queue(f"person-{number}@example.com") for number in range(3)]
        courier.deliver()
        server.plays.clear()
        with later(timedelta(minutes=6)):
            drain(courier)
        assert ({state(email_id) for email_id in ids}, trouble()) == ({ACCEPTED}, None)


def deliver_in_the_end(courier: delivery.Courier, email_id: int, later: Any) -> int:
    """Let every gap pass, one after the other; how many attempts it took."""
    for _ in range(10):
        if not state(email_id).is_waiting:
            break
        with later(row(email_id).due_at - row(email_id).queued_at):
            drain(courier)
    return row(email_id).attempts


def test_answers_are_kept_short() -> None:
    assert conversation.LONGEST_ANSWER <= 64 * 1024
    assert conversation.MOST_LINES <= 1000

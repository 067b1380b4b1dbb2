"""When the server says no, or nothing: what is refused fails alone, the rest is tried again, and nothing is lost."""

from datetime import timedelta

import pytest

from app.mail import outbox, transports
from app.models import EmailState
from tests.conftest import NOON
from tests.mail.conftest import queue, row, state

pytestmark = [pytest.mark.usefixtures("at"), pytest.mark.slow]
NAMED_GAPS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240, 240)]


class TestRefused:
    def test_a_refused_address_fails_alone(self, smtp, drain):
        smtp.sink.refusals["gone@example.com"] = "550 No such person here"
        gone, other = queue("gone@example.com"), queue("ben@example.com")
        assert drain().taken == 2
        assert (state(gone), state(other)) == (EmailState.FAILED, EmailState.ACCEPTED)
        assert row(gone).last_error == "550 No such person here"
        assert smtp.sink.connections == 1

    def test_it_is_not_tried_again(self, smtp, drain, later):
        smtp.sink.refusals["gone@example.com"] = "550 No such person here"
        queue("gone@example.com")
        drain()
        with later(timedelta(days=3)):
            assert drain().taken == 0

    def test_a_refused_message_fails(self, smtp, drain):
        smtp.sink.answer = "554 5.6.0 Content refused"
        email_id = queue()
        drain()
        assert state(email_id) is EmailState.FAILED

    def test_an_address_that_cannot_be_carried_fails_with_the_reason(self, drain):
        email_id, other = queue("用户@example.com"), queue()
        drain()
        assert (state(email_id), state(other)) == (EmailState.FAILED, EmailState.ACCEPTED)
        assert "is not an address" in row(email_id).last_error

    def test_what_cannot_be_written_waits_for_the_repair_and_stops_nobody(self, drain, caplog):
        broken, other = queue(facts={"event": {}}), queue("ben@example.com")
        drain()
        assert (state(broken), state(other)) == (EmailState.RETRY, EmailState.ACCEPTED)
        assert row(broken).attempts == 1
        assert "could not be written" in caplog.text


class TestLater:
    @pytest.mark.parametrize("where", ["address", "message"])
    def test_the_gaps_grow_as_the_table_says(self, smtp, drain, later, where):
        smtp.sink.refusals = {"ana.nunez@example.com": "450 Come again"} if where == "address" else {}
        smtp.sink.answer = "451 Come again" if where == "message" else smtp.sink.answer
        email_id = queue()
        passed = timedelta()
        for gap in NAMED_GAPS:
            with later(passed):
                assert drain().taken == 1
            waits = row(email_id).due_at - (NOON + passed)
            assert gap * 0.8 <= waits <= gap * 1.2
            passed += waits
        assert state(email_id) is EmailState.RETRY
        assert row(email_id).attempts == len(NAMED_GAPS)

    def test_after_three_days_it_has_failed(self, smtp, drain, later):
        smtp.sink.answer = "451 Come again"
        email_id = queue()
        attempts, passed = 0, timedelta()
        while state(email_id) is not EmailState.FAILED:
            with later(passed):
                attempts += drain().taken
            passed = row(email_id).due_at - NOON
        assert attempts == len(outbox.GAPS) + 1
        assert timedelta(hours=72) * 0.8 <= passed <= timedelta(hours=72) * 1.2

    def test_every_attempt_is_the_same_byte_for_byte(self, smtp, drain, later):
        smtp.sink.answer = "451 Come again"
        email_id = queue()
        drain()
        tried = row(email_id).content
        smtp.sink.answer = "250 OK"
        with later(timedelta(minutes=2)):
            drain()
        assert state(email_id) is EmailState.ACCEPTED
        assert row(email_id).content == tried


class TestUnreachable:
    def test_nothing_is_lost_while_the_server_is_away(self, smtp, drain, later):
        ids = [queue(f"person-{number}@example.com") for number in range(3)]
        smtp.stop()
        drained = drain()
        assert drained.unreachable
        assert {state(email_id) for email_id in ids} == {EmailState.RETRY}
        assert {row(email_id).attempts for email_id in ids} == {1}
        smtp.start()
        with later(timedelta(minutes=2)):
            assert drain().taken == 1  # A server that was away is tried with one.
            assert drain().taken == 2
        assert {state(email_id) for email_id in ids} == {EmailState.ACCEPTED}
        assert len(smtp.sink.messages) == 3

    def test_a_server_that_went_away_between_two_batches_is_called_again(self, smtp, drain):
        queue("ana@example.com")
        drain()
        smtp.stop()
        smtp.start()
        email_id = queue("ben@example.com")
        assert not drain().unreachable
        assert state(email_id) is EmailState.ACCEPTED


def test_lines_that_begin_with_a_dot_arrive_as_they_were(smtp, drain, app):
    server = transports.SmtpTransport(app.config)
    body = b"From: a@x.gov\r\n\r\n.\r\n..two\r\n.hidden\r\nlast\r\n"
    server.send(body, "ana@example.com", "office@example.gov")
    server.close()
    assert smtp.sink.envelopes[0].content == body

"""From a row in the outbox to a message at the server: once, in order, and nobody waits for somebody else's fault."""

from datetime import timedelta

import pytest

from app import links
from app.db import db, transact
from app.mail import delivery, outbox
from app.mail.desk import Desk
from app.models import EmailState, MessageKind, OutgoingEmail, Registration, RegistrationState
from app.models.outgoing_email import NOT_COMING
from app.worker import beat
from tests.mail.conftest import queue, row, state
from tests.mail.samples import PERSON, facts
from tests.support import factories as make

pytestmark = [pytest.mark.usefixtures("at"), pytest.mark.slow]


def test_it_works(smtp, drain):
    email_id = queue()
    assert drain().taken == 1
    (message,) = smtp.sink.messages
    assert message["To"] == "Ana Núñez <ana.nunez@example.com>"
    assert message["Subject"] == "Confirmed: Forced Labor: What Importers Need to Know, Tue, Dec 8, 2026, 1:00 p.m. EST"
    sent = row(email_id)
    assert sent.state is EmailState.ACCEPTED
    assert sent.accepted_at
    assert sent.last_error.startswith("250 ")
    assert sent.message_id == message["Message-ID"]
    assert sent.content.rstrip() == smtp.sink.envelopes[0].content.rstrip()


def test_it_keeps_how_long_it_waited_since_it_was_due(smtp, drain, at, later):
    email_id = queue(queued_at=at, due_at=at + timedelta(minutes=10))
    with later(timedelta(minutes=10, seconds=7)):
        drain()
    assert row(email_id).waited_seconds == 7


def test_tried_again_it_waited_since_it_was_queued(smtp, drain, at, later):
    smtp.sink.refusals["ana.nunez@example.com"] = "450 4.2.0 Come back in a minute"
    email_id = queue()
    drain()
    smtp.sink.refusals.clear()
    with later(timedelta(minutes=2)):
        drain()
    assert row(email_id).waited_seconds == 120


def test_it_is_sent_once(smtp, drain):
    queue()
    drain()
    assert drain().taken == 0
    assert len(smtp.sink.messages) == 1


def test_what_is_due_later_waits(app, smtp, drain, at, later):
    queue(due_at=at + timedelta(minutes=5))
    assert drain().taken == 0
    with later(timedelta(minutes=5)):
        assert drain().taken == 1


def test_service_mail_goes_before_bulk(smtp, drain):
    queue("bulk@example.com", priority=2)
    queue("service@example.com", priority=1)
    drain(limit=1)
    assert [envelope.rcpt_tos for envelope in smtp.sink.envelopes] == [["service@example.com"]]


def test_one_connection_carries_a_batch(smtp, drain):
    for number in range(5):
        queue(f"person-{number}@example.com")
    assert drain().taken == 5
    assert len(smtp.sink.messages) == 5
    assert smtp.sink.connections == 1


def test_the_id_of_a_registration_made_with_its_mail_comes_from_the_row(smtp, drain, app):
    person = make.registration(make.event())
    email_id = queue(registration_id=person.id)

    def without_id(_):
        mail = db.session.get_one(OutgoingEmail, email_id)
        mail.facts = {**mail.facts, "registration": {**mail.facts["registration"], "id": None}}

    transact(without_id)
    drain()
    assert state(email_id) is EmailState.ACCEPTED
    invite = smtp.sink.messages[0].get_body(("html",)).get_content()
    assert links.manage(person.id, 1) in invite


class TestOrder:
    def test_of_one_person_only_the_first_is_taken(self, smtp, drain):
        first, second = queue(), queue(kind=MessageKind.MY_LINKS, facts={"registrations": []})
        assert drain().taken == 1
        assert (state(first), state(second)) == (EmailState.ACCEPTED, EmailState.QUEUED)
        assert drain().taken == 1
        assert state(second) is EmailState.ACCEPTED

    @pytest.mark.parametrize("held", [EmailState.CLAIMED, EmailState.SENDING])
    def test_the_next_waits_while_one_is_under_way(self, drain, at, held):
        queue(state=held, leased_by="worker-2", leased_until=at + timedelta(seconds=60))
        second = queue()
        somebody_else = queue("ben@example.com")
        assert drain().taken == 1
        assert (state(second), state(somebody_else)) == (EmailState.QUEUED, EmailState.ACCEPTED)

    def test_the_next_of_a_registration_waits_whatever_its_address(self, drain, at):
        person = make.registration(make.event())
        under_way = {"state": EmailState.SENDING, "leased_by": "worker-2", "leased_until": at + timedelta(seconds=60)}
        queue("old@example.com", registration_id=person.id, **under_way)
        second = queue("new@example.com", kind=MessageKind.MY_LINKS, registration_id=person.id)
        assert drain().taken == 0
        assert state(second) is EmailState.QUEUED


class TestSuperseded:
    def test_an_older_state_is_never_told_after_a_newer_one(self, smtp, drain, later):
        person = make.registration(make.event())
        smtp.sink.refusals[person.email] = "450 Come again"
        older = queue(person.email, registration_id=person.id)
        drain()
        queue(person.email, kind=MessageKind.CANCELLED, registration_id=person.id)
        smtp.sink.refusals.clear()
        with later(timedelta(minutes=2)):
            drain()
            drain()
        assert state(older) is EmailState.WITHDRAWN
        assert [message["Subject"].split(":")[0] for message in smtp.sink.messages] == ["Cancelled"]

    @pytest.mark.parametrize("now", [RegistrationState.CANCELLED, RegistrationState.NOT_APPROVED])
    def test_who_has_given_up_the_seat_is_not_told_how_to_join(self, smtp, drain, now):
        person = make.registration(make.event())
        joining = queue(person.email, kind=MessageKind.HOW_TO_JOIN, registration_id=person.id)
        transact(lambda _: setattr(db.session.get_one(Registration, person.id), "state", now))
        drain()
        assert (state(joining), smtp.sink.messages) == (EmailState.WITHDRAWN, [])
        assert row(joining).steps[-1].words == NOT_COMING

    def test_who_had_none_when_it_was_queued_is_written_to(self, smtp, drain):
        person = make.registration(make.event(), state=RegistrationState.CANCELLED)
        of_then = facts(person=PERSON | {"state": "cancelled"})
        mail = queue(person.email, kind=MessageKind.HOW_TO_JOIN, facts=of_then, registration_id=person.id)
        drain()
        assert state(mail) is EmailState.ACCEPTED

    def test_a_mail_that_tells_no_state_stays(self, smtp, drain):
        person = make.registration(make.event())
        links = queue(kind=MessageKind.MY_LINKS, facts={"registrations": []}, registration_id=person.id)
        queue(kind=MessageKind.CANCELLED, registration_id=person.id)
        drain()
        assert state(links) is EmailState.ACCEPTED


class TestLease:
    def test_a_dead_workers_claim_is_taken_over(self, smtp, drain, later, at):
        email_id = queue()
        transact(lambda at: outbox.claim("dead", 20, at))
        assert drain().taken == 0
        with later(timedelta(seconds=61)):
            assert drain().taken == 1
        assert state(email_id) is EmailState.ACCEPTED

    def test_a_message_left_on_the_wire_is_sent_again_byte_for_byte(self, smtp, drain, later):
        email_id = queue()
        drain()
        first = row(email_id).content

        def died(at):
            mail = db.session.get_one(OutgoingEmail, email_id)
            mail.state, mail.leased_by, mail.leased_until = EmailState.SENDING, "dead", at + outbox.LEASE

        transact(died)
        with later(timedelta(seconds=61)):
            drain()
        assert row(email_id).doubts == 1
        assert [envelope.content.rstrip() for envelope in smtp.sink.envelopes] == [first.rstrip()] * 2

    def test_a_worker_that_slept_past_its_lease_sends_nothing(self, smtp, later, app, transport):
        email_id = queue()
        sleeper = delivery.Courier("sleeper", transport)
        desk = Desk.laid_out(transact(lambda at: outbox.claim("sleeper", 20, at)))
        with later(timedelta(seconds=61)):
            transact(lambda at: outbox.claim("worker-2", 20, at))
            sleeper._go_round(desk)
        assert smtp.sink.messages == []
        assert row(email_id).leased_by == "worker-2"

    def test_a_living_worker_keeps_the_message_it_is_sending(self, drain, later, at):
        email_id = queue(state=EmailState.SENDING, leased_by="alive", leased_until=at + timedelta(seconds=60))
        with later(timedelta(seconds=50)):
            transact(lambda at: beat("alive", at))
        with later(timedelta(seconds=70)):
            assert drain().taken == 0
        assert state(email_id) is EmailState.SENDING

    def test_a_stopping_worker_gives_back_what_it_did_not_send(self, smtp, drain):
        ids = [queue(f"person-{number}@example.com") for number in range(3)]
        assert drain(stopping=lambda: bool(smtp.sink.messages)).taken == 1
        assert [state(email_id) for email_id in ids] == [EmailState.ACCEPTED, EmailState.QUEUED, EmailState.QUEUED]
        assert row(ids[1]).leased_by is None

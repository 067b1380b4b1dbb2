"""One press in a mail program ends the news (RFC 8058), and a digest that waits already does not leave any more."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from app import clock
from app.db import transact
from app.mail import delivery, outbox
from app.mail.desk import Desk
from app.models import EmailState, MessageKind, Mode
from tests.mail.conftest import WORKER
from tests.operations.communication.test_digesting import LATER
from tests.support import factories as make
from tests.support.desk import details, sign_up
from tests.support.following import UNDO, follower, mail_news, note, rows

pytestmark = [pytest.mark.usefixtures("at"), pytest.mark.slow]
ANA = "ana@example.com"
SECOND = LATER + timedelta(days=1)
# What RFC 8058 has a mail program send: this body, no cookie, no page before it.
PRESS = {"data": b"List-Unsubscribe=One-Click", "content_type": "application/x-www-form-urlencoded"}


@pytest.fixture
def series(app, drain, at):
    """A series whose follower has had one digest, and for whom a second one is queued."""
    found = make.series()
    follower(found, email=ANA)
    for moment in (LATER, SECOND):
        with clock.stopped_at(moment - UNDO):
            make.event(series=found)
            note()
        with clock.stopped_at(moment):
            mail_news()
            if moment is LATER:
                drain()
    assert [row.state for row in rows(MessageKind.NEWS)] == [EmailState.ACCEPTED, EmailState.QUEUED]
    return found


@pytest.fixture
def press(client, smtp):
    """Send what the button of a mail program sends, by the header of the digest that arrived."""

    def send():
        (letter,) = smtp.sink.messages
        address = re.fullmatch(r"<https?://[^/]+(/\S+)>", letter["List-Unsubscribe"])[1]
        answer = client.post(address, **PRESS)
        assert (answer.status_code, answer.headers.getlist("Set-Cookie")) == (200, [])

    return send


def test_within_a_minute_nothing_leaves_any_more(series, smtp, drain, press):
    with clock.stopped_at(SECOND):
        press()
        drain()
    with clock.stopped_at(SECOND + timedelta(minutes=1) - UNDO):
        make.event(series=series)
        note()
    with clock.stopped_at(SECOND + timedelta(minutes=1)):
        mail_news()
        drain()
    assert len(smtp.sink.messages) == 1
    assert [row.state for row in rows(MessageKind.NEWS)] == [EmailState.ACCEPTED, EmailState.WITHDRAWN]


def test_nor_does_one_that_a_worker_has_written_and_holds_in_its_hand(series, smtp, transport, press):
    with clock.stopped_at(SECOND):
        courier = delivery.Courier(WORKER, transport)
        desk = Desk.laid_out(transact(lambda at: outbox.claim(WORKER, 20, at)))
        desk.write_next()
        press()
        courier._go_round(desk)
        courier._settle()
    assert len(smtp.sink.messages) == 1
    assert rows(MessageKind.NEWS)[-1].state is EmailState.WITHDRAWN


def test_nor_does_one_that_was_put_off_by_the_receiver(series, smtp, drain, press):
    smtp.sink.refusals[ANA] = "450 4.2.0 Come back later"
    with clock.stopped_at(SECOND):
        drain()
        assert rows(MessageKind.NEWS)[-1].state is EmailState.RETRY
        press()
    smtp.sink.refusals.clear()
    with clock.stopped_at(SECOND + timedelta(minutes=2)):
        drain()
    assert len(smtp.sink.messages) == 1


def test_mail_about_the_own_registration_goes_on(series, smtp, drain, press):
    with clock.stopped_at(SECOND):
        press()
        sign_up(make.event(series=series).id, details(email=ANA, mode=Mode.ONLINE))
        drain()
    assert smtp.sink.messages[-1]["Subject"].startswith("Confirmed: ")
    assert smtp.sink.messages[-1]["List-Unsubscribe"] is None


def test_what_a_mail_server_must_sign_is_written_down():
    """RFC 8058 asks for a signature over both fields; it is made by the mail server, so its keeper must know."""
    told = Path("docs/mail.md").read_text(encoding="utf-8")
    for name in ("DKIM", "List-Unsubscribe-Post", "RFC 8058"):
        assert name in told

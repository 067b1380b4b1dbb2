"""How mail is doing, driven: what leaves fast, late or not at all is what the console, /readyz and /metrics say."""

from datetime import timedelta

import pytest

from app.db import transact
from app.operations import notifying
from app.worker import beat
from tests.mail.conftest import WORKER, queue

pytestmark = [pytest.mark.usefixtures("at"), pytest.mark.slow]
TOKEN = "a-token-of-twenty-and-more-letters"
HEADERS = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def settings(smtp):
    return {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": smtp.port, "METRICS_TOKEN": TOKEN}


@pytest.fixture
def told(client, viewer):
    """What the three of them say now."""

    def look():
        ready = client.get("/readyz", headers=HEADERS).json
        lines = client.get("/metrics", headers=HEADERS).text.splitlines()
        gauges = dict(line.rsplit(" ", 1) for line in lines if line.startswith("trade_events_"))
        page = viewer.page("/staff/")
        figures = {one.one("dt").text: one.one("dd").text for one in page.one("dl").all("div")}
        return ready, {name.removeprefix("trade_events_"): int(value) for name, value in gauges.items()}, figures, page

    return look


def test_how_fast_mail_leaves(drain, later, told):
    for number, seconds in enumerate((0, 9, 30, 120)):
        queue(f"person-{number}@example.com")
        with later(timedelta(seconds=seconds)):
            drain()
    ready, gauges, figures, _ = told()
    assert (ready["mails_accepted_today"], ready["share_within_10_seconds"], ready["share_within_60_seconds"]) == (
        *(4, 0.5, 0.75),
    )
    assert gauges["emails_accepted_today"] == 4
    assert gauges['emails_accepted_within_today{seconds="10"}'] == 2
    assert gauges['emails_accepted_within_today{seconds="60"}'] == 3
    assert (figures["accepted today"], figures["of them within 10 seconds"]) == ("4", "50 %")
    assert figures["of them within a minute"] == "75 %"


def test_why_mail_does_not_arrive(smtp, drain, told):
    smtp.sink.refusals |= {
        "gone@example.com": "550 5.1.1 No such user",
        "full@example.com": "552 5.2.2 Mailbox full",
        "full.too@example.com": "552 5.2.2 Mailbox full",
    }
    for address in smtp.sink.refusals:
        queue(address)
    drain()
    ready, gauges, _, page = told()
    assert ready["mails_to_see_to"] == {"no-such-address": 1, "mailbox-full": 2}
    assert gauges['emails_to_see_to{reason="no-such-address"}'] == 1
    assert gauges['emails_to_see_to{reason="mailbox-full"}'] == 2
    assert "There is no such address" in page.main.text


def test_an_alarm_after_five_minutes_while_our_server_takes_nothing(smtp, drain, later, told):
    """However the tries are spaced: a mail that is put off until later waits all the same."""
    smtp.stop()
    queue()
    for seconds in (0, 61, 240, 299):
        with later(timedelta(seconds=seconds)):
            drain()
    for seconds, word, alarm in ((299, "on time", 0), (300, "late", 1)):
        with later(timedelta(seconds=seconds)):
            transact(lambda at: beat(WORKER, at))
            ready, gauges, figures, page = told()
            assert (ready["mail"], ready["oldest_mail_seconds"]) == (word, seconds)
            assert (gauges["email_alarm"], gauges["oldest_email_seconds"]) == (alarm, seconds)
            assert figures["oldest mail that waits"] == f"{seconds // 60} minutes"
            assert ("Mail is late: the oldest has waited for 5 minutes." in page.text) is bool(alarm)


def test_mail_to_many_that_leaves_at_the_pace_set_is_no_alarm(app, smtp, drain, later, told):
    app.config["MAIL_MESSAGES_PER_MINUTE"] = 2
    for number in range(14):
        queue(f"person{number}@example.com", priority=notifying.BULK)
    for minute in range(6):
        with later(timedelta(seconds=61 * minute)):
            drain()
    with later(timedelta(seconds=310)):
        transact(lambda at: beat(WORKER, at))
        ready, gauges, figures, page = told()
        assert (ready["mail"], gauges["email_alarm"]) == ("on time", 0)
        assert figures["oldest mail that waits"] == "5 minutes, by the pace set"
        assert "Mail is late" not in page.text
    with later(timedelta(minutes=12)):  # Nothing has left since: the pace explains it no longer.
        transact(lambda at: beat(WORKER, at))
        ready, gauges, _, page = told()
        assert (ready["mail"], gauges["email_alarm"]) == ("late", 1)
        assert "Mail is late: the oldest has waited for 12 minutes." in page.text


def test_what_people_wait_for_is_an_alarm_at_any_pace(app, smtp, drain, later, told):
    app.config["MAIL_MESSAGES_PER_MINUTE"] = 2
    for number in range(10):
        queue(f"person{number}@example.com", priority=notifying.BULK)
    for minute in range(5):
        with later(timedelta(seconds=61 * minute)):
            drain()
    queue("waits@example.com", priority=notifying.SERVICE)
    with later(timedelta(seconds=301)):
        assert told()[0]["mail"] == "late"


def test_one_receiver_that_puts_us_off_is_no_alarm(smtp, drain, later, told):
    smtp.sink.refusals["ana.nunez@example.com"] = "450 4.2.0 Come back later"
    queue()
    drain()
    with later(timedelta(seconds=70)):
        drain()
        transact(lambda at: beat(WORKER, at))
        ready, gauges, figures, _ = told()
    assert (ready["mail"], gauges["email_alarm"], figures["oldest mail that waits"]) == ("on time", 0, "none")

"""What one's own page says is so: what was given, what became of it, and what a button would do."""

from datetime import date, datetime, timedelta

import pytest

from app import clock
from app.db import db, transact
from app.models import AuditEntry, Mode, Role
from app.operations.registration.cancelling import cancel
from tests.support import factories as make
from tests.support.desk import details, make_event, registrations, sign_up
from tests.support.pages import CheckedClient
from tests.web.public.test_my_registration import own_page, press, words

pytestmark = pytest.mark.usefixtures("at")


def test_a_single_day_is_no_choice_and_is_not_told(client: CheckedClient) -> None:
    event_id = make_event(online=None)
    sign_up(event_id, details(days=("2026-03-16",)))
    address = own_page(event_id)
    assert "Days you come" not in words(client.page(address))
    press(client, client.page(address), f"{address}/mode", mode="online")
    assert "days" not in db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == "changed")).one().personal


def test_the_page_shows_what_was_given(client: CheckedClient) -> None:
    cleared = {"omb_number": "1651-0000", "omb_expires_on": date(2027, 1, 1)}
    event_id = make_event(**cleared, asked_fields={"job_title": "optional", "country": "optional", "role": "optional"})
    sign_up(event_id, details(middle_name="Kwame", job_title="Importer", country="GH", role=Role.BROKER))
    said = words(client.page(own_page(event_id)))
    for told in ("Kwame", "Job title Importer", "Country where you work Ghana", str(Role.BROKER.label)):
        assert told in said


def test_a_cancelled_registration_says_when_and_leads_back(client: CheckedClient) -> None:
    event_id = make_event()
    for _ in range(2):
        sign_up(event_id)
    mine, other = registrations(event_id)
    transact(lambda at: cancel(mine.id, at=at).id)
    transact(lambda at: cancel(other.id, at=at, by="ruth@example.gov").id)
    pages = [client.page(own_page(event_id, number)) for number in (0, 1)]
    assert "You cancelled this registration on Monday, March 2, 2026" in words(pages[0])
    assert "This registration was cancelled on Monday, March 2, 2026" in words(pages[1])
    assert [page.main.one("a", class_="usa-button").text for page in pages] == ["Register again"] * 2


def test_the_other_way_is_asked_not_told(client: CheckedClient) -> None:
    event_id = make_event(online=None)
    sign_up(event_id)
    said = words(client.page(own_page(event_id)))
    assert "Attend online instead? If you do, you give up your seat in the room" in said


def test_who_cannot_come_back_reads_so_before_cancelling(client: CheckedClient, at: datetime) -> None:
    event_id = make_event(online=None, registration_closes_at=at + timedelta(hours=1))
    sign_up(event_id)
    before = words(client.page(own_page(event_id)))
    assert "you give up your seat at once. To come back you must register again, if seats" in before
    with clock.stopped_at(at + timedelta(hours=2)):
        after = words(client.page(own_page(event_id)))
    assert "Registration is not open now, so you cannot come back by yourself." in after
    assert "To come back you must register again" not in after


def test_after_the_event_it_says_where_things_are(client: CheckedClient) -> None:
    event_id = make_event(online=None)
    sign_up(event_id, details(mode=Mode.ONLINE))
    address = own_page(event_id)
    late = "It runs late? The way to join still works."
    assert late not in words(client.page(address))
    for minutes, still in ((10, True), (40, False)):
        with clock.stopped_at(make.on("2026-03-16", 18, minutes)):
            said = words(client.page(address))
            assert "This event is over. What it leaves behind, such as slides and recordings" in said
            assert (late in said) is still


def test_who_waits_hands_over_a_place_in_line(client: CheckedClient) -> None:
    event_id = make_event(capacity=1)
    for _ in range(2):
        sign_up(event_id)
    acts = [[link.text for link in client.page(own_page(event_id, number)).main.all("a")] for number in (0, 1)]
    assert "Hand your seat over to a colleague" in acts[0]
    assert "Hand your place in line over to a colleague" in acts[1]

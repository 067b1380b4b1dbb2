from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from app import clock
from app.db import db, transact
from app.models import AuditEntry
from app.operations import auditing
from tests.support import factories
from tests.support.pages import CheckedClient


def record(count: int = 1, act: str = "published event", actor: str = "ana@example.gov") -> None:
    def work(at: object) -> None:
        for number in range(count):
            auditing.record(act, actor=actor, subject="event", subject_id=number + 1, detail={"no": number}, at=at)

    transact(work)


def test_it_works(administrator: CheckedClient) -> None:
    event = factories.event()
    transact(
        lambda at: auditing.record(
            "published event", actor="a@example.gov", subject="event", subject_id=event.id, at=at
        )
    )
    page = administrator.page("/staff/audit")
    assert "Published event" in page.text
    assert page.all("a", href=f"/staff/events/{event.id}")


def test_titles_and_names_stand_for_numbers(administrator: CheckedClient) -> None:
    event = factories.event(title="Trade Symposium")
    person = factories.registration(event, first_name="Dee", last_name="Ruiz")
    topic, other = factories.topic(name="Forced labor"), factories.event(title="Filing day")
    series, gone = other.series, 2**31 - 1
    about = [("event", other.id, other.id), ("registration", person.id, event.id), ("registration", gone, event.id)]
    about += [("us-person", event.id, event.id), ("export", event.id, event.id), ("series", series.id, None)]
    detail = {"changed": {"topics": [[], [topic.id]]}, "series": series.slug, "channel": "phone"}
    detail |= {"profile": "building-security"}

    def work(at: object) -> None:
        for subject, number, home in about:
            told = {"subject": subject, "subject_id": number, "event_id": home, "detail": detail}
            auditing.record("changed", actor="a@example.gov", at=at, **told)

    event_id, person_id, name = event.id, person.id, series.full_name
    transact(work)
    rows = administrator.page("/staff/audit?act=changed").main.all("tr")[1:]
    subjects = [row.all("td")[2].text for row in rows][::-1]
    assert subjects == [
        "Event Filing day",
        "Registration Dee Ruiz Trade Symposium",
        f"Registration {gone} Trade Symposium",
        "Who is a U.S. person Trade Symposium",
        "Attendee list Trade Symposium",
        f"Series {name}",
    ]
    links = [[link.get("href") for link in row.all("a")] for row in rows[::-1]]
    assert links[1] == [f"/staff/registrations/{person_id}", f"/staff/events/{event_id}"]
    assert links[2] == [f"/staff/events/{event_id}"]
    told = rows[0].all("td")[3].text
    assert told == f"topics: nothing → Forced labor series: {name} channel: By phone profile: Building security"


@pytest.mark.parametrize(
    "query", ["actor=ana", "act=published", "subject=event", "subject=event&id=1", "since=2020-01-01"]
)
def test_it_finds(administrator: CheckedClient, query: str) -> None:
    record()
    assert "ana@example.gov" in administrator.page(f"/staff/audit?{query}").text


@pytest.mark.parametrize(
    "query", ["actor=bo", "act=ublished", "subject=export", "id=2", "since=2199-01-01", "until=2020-01-01"]
)
def test_it_leaves_out(administrator: CheckedClient, query: str) -> None:
    record()
    assert "ana@example.gov" not in administrator.page(f"/staff/audit?{query}").main.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("act=Got a seat", {"Got a seat from the waiting list"}),
        ("act=got a seat from the waiting list", {"Got a seat from the waiting list"}),
        ("act=Promoted", {"Got a seat from the waiting list"}),
        ("act=to take part", {"Asked for what they need to take part"}),
        ("act=looked at", set()),  # So it is called at a registration alone.
        ("actor=The waiting list", {"Got a seat from the waiting list"}),
        ("actor=the person", {"Asked for what they need to take part"}),
    ],
)
def test_it_is_searched_by_the_words_that_it_shows(administrator: CheckedClient, query: str, found: set[str]) -> None:
    acts = (("promoted", "waiting list", "registration"), ("asked for access", "person", "registration"))
    for act, actor, subject in (*acts, ("viewed", "ana@example.gov", "us-person")):
        about = {"actor": actor, "subject": subject, "subject_id": 1}
        transact(lambda at, act=act, about=about: auditing.record(act, at=at, **about))
    rows = administrator.page(f"/staff/audit?{query}").main.all("th", scope="row")
    assert {row.text for row in rows} == found


@pytest.mark.parametrize(
    "query", ["since=x", "until=0001-01-01", "id=-1", "subject=x", "before=9999999999", "actor=%25"]
)
def test_odd_filters_break_nothing(administrator: CheckedClient, query: str) -> None:
    administrator.page(f"/staff/audit?{query}")


def test_it_is_asked_about_an_event_or_a_person(administrator: CheckedClient) -> None:
    event, other = factories.event(title="Trade Symposium"), factories.event(title="Filing day")
    person, away = (factories.registration(one, email="dee@example.com") for one in (event, other))
    for one in (person, away):
        number, home = one.id, one.event_id
        about = {"subject": "registration", "subject_id": number, "event_id": home}
        transact(lambda at, about=about: auditing.record("changed", actor="a@example.gov", at=at, **about))
    here, there = f"/staff/registrations/{person.id}", f"/staff/registrations/{away.id}"
    for words, told in (
        ("symposium", {here}),
        ("DEE@example.com", {here, there}),
        ("lee@example.com", set()),
        ("!", set()),
    ):
        page = administrator.page(f"/staff/audit?about={words}")
        assert {link.get("href") for link in page.main.all("a")} & {here, there} == told


def test_it_pages_by_entry(administrator: CheckedClient) -> None:
    record(250)
    seen, address = [], "/staff/audit?act=published"
    while address:
        page = administrator.page(address)
        seen += [cell.text for cell in page.all("td") if cell.text.startswith("no: ")]
        ways = page.all("a", rel="next")
        address = ways[0].get("href") if ways else ""
    assert seen == [f"no: {number}" for number in reversed(range(250))]


def test_it_tells_when_the_log_was_changed(administrator: CheckedClient) -> None:
    record(3)
    transact(lambda _: auditing.seal())
    answer = administrator.submit(administrator.page("/staff/audit"))
    assert "fit together" in administrator.page(answer.location).text
    changed = update(AuditEntry).where(AuditEntry.subject_id == 2).values(actor="bo@example.gov")
    transact(lambda _: db.session.execute(changed))
    answer = administrator.submit(administrator.page("/staff/audit"))
    assert "The chain breaks" in administrator.page(answer.location).text


def test_how_long_the_oldest_entry_waits_for_its_seal(administrator: CheckedClient, at: datetime) -> None:
    transact(lambda _: auditing.seal())
    assert "Every entry is sealed" in administrator.page("/staff/audit").main.text
    record(2)
    with clock.stopped_at(at + timedelta(seconds=3)):
        page = administrator.page("/staff/audit")
        assert "2 entries wait for their seal, the oldest for 3 seconds" in page.main.text
        assert not page.main.all(class_="notice-warning")
    with clock.stopped_at(at + timedelta(minutes=5)):
        page = administrator.page("/staff/audit")
        (warning,) = page.main.all(class_="notice-warning")
        assert "the oldest for 5 minutes" in warning.text
        answer = administrator.submit(page)
        assert "the oldest for 5 minutes" in administrator.page(answer.location).main.text


def test_a_clock_behind_another_machines_breaks_nothing(administrator: CheckedClient, at: datetime) -> None:
    transact(lambda _: auditing.seal())
    record()
    with clock.stopped_at(at - timedelta(seconds=3)):
        assert "1 entry waits for its seal" in administrator.page("/staff/audit").main.text

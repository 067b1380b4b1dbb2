"""The console's first page, its search, and the notice over the site."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from app.db import db, transact
from app.models import (
    AccessibilityRequest,
    BouncedAddress,
    ChangeNotice,
    EmailState,
    FailureReason,
    MessageKind,
    Mode,
    OutgoingEmail,
    RegistrationState,
    WorkerBeat,
)
from app.operations import notifying
from tests.support import factories
from tests.support.pages import CheckedClient


def beat(at: datetime) -> None:
    factories.kept(lambda _: WorkerBeat(name="worker", started_at=at, beat_at=at))


def test_the_next_events_with_their_figures(viewer: CheckedClient) -> None:
    event = factories.event(title="Filing an Entry", seats={Mode.ONLINE: 40})
    for _ in range(3):
        factories.registration(event)
    page = viewer.page("/staff/")
    assert "Filing an Entry" in page.text
    assert "3 / 40" in page.text


@pytest.mark.parametrize(("count", "words"), [(8, "All events"), (9, "All 9 upcoming events")])
def test_what_does_not_fit_is_said_and_led_to(viewer: CheckedClient, count: int, words: str) -> None:
    for number in range(count):
        factories.event(title=f"Talk {number}")
    page = viewer.page("/staff/")
    (way,) = [link for link in page.main.all("a") if link.text == words]
    listed = viewer.page(way.get("href")).main.text
    assert all(f"Talk {number}" in listed for number in range(count))


def test_a_chart_of_the_last_thirty_days(viewer: CheckedClient, at: datetime) -> None:
    event = factories.event()
    for days in (0, 1, 1, 29, 30):
        factories.registration(event, registered_at=at - timedelta(days=days))
    figures = [cell.text for cell in viewer.page("/staff/").one("figure").all("td")]
    assert len(figures) == 30
    assert (figures[0], figures[-2], figures[-1]) == ("1", "2", "1")


@pytest.fixture
def an_hour_later(app: Flask, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """The site has been up long enough for a worker to give a sign of life."""
    monkeypatch.setitem(app.extensions, "serving_since", at - timedelta(hours=1))


@pytest.mark.usefixtures("an_hour_later")
def test_a_silent_worker_turns_the_top_line_red(viewer: CheckedClient, at: datetime) -> None:
    words = "the mail worker has been silent"
    assert words in viewer.page("/staff/").text
    beat(at - timedelta(seconds=59))
    assert words not in viewer.page("/staff/").text


@pytest.mark.parametrize(("seconds", "is_silent"), [(60, False), (61, True)])
def test_a_worker_that_starts_along_with_the_site_has_a_minute(
    app: Flask, viewer: CheckedClient, at: datetime, monkeypatch: pytest.MonkeyPatch, seconds: int, is_silent: bool
) -> None:
    beat(at - timedelta(days=1))  # Of a worker that was taken away without a word.
    monkeypatch.setitem(app.extensions, "serving_since", at - timedelta(seconds=seconds))
    assert ("the mail worker has been silent" in viewer.page("/staff/").text) is is_silent


@pytest.mark.usefixtures("an_hour_later")
def test_a_beat_of_a_minute_ago_is_silence(viewer: CheckedClient, at: datetime) -> None:
    beat(at - timedelta(seconds=61))
    assert "the mail worker has been silent" in viewer.page("/staff/").text


def queue_test_mail(*, state: EmailState = EmailState.QUEUED, minutes: int = 0, **given: object) -> None:
    def work(at: datetime) -> None:
        mail = notifying.queue_to(MessageKind.TEST, "ana@example.com", facts={}, key=str(given), at=at)
        mail.state, mail.due_at = state, at - timedelta(minutes=minutes)
        for name, value in given.items():
            setattr(mail, name, value)

    transact(work)


def test_late_mail_turns_the_top_line_red(viewer: CheckedClient, at: datetime) -> None:
    beat(at)
    queue_test_mail(minutes=4)
    assert "Mail is late" not in viewer.page("/staff/").text
    queue_test_mail(minutes=6, attempts=0)
    page = viewer.page("/staff/events")
    assert "Mail is late: the oldest has waited for 6 minutes." in page.text


def test_how_mail_is_doing(viewer: CheckedClient, at: datetime) -> None:
    for waited in (2, 30, 90):
        queue_test_mail(state=EmailState.ACCEPTED, accepted_at=at, waited_seconds=waited)
    queue_test_mail(minutes=2)
    figures = {one.one("dt").text: one.one("dd").text for one in viewer.page("/staff/").one("dl").all("div")}
    assert figures["oldest mail that waits"] == "2 minutes"
    assert figures["accepted today"] == "3"
    assert figures["of them within 10 seconds"] == "33 %"
    assert figures["of them within a minute"] == "66 %"


@pytest.mark.parametrize(("hours", "is_missing"), [(23, True), (25, False)])
def test_a_join_link_is_missing_a_day_before(viewer: CheckedClient, at: datetime, hours: int, is_missing: bool) -> None:
    starts = (at + timedelta(hours=hours)).replace(tzinfo=None)
    event = factories.event(title="Soon", time_zone="UTC", starts_local=starts, ends_local=starts + timedelta(hours=1))
    words = "“Soon” begins within a day and tells nobody how to join online."
    assert (words in viewer.page("/staff/").text) is is_missing
    factories.joining(event)
    assert words not in viewer.page("/staff/").text


def test_what_is_missing_leads_to_where_it_is_mended(editor: CheckedClient, at: datetime) -> None:
    starts = (at + timedelta(hours=5)).replace(tzinfo=None)
    event = factories.event(title="Soon", time_zone="UTC", starts_local=starts, ends_local=starts + timedelta(hours=1))
    person = factories.registration(event)
    factories.kept(lambda at: AccessibilityRequest(registration_id=person.id, sealed=b"", asked_at=at))
    to_do = {link.text: link.get("href") for link in editor.page("/staff/").one("ul", class_="to-do").all("a")}
    assert to_do["“Soon” begins within a day and tells nobody how to join online."] == (
        f"/staff/events/{event.id}/edit/joining"
    )
    assert to_do["Soon: 1 accessibility request is open."] == f"/staff/events/{event.id}/needs"


def test_who_cancelled_needs_nothing_any_more(editor: CheckedClient) -> None:
    person = factories.registration(factories.event(), state=RegistrationState.CANCELLED)
    factories.kept(lambda at: AccessibilityRequest(registration_id=person.id, sealed=b"", asked_at=at))
    assert "accessibility request" not in editor.page("/staff/").text


def test_failed_mail_is_told_to_those_who_see_people(viewer: CheckedClient, editor: CheckedClient) -> None:
    def fail(at: datetime) -> None:
        mail = notifying.queue_to(MessageKind.TEST, "ana@example.com", facts={}, key="1", at=at)
        mail.state = EmailState.FAILED

    transact(fail)
    page = editor.page("/staff/")
    assert page.all("a", href="/staff/messages?state=failed")
    assert "1 mail did not arrive" not in viewer.page("/staff/").text


def test_mail_that_did_not_arrive_is_told_event_by_event_whatever_its_kind(editor: CheckedClient) -> None:
    event = factories.event(title="Filing an Entry")

    def fail(at: datetime) -> None:
        kinds = (MessageKind.INVITATION, MessageKind.ORGANIZATION_FULL, MessageKind.TEST, MessageKind.TEST)
        for number, kind in enumerate(kinds):
            about = event.id if kind is not MessageKind.TEST else None
            mail = notifying.queue_to(kind, "ana@example.com", facts={}, key=str(number), event_id=about, at=at)
            mail.state = EmailState.FAILED if number < 3 else EmailState.QUEUED

    transact(fail)
    to_do = {link.text: link.get("href") for link in editor.page("/staff/").one("ul", class_="to-do").all("a")}
    assert to_do["Filing an Entry: 2 mails did not arrive."] == f"/staff/messages?state=failed&event={event.id}"
    assert to_do["1 other mail did not arrive."] == "/staff/messages?state=failed"


def test_open_requests_are_told_to_those_who_arrange_them(door_staff: CheckedClient, editor: CheckedClient) -> None:
    registration = factories.registration(factories.event(title="Filing an Entry"))
    factories.kept(lambda at: AccessibilityRequest(registration_id=registration.id, sealed=b"", asked_at=at))
    assert "1 accessibility request is open" in editor.page("/staff/").text
    assert "accessibility request" not in door_staff.page("/staff/").text


def test_a_change_that_can_still_be_undone(editor: CheckedClient) -> None:
    event = factories.event(title="Filing an Entry")
    factories.registration(event)
    factories.kept(
        lambda at: ChangeNotice(
            event_id=event.id,
            kind=MessageKind.EVENT_CHANGED,
            before={},
            made_by="ana@example.gov",
            made_at=at,
            due_at=at + timedelta(minutes=10),
        )
    )
    assert "It can still be undone" in editor.page("/staff/").text


@pytest.mark.parametrize("q", ["lop", "Ana Lopez", "Lopez Ana", "ana@exam", "harbor"])
def test_the_search_finds_people_of_all_events(editor: CheckedClient, q: str) -> None:
    for title in ("First", "Second"):
        event = factories.event(title=title)
        person = {"first_name": "Ana", "last_name": "López", "email": f"ana@example{title}.com".lower()}
        factories.registration(event, organization="Harbor Brokers", **person)
    page = editor.page("/staff/search", query_string={"q": q})
    assert "First" in page.main.text
    assert "Second" in page.main.text


def test_the_search_finds_a_number(editor: CheckedClient) -> None:
    event = factories.event()
    wanted, other = factories.registration(event), factories.registration(event)
    answer = editor.get("/staff/search", query_string={"q": wanted.number.lower()})
    assert wanted.number in answer.text or str(wanted.id) in answer.location
    assert other.number not in answer.text


@pytest.mark.parametrize("q", ["", "%", "_", "\\", "'", "\x00", "x" * 5000, "🙂", " "])
def test_the_search_bears_anything(editor: CheckedClient, q: str) -> None:
    assert editor.get("/staff/search", query_string={"q": q}).status_code == 200


def test_a_notice_over_all_public_pages(administrator: CheckedClient, client: CheckedClient) -> None:
    words = "Offices are closed today <because> of snow"
    administrator.submit(administrator.page("/staff/notice"), "notice", text=words)
    assert words in client.page("/").text
    administrator.submit(administrator.page("/staff/notice"), "removal")
    assert words not in client.page("/").text


@pytest.mark.parametrize(
    ("text", "ends"), [("", ""), ("x" * 501, ""), ("Closed", "yesterday"), ("Closed", "2020-01-01T12:00")]
)
def test_a_notice_that_cannot_stand(administrator: CheckedClient, text: str, ends: str) -> None:
    assert administrator.submit(administrator.page("/staff/notice"), "notice", text=text, ends=ends).status_code == 422


def test_nothing_of_it_is_left_to_others(editor: CheckedClient) -> None:
    assert editor.get("/staff/notice").status_code == 403
    assert not db.session.scalars(db.select(OutgoingEmail)).all()


class TestSampleContacts:
    """What stands in the sample texts reaches nobody, and real people would be told to turn to it."""

    WORDS = ("names a sample contact", "to write to trade-events@events.example.gov, which is a sample")

    def test_the_demonstration_may_have_them(self, editor: CheckedClient, at: datetime) -> None:
        event = factories.event()
        assert not any(words in editor.page("/staff/").main.text for words in self.WORDS)
        assert "A contact is a sample" not in editor.page(f"/staff/events/{event.id}").main.text

    def test_a_public_site_names_them(self, app: Flask, editor: CheckedClient, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(app.config, "PRODUCTION", True)
        event = factories.event(title="Filing", contact_email="trade.events@agency.gov", contact_phone="202-555-0140")
        assert all(words in editor.page("/staff/").main.text for words in self.WORDS)
        assert "A contact is a sample" in editor.page(f"/staff/events/{event.id}").main.text

    def test_real_ones_are_left_alone(self, app: Flask, editor: CheckedClient, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(app.config, "PRODUCTION", True)
        monkeypatch.setitem(app.config, "ORGANIZATION_EMAIL", "desk@agency.gov")
        factories.event(contact_email="desk@counterexample.gov", contact_phone="202-555-7140")
        assert not any(words in editor.page("/staff/").main.text for words in self.WORDS)


def test_who_cannot_act_reads_the_fact_alone(door_staff: CheckedClient, editor: CheckedClient) -> None:
    event = factories.event(title="Filing an Entry")
    factories.registration(event, email="ana@example.com")
    gone = FailureReason.NO_SUCH_ADDRESS
    factories.kept(lambda at: BouncedAddress(email_key="ana@example.com", bounced_at=at, reason=gone))
    assert "Correct the address" in editor.page("/staff/").main.text
    shown = door_staff.page("/staff/").main.text
    assert "mail to 1 person came back." in shown
    assert "Correct the address" not in shown

"""Staff see how many follow what, look one address up, and stop its news when its owner asks them to."""

from html import unescape

import pytest

from app.db import db, transact
from app.models import Access, AuditEntry, EventState, Mode, OpeningAlert, Rhythm, Subscriber
from tests.support import factories as make
from tests.support.desk import with_rules
from tests.support.following import follower
from tests.support.html import Page
from tests.support.pages import CheckedClient

pytestmark = pytest.mark.usefixtures("at")
ANA = "ana@example.com"


def rows(page: Page) -> dict[str, list[str]]:
    return {row.one("th").text: [cell.text for cell in row.all("td")] for row in page.main.all("tr") if row.all("td")}


def test_numbers_and_no_names(viewer: CheckedClient) -> None:
    webinars, topic = make.series(name="Webinars"), make.topic(name="Origin")
    follower(webinars, topic, email=ANA, rhythm=Rhythm.WEEKLY)
    follower(webinars, email="ben@example.com", rhythm=Rhythm.AT_ONCE)
    event = make.event(title="Filing")
    alert = {"event_id": event.id, "email": ANA, "email_key": ANA}
    transact(lambda at: db.session.add(OpeningAlert(**alert, asked_at=at)))
    page = viewer.page("/staff/followers")
    assert rows(page)["Webinars"] == ["2", "1", "0", "1"]
    assert rows(page)["Origin"] == ["1", "0", "0", "1"]
    assert rows(page)["Filing"] == ["1"]
    assert "2 confirmed addresses" in page.main.text
    assert "@" not in page.main.text
    assert not page.main.all("form")


def test_the_event_says_how_many_wait_for_its_opening(viewer: CheckedClient) -> None:
    event = make.event()
    alert = {"event_id": event.id, "email": ANA, "email_key": ANA}
    transact(lambda at: db.session.add(OpeningAlert(**alert, asked_at=at)))
    assert "1 person wants a mail when registration opens." in viewer.page(f"/staff/events/{event.id}").main.text


def test_a_draft_says_who_hears_of_it_once_it_is_published(editor: CheckedClient) -> None:
    """Who follows both its series and its topic is one address; a draft that will be listed nowhere tells nobody."""
    webinars, topic = make.series(name="Webinars"), make.topic(name="Origin")
    follower(webinars, topic, email=ANA)
    follower(topic, email="ben@example.com")
    whole = {"summary": "A first look.", "contact_name": "Ana", "contact_email": "ana@example.gov"}
    drafts = [make.event(series=webinars, topics=[topic], state=EventState.DRAFT, **whole) for _number in range(2)]
    with_rules(drafts[1].id, access=Access.LINK)
    told, quiet = (editor.page(f"/staff/events/{event.id}").main.text for event in drafts)
    assert "2 addresses follow its series or topics" in told
    assert "follow its series" not in quiet


def test_one_address_is_found_and_the_look_is_logged(door_staff: CheckedClient) -> None:
    follower(make.series(name="Webinars"), email=ANA)
    found = Page(door_staff.submit(door_staff.page("/staff/followers"), email="Ana@Example.com").text)
    assert f"{ANA} follows: Webinars." in found.main.text
    assert not found.main.all("button", string="Stop")
    looks = db.session.scalars(db.select(AuditEntry).filter_by(act="viewed", subject="subscriber")).all()
    assert len(looks) == 1
    nobody = Page(door_staff.submit(door_staff.page("/staff/followers"), email="ben@example.com").text)
    assert "ben@example.com follows nothing." in nobody.main.text


@pytest.mark.parametrize("email", ["", "ana", "%", "ana@example.com\x00"])
def test_half_an_address_finds_nothing(door_staff: CheckedClient, email: str) -> None:
    assert door_staff.submit(door_staff.page("/staff/followers"), email=email).status_code == 422


def test_an_editor_stops_it_for_somebody(editor: CheckedClient) -> None:
    follower(make.series(), email=ANA)
    found = Page(editor.submit(editor.page("/staff/followers"), email=ANA).text)
    (form,) = [form for form in found.main.all("form") if form.get("action").endswith("/stop")]
    token = form.one("input", name="csrf_token").get("value")
    for _ in range(2):
        assert editor.post(form.get("action"), data={"csrf_token": token}).status_code == 303
    assert not db.session.scalars(db.select(Subscriber)).all()
    (entry,) = db.session.scalars(db.select(AuditEntry).filter_by(act="stopped following")).all()
    assert "@" in entry.actor


class TestTextForBulletins:
    def text(self, client: CheckedClient, event_id: int) -> str:
        page = client.get(f"/staff/events/{event_id}/bulletin").text
        return unescape(page.partition("readonly>")[2].partition("</textarea>")[0])

    def test_it_says_what_when_where_and_how_to_register(self, viewer: CheckedClient) -> None:
        event = make.event(title="Filing an Entry", slug="filing", summary="How it is done. " * 12)
        text = self.text(viewer, event.id)
        for words in ("Webinars: Filing an Entry", "When: ", "Where: Online", "/events/filing", "Questions: Office of"):
            assert words in text
        assert "You can register until it begins." in text
        assert max(len(line) for line in text.splitlines()) <= 76
        assert not set("<>{}&") & set(text)
        assert "\n\n\n" not in text

    def test_it_says_what_is_true_now(self, viewer: CheckedClient, at: object) -> None:
        later = make.event(registration_opens_local=make.wall("2026-03-04 07:00"))
        assert "Registration opens on Wednesday, March 4, 2026" in self.text(viewer, later.id)
        off = make.event(state=EventState.CANCELLED, change_reason="A lapse in funding.")
        assert "CANCELLED: A lapse in funding." in self.text(viewer, off.id)
        undated = make.event(state=EventState.POSTPONED, change_reason="A storm.")
        text = self.text(viewer, undated.id)
        assert "POSTPONED: A storm." in text
        assert "The new date is not known yet." in text
        assert "will stand here" not in text

    def test_it_says_how_each_way_of_attending_stands(self, viewer: CheckedClient) -> None:
        event = make.event(seats={Mode.IN_PERSON: 1, Mode.ONLINE: None})
        make.registration(event, mode=Mode.IN_PERSON)
        text = " ".join(self.text(viewer, event.id).split())
        assert "In person: All seats are taken. Who is on the waiting list moves up in order." in text
        assert "Online: You can register until it begins." in text

    def test_it_says_what_whoever_registers_needs(self, viewer: CheckedClient) -> None:
        event = make.event()
        given = {"access": Access.CODE, "access_code": "harbor", "needs_approval": True, "organization_cap": 2}
        with_rules(event.id, **given, lead_time_text="The site needs ten working days.")
        text = " ".join(self.text(viewer, event.id).split())
        for words in (
            "The office approves each registration. You hold no seat before.",
            "You need the code from your invitation.",
            "At most 2 people of one organization.",
            "Before you book travel: The site needs ten working days.",
        ):
            assert words in text
        assert "harbor" not in text

    def test_a_typed_sign_stays_a_sign(self, viewer: CheckedClient) -> None:
        event = make.event(title="Duties & <fees>")
        assert "Duties & <fees>" in self.text(viewer, event.id)

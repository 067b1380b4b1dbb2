"""Staff see whose address marked our mail as unwanted, and write there again for a reason."""

from datetime import datetime

import pytest

from app import links
from app.db import db, transact
from app.models import (
    AuditEntry,
    EmailState,
    MailNotice,
    MessageKind,
    NoticeKind,
    OutgoingEmail,
    Registration,
    UnwantedAddress,
)
from app.operations import notifying
from app.operations.communication import complaining
from tests.support import factories as make
from tests.support.following import follower
from tests.support.html import Page
from tests.support.pages import CheckedClient

pytestmark = pytest.mark.usefixtures("at")
ANA = "ana@example.com"
SAID = {"subject": "Slides", "text": "They are up.", "urgent": False}


@pytest.fixture
def marked() -> tuple[int, int]:
    """Somebody registered, who marked an announcement: the ids of the person and of the mail."""
    person_id = make.registration(make.event(), email=ANA).id

    def work(at: datetime) -> int:
        person = db.session.get_one(Registration, person_id)
        mail = notifying.queue(MessageKind.ANNOUNCEMENT, person, at=at, key="slides", extra={"announcement": SAID})
        assert mail
        db.session.flush()
        mail.enter(EmailState.ACCEPTED, "250 Taken", at)
        notice = {"digest": "d", "kind": NoticeKind.COMPLAINT, "words": "abuse", "email_id": mail.id}
        db.session.add(MailNotice(**notice, read_at=at))
        complaining.note(mail, "abuse", at)
        return mail.id

    return person_id, transact(work)


def flag() -> UnwantedAddress | None:
    db.session.rollback()
    return db.session.scalar(db.select(UnwantedAddress))


def test_it_works(editor: CheckedClient, marked: tuple[int, int]) -> None:
    person_id, mail_id = marked
    for address in (f"/staff/messages/{mail_id}", f"/staff/registrations/{person_id}"):
        page = editor.page(address)
        assert f"{ANA} marked our mail as unwanted" in page.main.text
        (link,) = [one.get("href") for one in page.main.all("a") if "/complaints/" in one.get("href")]
    assert link in [one.get("href") for one in editor.page("/staff/messages/notices").main.all("a")]
    page = editor.page(link)
    assert editor.submit(page, reason=" ").status_code == 422
    assert flag()
    assert editor.submit(page, reason="She called and wants it.").location == f"/staff/messages/{mail_id}"
    assert flag() is None
    entry = db.session.scalars(db.select(AuditEntry).filter_by(act=complaining.WELCOME_AGAIN)).one()
    assert (entry.subject_id, entry.detail["reason"]) == (person_id, "She called and wants it.")
    assert "She called and wants it." in editor.page(f"/staff/registrations/{person_id}").main.text
    assert "marked our mail" not in editor.page(f"/staff/messages/{mail_id}").main.text


def test_who_may_not_change_people_sees_it_and_no_more(door_staff: CheckedClient, marked: tuple[int, int]) -> None:
    page = door_staff.page(f"/staff/messages/{marked[1]}")
    assert "marked our mail as unwanted" in page.main.text
    assert not [one for one in page.main.all("a") if "/complaints/" in one.get("href")]


def test_it_is_found_by_the_address_of_a_follower(editor: CheckedClient, marked: tuple[int, int]) -> None:
    transact(lambda at: db.session.delete(db.session.get_one(OutgoingEmail, marked[1])))
    found = Page(editor.submit(editor.page("/staff/followers"), email=ANA).text)
    assert "marked our mail as unwanted" in found.main.text
    standing = flag()
    assert standing
    assert standing.email_id is None
    page = editor.page(f"/staff/messages/complaints/{standing.id}")
    assert editor.submit(page, reason="She called.").location == "/staff/messages/notices"
    assert flag() is None


def test_it_cannot_be_sent_again(editor: CheckedClient, marked: tuple[int, int]) -> None:
    mail_id = marked[1]
    page = editor.page(f"/staff/messages/{mail_id}")
    (again,) = [form for form in page.main.all("form") if form.get("action").endswith("/again")]
    key = again.one("input", name="csrf_token").get("value")
    answer = editor.post(again.get("action"), data={"csrf_token": key}, follow_redirects=True)
    assert "The owner of this address marked such mail as unwanted." in answer.text


def test_a_follower_reads_why_no_news_comes(client: CheckedClient, marked: tuple[int, int]) -> None:
    subscriber = follower(make.series(), email="ben@example.com")
    address = f"/subscriptions/{links.sign(links.SUBSCRIPTIONS, subscriber.digest)}"
    assert "as unwanted" not in client.page(address).main.text
    flagged = {"email_key": subscriber.email_key, "words": "abuse"}
    transact(lambda at: db.session.add(UnwantedAddress(**flagged, complained_at=at)))
    page = client.page(address)
    assert "You marked a mail of ours as unwanted, so we send you no news." in page.main.text
    client.submit(page, "following")
    db.session.rollback()
    assert not complaining.of_address(subscriber.email_key)

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app import clock, links
from app.db import db, transact
from app.mail import delivery, transports
from app.models import (
    AuditEntry,
    BouncedAddress,
    EmailState,
    JobTurn,
    MailNotice,
    MessageKind,
    NoticeKind,
    OutgoingEmail,
    Registration,
    RegistrationState,
)
from app.models.worker_beat import READ_MAILBOX
from app.operations import notifying
from tests.support import factories
from tests.support.html import Page
from tests.support.pages import CheckedClient


@pytest.fixture
def registration() -> Registration:
    event = factories.event(title="Filing an Entry", slug="filing-an-entry")
    found = factories.registration(event, first_name="Ana", last_name="Lopez", email="ana@example.com")
    registration_id = found.id
    transact(lambda at: notifying.queue(MessageKind.CONFIRMED, db.session.get(Registration, registration_id), at=at))
    return found


def recipients(page: Page) -> list[str]:
    return [row.one("a").text for row in page.main.all("th", scope="row")]


def message() -> OutgoingEmail:
    return db.session.scalars(db.select(OutgoingEmail).order_by(OutgoingEmail.id)).first()


def test_the_list(editor: CheckedClient, registration: Registration) -> None:
    page = editor.page("/staff/messages")
    assert "ana@example.com" in page.text
    assert "ana@example.com" in editor.page(f"/staff/messages?state=queued&event={registration.event_id}").text
    for other in ("state=sent", "kind=cancelled", "event=2147483647"):
        assert "ana@example.com" not in editor.page(f"/staff/messages?{other}").main.text


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("to=ana@example.com", True),
        ("to=+Ana@", True),
        ("to=ana@example.com.evil", False),
        ("to=_na", False),
        ("about=entry+filing", True),
        ("about=entry&event=2147483647", False),
        ("about=exports", False),
    ],
)
def test_mails_are_found_by_address_and_by_event(
    editor: CheckedClient, registration: Registration, query: str, is_found: bool
) -> None:
    registration_id = registration.id
    transact(lambda at: setattr(db.session.get(Registration, registration_id), "email", "ben@example.com"))
    assert bool(recipients(editor.page(f"/staff/messages?{query}"))) is is_found


def test_the_page_of_an_event_leads_to_its_mails(
    editor: CheckedClient, viewer: CheckedClient, registration: Registration
) -> None:
    event = f"/staff/events/{registration.event_id}"
    (way,) = [link for link in editor.page(event).main.all("a") if link.text == "Messages"]
    page = editor.page(way.get("href"))
    assert recipients(page) == ["ana@example.com"]
    assert "Filing an Entry" in page.one("ul", class_="chips").text
    assert not [link for link in viewer.page(event).main.all("a") if link.text == "Messages"]


def test_a_search_stays_on_the_next_page(editor: CheckedClient, registration: Registration) -> None:
    facts = message().facts
    transact(
        lambda at: [
            notifying.queue_to(MessageKind.TEST, "Ben@example.com", facts=facts, key=str(number), at=at)
            for number in range(51)
        ]
    )
    page = editor.page("/staff/messages?to=ben&state=queued")
    assert len(recipients(page)) == 50
    (older,) = [link.get("href") for link in page.main.all("a") if "before=" in link.get("href")]
    assert len(recipients(editor.page(older))) == 1


@pytest.mark.parametrize(
    "query",
    ["to=%00%20", "about=%20%25", "state=nonsense", "kind=x", "event=-1", "event=99999999999", "before=x", "state=%00"],
)
def test_a_filter_that_is_none_is_left_out(editor: CheckedClient, registration: Registration, query: str) -> None:
    assert "ana@example.com" in editor.page(f"/staff/messages?{query}").text


def test_one_message_before_and_after_it_left(editor: CheckedClient, registration: Registration) -> None:
    address = f"/staff/messages/{message().id}"
    page = editor.page(address)
    assert "Filing an Entry" in page.one("h1").text
    assert "As it would leave now" in page.text
    delivery.drain("test", transports.chosen())
    db.session.expire_all()
    page = editor.page(address)
    assert "As it left" in page.text
    source = [pre.text for pre in page.all("pre")][1]
    assert message().message_id in source


@pytest.mark.parametrize("is_sent", [False, True])
def test_whoever_may_only_look_reads_no_link_that_opens(
    door_staff: CheckedClient, editor: CheckedClient, registration: Registration, is_sent: bool
) -> None:
    """Whoever opened one could cancel, and the history would call them the person."""
    if is_sent:
        delivery.drain("test", transports.chosen())
        db.session.expire_all()
    page = f"/staff/messages/{message().id}"
    token = links.sign_reference(links.MANAGE, registration.id, registration.link_version)
    assert token in editor.page(page).text
    seen = door_staff.page(page).text
    assert token not in seen
    assert "/registrations/•••" in seen
    assert door_staff.get(f"{page}/source").status_code == 403


def press(client: CheckedClient, message_id: int, act: str) -> TestResponse:
    """The button of this act on the message's page."""
    (form,) = client.page(f"/staff/messages/{message_id}").all("form", action=f"/staff/messages/{message_id}/{act}")
    (token,) = form.all("input", name="csrf_token")
    return client.post(form.get("action"), data={"csrf_token": token.get("value")})


def test_it_tells_step_by_step_what_became_of_it(editor: CheckedClient, registration: Registration) -> None:
    delivery.drain("test", transports.chosen())
    db.session.expire_all()
    rows = editor.page(f"/staff/messages/{message().id}").one("table").all("tr")[1:]
    assert [row.all("td")[1].text.split()[-1] for row in rows] == ["Queued", "sent", "Sent"]
    assert "Written to the Maildir" in rows[-1].text
    assert all(re.search(r"\d:\d\d:\d\d [ap]\.m\.", row.all("td")[0].text) for row in rows)


def test_its_source_is_a_file(editor: CheckedClient, registration: Registration) -> None:
    address = f"/staff/messages/{message().id}/source"
    assert editor.get(address).status_code == 404
    delivery.drain("test", transports.chosen())
    answer = editor.get(address)
    db.session.expire_all()
    assert answer.data == message().content
    assert answer.headers["Content-Type"] == "message/rfc822"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_it_can_be_taken_back_until_it_leaves(editor: CheckedClient, registration: Registration) -> None:
    message_id = message().id
    page = press(editor, message_id, "withdrawal").location
    assert "It is withdrawn." in editor.page(page).text
    assert delivery.drain("test", transports.chosen()).taken == 0
    db.session.expire_all()
    assert (message().state, message().steps[-1].state) == (EmailState.WITHDRAWN,) * 2
    entry = db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == "withdrew message")).one()
    assert (entry.subject_id, entry.detail) == (message_id, {"kind": "confirmed"})


@pytest.mark.parametrize("state", [EmailState.CLAIMED, EmailState.SENDING, EmailState.ACCEPTED, EmailState.FAILED])
def test_what_is_leaving_or_has_left_cannot_be_taken_back(
    editor: CheckedClient, registration: Registration, state: EmailState
) -> None:
    message_id = message().id
    token = editor.page(f"/staff/messages/{message_id}").all("input", name="csrf_token")[0].get("value")
    put(message_id, state)
    address = f"/staff/messages/{message_id}"
    assert not editor.page(address).all("form", action=f"{address}/withdrawal")
    answer = editor.post(f"{address}/withdrawal", data={"csrf_token": token})
    assert "cannot be taken back" in editor.page(answer.location).text
    db.session.expire_all()
    assert message().state is state


def put(message_id: int, state: EmailState, **values: object) -> None:
    def work(_: datetime) -> None:
        mail = db.session.get_one(OutgoingEmail, message_id)
        mail.state = state
        for name, value in values.items():
            setattr(mail, name, value)

    transact(work)


@pytest.mark.parametrize("state", [EmailState.FAILED, EmailState.IN_DOUBT, EmailState.BOUNCED])
@pytest.mark.parametrize("act", ["again", "seen-to"])
def test_trouble_stands_on_the_work_list_until_somebody_sees_to_it(
    editor: CheckedClient, registration: Registration, state: EmailState, act: str
) -> None:
    message_id = message().id
    put(message_id, state, last_error="550 5.1.1 No such person")
    home = editor.page("/staff/")
    assert home.all("a", href="/staff/messages?state=failed")
    assert ("There is no such address" in home.text) is (state is not EmailState.IN_DOUBT)
    assert "ana@example.com" in editor.page("/staff/messages?state=failed").main.text
    press(editor, message_id, act)
    home = editor.page("/staff/").text
    assert "did not arrive" not in home
    assert "no such address" not in home
    assert "ana@example.com" not in editor.page("/staff/messages?state=failed").main.text
    assert "ana@example.com" in editor.page("/staff/messages?state=seen-to").main.text


def test_it_can_be_sent_again(editor: CheckedClient, registration: Registration) -> None:
    first = message().id
    answer = press(editor, first, "again")
    again = db.session.scalars(db.select(OutgoingEmail).order_by(OutgoingEmail.id.desc())).first()
    assert answer.location == f"/staff/messages/{again.id}"
    assert again.id != first
    assert again.kind is MessageKind.CONFIRMED
    entry = db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == "sent message again")).one()
    assert entry.subject_id == first


def test_what_is_no_longer_true_is_not_sent_again(editor: CheckedClient, registration: Registration) -> None:
    registration_id = registration.id
    message_id = message().id

    def cancel(_: datetime) -> None:
        db.session.get(Registration, registration_id).state = RegistrationState.CANCELLED

    transact(cancel)
    answer = press(editor, message_id, "again")
    assert "The registration has changed since" in editor.page(answer.location).text
    assert db.session.scalar(db.select(db.func.count()).select_from(OutgoingEmail)) == 1


ABOUT_NEEDS = [
    MessageKind.ACCESSIBILITY_RECEIVED,
    MessageKind.ACCESSIBILITY_ALERT,
    MessageKind.ACCESSIBILITY_ANSWERED,
]


@pytest.mark.parametrize("kind", ABOUT_NEEDS)
def test_mails_about_needs_are_for_those_who_may_see_needs(
    editor: CheckedClient, door_staff: CheckedClient, registration: Registration, kind: MessageKind
) -> None:
    facts = message().facts | {
        "lead": {"name": "", "email": "", "phone": "", "date": None},
        "registration_id": 1,
        "answer": {"state": "arranged", "by": "Ruth Adler", "text": "It is arranged."},
    }

    def queue(at: datetime) -> int:
        mail = notifying.queue_to(kind, "needs@example.com", facts=facts, key="1", at=at)
        mail.state = EmailState.FAILED
        db.session.flush()
        return mail.id

    address = f"/staff/messages/{transact(queue)}"
    assert editor.get(address).status_code == 200
    assert "needs@example.com" in editor.page("/staff/messages").main.text
    assert door_staff.get(address).status_code == 404
    for query in ("", "?state=failed", f"?kind={kind.value}"):
        page = door_staff.page(f"/staff/messages{query}")
        assert "needs@example.com" not in page.main.text
        assert not page.all("option", value=kind.value)
    assert "not arrive" in editor.page("/staff/").text
    assert "not arrive" not in door_staff.page("/staff/").text


def test_sign_in_links_are_for_administrators_alone(
    editor: CheckedClient, administrator: CheckedClient, door_staff: CheckedClient
) -> None:
    form = administrator.page("/staff/staff/new")
    administrator.submit(form, email="new.member@example.gov", role="viewer")
    address = f"/staff/messages/{message().id}"
    assert "/staff/access/invitation/" in administrator.page(address).text
    for client in (editor, door_staff):
        assert client.get(address).status_code == 404
        assert "new.member@example.gov" not in client.page("/staff/messages").text


def test_nothing_is_sent_again_to_an_address_where_nothing_arrives(
    editor: CheckedClient, registration: Registration
) -> None:
    mail_id = message().id
    put(mail_id, EmailState.BOUNCED, kind=MessageKind.HOW_TO_JOIN)
    factories.kept(lambda at: BouncedAddress.of(db.session.get_one(OutgoingEmail, mail_id), "550 5.1.1 Unknown", at))
    answer = press(editor, mail_id, "again")
    assert "Correct the address first" in editor.page(answer.location).text
    assert db.session.scalar(db.select(db.func.count()).select_from(OutgoingEmail)) == 1
    assert message().seen_to_at is None


def notice(words: str, *, kind: NoticeKind = NoticeKind.BOUNCED, email_id: int | None = None) -> None:
    values = {"digest": words, "kind": kind, "words": words, "email_id": email_id}
    factories.kept(lambda at: MailNotice(**values, read_at=at))


def test_what_came_back_stands_with_its_mail_and_in_a_list(editor: CheckedClient, registration: Registration) -> None:
    notice("550 5.1.1 No such user", email_id=message().id)
    notice("On the road", kind=NoticeKind.AUTO_REPLY)
    assert "550 5.1.1 No such user" in editor.page(f"/staff/messages/{message().id}").main.text
    page = editor.page("/staff/messages/notices")
    rows = page.one("table").all("tr")[1:]
    assert [row.all("td")[1].text for row in rows] == ["On the road", "550 5.1.1 No such user"]
    assert rows[1].one("a").get("href") == f"/staff/messages/{message().id}"
    assert "No mailbox is set" in page.main.text
    listed = editor.page("/staff/messages/notices?kind=auto-reply").one("table").text
    assert "550" not in listed
    for query in ("kind=x", "before=-1", "before=99999999999"):
        assert "On the road" in editor.page(f"/staff/messages/notices?{query}").main.text


def test_notices_are_paged(editor: CheckedClient) -> None:
    for number in range(51):
        notice(f"notice {number}")
    page = editor.page("/staff/messages/notices")
    assert len(page.one("table").all("tr")) == 51
    (way,) = page.all("a", rel="next")
    assert len(editor.page(way.get("href")).one("table").all("tr")) == 2


def test_notices_about_needs_are_for_those_who_may_see_needs(
    editor: CheckedClient, door_staff: CheckedClient, registration: Registration
) -> None:
    mail_id = message().id
    put(mail_id, EmailState.ACCEPTED, kind=MessageKind.ACCESSIBILITY_RECEIVED)
    notice("550 5.1.1 No such user", email_id=mail_id)
    assert "No such user" in editor.page("/staff/messages/notices").main.text
    assert "No such user" not in door_staff.page("/staff/messages/notices").main.text


@pytest.mark.parametrize(("minutes", "is_told"), [(None, True), (14, False), (16, True)])
def test_a_mailbox_that_nobody_reads_is_told(
    app: Flask, editor: CheckedClient, monkeypatch: pytest.MonkeyPatch, minutes: int | None, is_told: bool
) -> None:
    monkeypatch.setitem(app.config, "BOUNCES_MAILDIR", "/somewhere")
    if minutes is not None:
        since = timedelta(minutes=minutes)
        factories.kept(lambda _: JobTurn(job=READ_MAILBOX, worked_at=clock.now() - since))
    assert ("has not been read for a while" in editor.page("/staff/").text) is is_told

"""Inviting through the console: addresses pasted as they come, who has used theirs, sent again, taken back."""

from datetime import datetime

import pytest
from sqlalchemy import update

from app.db import db, transact
from app.models import Access, BouncedAddress, EmailState, OutgoingEmail
from tests.operations.registration.test_inviting import ANA, BEN, come, invitation, invite, mails
from tests.support.desk import details, make_event, sign_up, with_rules
from tests.support.html import Page
from tests.support.pages import CheckedClient
from tests.web.staff.registration.test_registration import press

pytestmark = pytest.mark.usefixtures("app", "at")


@pytest.fixture
def event_id() -> int:
    return with_rules(make_event(), access=Access.INVITED)


def address_of(event_id: int) -> str:
    return f"/staff/events/{event_id}/invitations"


def paste(client: CheckedClient, event_id: int, text: str) -> Page:
    """Press twice: of several, the page first says how many get a mail."""
    answer = client.submit(client.page(address_of(event_id)), "invite", addresses=text)
    if answer.status_code == 200:
        assert mails() == []
        answer = client.submit(Page(answer.text), "invite")
    return client.page(answer.location) if answer.status_code == 303 else Page(answer.text)


def rows(page: Page) -> list[str]:
    return [row.text for row in page.main.all("tr")[1:]]


def test_it_works(editor: CheckedClient, event_id: int) -> None:
    page = paste(editor, event_id, f"Ana Núñez <{ANA}>\n\n{BEN}; {BEN.upper()}, mailto:zoe@importer.example")
    assert "3 invitations are being mailed." in page.text
    assert mails() == [ANA, BEN, "zoe@importer.example"]
    come(event_id)
    listed = rows(editor.page(address_of(event_id)))
    assert ["Used" in row for row in listed] == [True, False, False]
    assert "Dana Okafor" in listed[0]


def test_before_several_mails_leave_it_says_how_many(editor: CheckedClient, event_id: int) -> None:
    invite(event_id, BEN)
    first = editor.submit(editor.page(address_of(event_id)), "invite", addresses=f"{ANA} {BEN} zoe@importer.example")
    asked = Page(first.text)
    assert "2 people get a mail 1 address was invited or registered before and gets none." in asked.main.text
    assert "Invite 2 people" in asked.main.text
    assert mails() == [BEN]
    more = Page(editor.submit(asked, "invite", addresses=f"{ANA} zoe@importer.example pat@importer.example").text)
    assert "3 people get a mail" in more.main.text
    assert mails() == [BEN]
    assert editor.submit(more, "invite").status_code == 303
    assert mails() == sorted([BEN, ANA, "zoe@importer.example", "pat@importer.example"])


@pytest.mark.parametrize(
    "text", ["", "   ", "nobody", f"{ANA}, nobody@", "a@b.example " * 3 + "x@@y.example", "ä@x.example"]
)
def test_nobody_is_invited_when_something_is_no_address(editor: CheckedClient, event_id: int, text: str) -> None:
    page = paste(editor, event_id, text)
    assert page.main.one(id="addresses-error").text
    assert mails() == []


def test_too_many_at_once(editor: CheckedClient, event_id: int) -> None:
    many = "\n".join(f"person{number}@importer.example" for number in range(501))
    assert "Invite at most 500 at once." in paste(editor, event_id, many).main.text
    assert mails() == []


def test_who_was_invited_before_is_said(editor: CheckedClient, event_id: int) -> None:
    invite(event_id, ANA)
    page = paste(editor, event_id, f"{ANA} {BEN}")
    assert "1 invitation is being mailed. 1 address was invited or registered before" in page.text


def test_mailed_again_and_taken_back(editor: CheckedClient, event_id: int) -> None:
    invite(event_id, ANA)
    page = editor.page(address_of(event_id))
    waits = press(editor, page, "/message")
    assert "still waits to leave, so no second one was made" in editor.page(waits.location).text
    assert mails() == [ANA]
    leave(mails_of(ANA), EmailState.ACCEPTED)
    again = press(editor, page, "/message")
    assert "on its way once more" in editor.page(again.location).text
    assert mails() == [ANA, ANA]
    press(editor, page, "/revocation")
    assert "Taken back" in rows(editor.page(address_of(event_id)))[0]
    press(editor, editor.page(address_of(event_id)), "/message")
    assert invitation(event_id).is_open
    come(event_id)
    refused = press(editor, page, "/revocation")
    assert "is registered by the invitation" in editor.page(refused.location).text


def test_one_is_found_by_the_beginning(editor: CheckedClient, event_id: int) -> None:
    invite(event_id, ANA, BEN)
    assert len(rows(editor.page(f"{address_of(event_id)}?q=AN"))) == 1
    assert "No invitation fits." in editor.page(f"{address_of(event_id)}?q=100%25").main.text


def test_an_invitation_of_another_event_is_not_found(editor: CheckedClient, event_id: int) -> None:
    other = with_rules(make_event(), access=Access.INVITED)
    invite(other, ANA)
    number = invitation(other).id
    page = editor.page(address_of(event_id))
    token = page.main.all("input", name="csrf_token")[0].get("value")
    wrong = f"{address_of(event_id)}/{number}/revocation"
    assert editor.post(wrong, data={"csrf_token": token}).status_code == 404
    assert invitation(other).is_open


def test_door_staff_look_and_invite_nobody(door_staff: CheckedClient, editor: CheckedClient, event_id: int) -> None:
    invite(event_id, ANA)
    page = door_staff.page(address_of(event_id))
    assert ANA in page.main.text
    assert not page.main.all("form", method="post")
    token = editor.page(address_of(event_id)).main.all("input", name="csrf_token")[0].get("value")
    assert door_staff.post(address_of(event_id), data={"csrf_token": token, "addresses": BEN}).status_code in {400, 403}
    assert mails() == [ANA]


def test_an_event_without_invitations_has_no_way_to_them(editor: CheckedClient) -> None:
    event_id = make_event()
    assert not editor.page(f"/staff/events/{event_id}").main.all("a", href=address_of(event_id))
    assert "does not take registrations by invitation" in editor.page(address_of(event_id)).main.text


def test_they_are_filtered_by_how_far_they_are(editor: CheckedClient, event_id: int) -> None:
    invite(event_id, ANA, BEN, "cleo@importer.example", "dave@importer.example")
    come(event_id)
    page = editor.page(address_of(event_id))
    press(editor, page, f"/{invitation(event_id, BEN).id}/revocation")
    leave(mails_of("cleo@importer.example"), EmailState.ACCEPTED)
    leave(mails_of("dave@importer.example"), EmailState.FAILED)
    shown = {state: found(editor, event_id, state) for state in ("not-sent", "sent", "used", "revoked", "nonsense")}
    assert shown == {
        "not-sent": ["dave@importer.example"],
        "sent": ["cleo@importer.example"],
        "used": [ANA],
        "revoked": [BEN],
        "nonsense": [ANA, BEN, "cleo@importer.example", "dave@importer.example"],
    }
    both = editor.page(f"{address_of(event_id)}?q=cleo&state=sent")
    chips = [chip.text for chip in both.main.all("a", class_="chip")]
    assert chips == ["Remove filter: Search: cleo", "Remove filter: Invited, not used"]
    assert "No invitation fits." in editor.page(f"{address_of(event_id)}?q=cleo&state=used").main.text


def found(client: CheckedClient, event_id: int, state: str) -> list[str]:
    return [row.text for row in client.page(f"{address_of(event_id)}?state={state}").main.all("th", scope="row")]


def mails_of(address: str) -> list[OutgoingEmail]:
    return list(db.session.scalars(db.select(OutgoingEmail).filter_by(recipient=address)))


def leave(mails: list[OutgoingEmail], state: EmailState) -> None:
    numbers = [mail.id for mail in mails]
    moved = update(OutgoingEmail).where(OutgoingEmail.id.in_(numbers)).values(state=state)
    transact(lambda _: db.session.execute(moved) and None)


def test_the_mail_is_in_the_language_of_its_reader(event_id: int) -> None:
    sign_up(make_event(), details(email=BEN, language="es"))
    invite(event_id, ANA, BEN)
    assert [mail.language for address in (ANA, BEN) for mail in mails_of(address)[-1:]] == ["en", "es"]


def test_an_invitation_that_did_not_arrive_says_why_and_leads_on(
    editor: CheckedClient, event_id: int, at: datetime
) -> None:
    invite(event_id, ANA, BEN)
    [mail] = mails_of(ANA)
    leave([mail], EmailState.BOUNCED)
    flag = BouncedAddress.of(mail, "550 5.1.1 No such user", at)
    transact(lambda _: db.session.merge(flag) and None)
    assert found(editor, event_id, "not-arrived") == [ANA]
    page = editor.page(address_of(event_id))
    assert "Did not arrive" in rows(page)[0]
    assert "There is no such address" in rows(page)[0]
    assert "Did not arrive" not in rows(page)[1]
    assert page.main.all("a", href="#addresses")
    assert "1 invitation did not arrive" in editor.page(f"/staff/events/{event_id}").main.text
    again = press(editor, page, "/address/trial")
    assert "on its way once more" in editor.page(again.location).text
    assert mails() == [ANA, ANA, BEN]
    assert found(editor, event_id, "not-arrived") == []
    assert db.session.get(OutgoingEmail, mail.id).seen_to_at
    assert "did not arrive" not in editor.page(f"/staff/events/{event_id}").main.text


def test_to_a_dead_address_nothing_is_mailed_again(editor: CheckedClient, event_id: int, at: datetime) -> None:
    invite(event_id, ANA)
    page, [mail] = editor.page(address_of(event_id)), mails_of(ANA)
    leave([mail], EmailState.BOUNCED)
    flag = BouncedAddress.of(mail, "550 5.1.1 No such user", at)
    transact(lambda _: db.session.merge(flag) and None)
    refused = press(editor, page, "/message")
    assert "Mail to this address came back" in editor.page(refused.location).text
    assert mails() == [ANA]


def test_a_likely_slip_is_asked_about_once(editor: CheckedClient, event_id: int) -> None:
    page = paste(editor, event_id, "joe@gmial.com")
    assert "Did you mean joe@gmail.com?" in page.main.text
    assert mails() == []
    assert editor.submit(page, "invite", is_sure="y").status_code == 303
    assert mails() == ["joe@gmial.com"]

"""The booker's pages: whom they registered, to print, to change and to cancel until each takes over."""

from datetime import timedelta

import pytest

from app import clock, links
from app.db import db
from app.mail.rendering import render
from app.models import Event, MessageKind, Mode
from tests.operations.registration.test_asking_for_places import rule
from tests.support.booking import booked_form, bookers_page, group_event, mails, places
from tests.support.desk import details, make_event, registrations, sign_up, standings, with_rules
from tests.support.html import Page, fields
from tests.support.pages import CheckedClient
from tests.support.sessions import conference, hold_sessions
from tests.web.public.test_bookings import colleague, send
from tests.web.public.test_my_registration import own_page, press
from tests.web.public.test_register import words

pytestmark = pytest.mark.usefixtures("at")


def test_the_bookers_page_changes_and_cancels(client: CheckedClient) -> None:
    event_id = group_event()
    sign_up(event_id, booked_form("Ana", "Bo"))
    address, [first, second] = bookers_page(), [place.id for place in places()]
    page = client.page(address)
    assert "Ana Lim ana@broker.example In person" in words(page)
    assert page.main.all("a", href=f"{address}/{second}#cancel")
    assert not page.main.all("form")  # Nothing is done here by a slip of the thumb.
    assert press(client, client.page(f"{address}/{second}"), f"{address}/{second}/cancellation") == 303
    sent = client.submit(client.page(f"{address}/{first}/change"), first_name="Anna")
    assert sent.status_code == 303
    text = words(client.page(address))
    assert "Anna Lim" in text
    assert "Bo Lim" in text
    assert "Cancel Bo Lim" not in text
    assert standings(event_id)[1:] == ["in-person confirmed", "in-person cancelled"]


def test_the_bookers_page_is_private(client: CheckedClient) -> None:
    event_id = group_event()
    sign_up(event_id, booked_form("Ana"))
    address, [place] = bookers_page(), [one.id for one in places()]
    assert client.get(address).headers["Cache-Control"] == "no-store"
    assert client.get(address[:-1] + "A").status_code == 404
    assert client.get(f"{address}/{place + 1}/change").status_code == 404
    assert client.post(f"{address}/{place}/cancellation", data={"form_key": "forged"}).status_code == 400
    assert client.get(f"{address}/{place}/cancellation").status_code == 405
    assert places()[0].may_be_managed


def test_who_takes_over_is_named_alone(client: CheckedClient) -> None:
    event_id = group_event()
    sign_up(event_id, booked_form("Ana"))
    mine = own_page(event_id, 1)
    page = client.page(mine)
    assert "Maria Keller registered you" in words(page)
    assert press(client, page, f"{mine}/own") == 303
    assert "Maria Keller" not in words(client.page(mine))
    address = bookers_page()
    text = words(client.page(address))
    assert "Ana Lim Manages it themselves" in text
    assert "ana@broker.example" not in text
    refused = client.get(f"{address}/{places()[0].id}/change")
    assert refused.status_code == 409
    assert "This could not be done" in words(Page(refused.text))  # There is no form to mend.


def test_a_known_colleague_looks_like_any_other_to_the_booker(client: CheckedClient) -> None:
    event_id = group_event()
    sign_up(event_id, details(email="ana@broker.example"))
    sign_up(event_id, booked_form("Ana"))
    address = bookers_page()
    page = client.page(address)
    assert "Ana Lim ana@broker.example In person" in words(page)
    place = f"{address}/{places()[0].id}"
    assert press(client, client.page(place), f"{place}/cancellation") == 303
    assert standings(event_id) == ["in-person confirmed"] * 2


def test_a_guest_is_reached_from_the_bookers_page(client: CheckedClient) -> None:
    event_id = group_event()
    sign_up(event_id, booked_form("Ana", own=False))
    link = client.page(bookers_page()).one("a", href=own_page(event_id, 1))
    page = client.page(link.get("href"))
    assert "Ana Lim" in words(page)
    assert "registered you" not in words(page)
    assert [mail.recipient for mail in mails(MessageKind.CONFIRMED)] == ["maria@broker.example"] * 2


def test_after_the_event_the_page_only_shows(client: CheckedClient) -> None:
    event_id = group_event()
    sign_up(event_id, booked_form("Ana"))
    address = bookers_page()
    key = client.page(f"{address}/{places()[0].id}").all("input", name="form_key")[0].get("value")
    ends_at = db.session.get_one(Event, event_id).ends_at
    assert ends_at
    with clock.stopped_at(ends_at + timedelta(hours=1)):
        assert "Cancel Ana Lim" not in words(client.page(address))
        sent = client.post(f"{address}/{places()[0].id}/cancellation", data={"form_key": key})
        assert sent.status_code == 409


def test_a_corrected_address_revokes_the_first_link(client: CheckedClient) -> None:
    event_id = group_event()
    page = send(client, event_id, colleague(0, "Ana", email=""))
    address = bookers_page()
    corrected = client.submit(page, email="keller@broker.example")
    assert corrected.status_code == 303
    assert "Ana Lim We write to you" in words(client.page(corrected.location))
    assert client.get(address).status_code == 404
    assert "Ana Lim" in words(client.page(bookers_page()))


@pytest.mark.parametrize("known", [True, False])
def test_the_booker_changes_somebody_until_they_take_over(client: CheckedClient, *, known: bool) -> None:
    """Sessions, way, details: whether the address was known is nowhere to be seen."""
    event_id = make_event(capacity=9, online=9, asked_fields={"job_title": "optional"})
    both, room = hold_sessions(event_id, {"seats": {Mode.IN_PERSON: 9, Mode.ONLINE: 9}}, {})
    with_rules(event_id, most_colleagues=2)
    if known:
        sign_up(event_id, details(email="ana@broker.example"))
    sign_up(event_id, booked_form("Ana", sessions=(room,)))
    address = f"{bookers_page()}/{places()[0].id}"
    page = client.page(f"{address}/sessions")
    assert "Sessions of Ana Lim" in words(page)
    assert client.submit(page, sessions=[str(both), str(room)]).status_code == 303
    text = words(client.page(bookers_page()))
    assert text.count("Seat confirmed") == 3
    page = client.page(address)
    assert "Online instead? It costs Ana Lim these sessions: Session 2: not held that way" in words(page)
    [way] = [form for form in page.all("form") if form.get("action").endswith("/mode")]
    assert client.post(f"{address}/mode", data=fields(way)).status_code == 303
    assert client.submit(client.page(f"{address}/change"), job_title="Broker").status_code == 303
    text = words(client.page(address))
    assert "Online" in text
    assert "Session 2" not in text
    mine = registrations(event_id)[-1] if not known else registrations(event_id)[0]
    assert (mine.mode.value, mine.job_title) == (("online", "Broker") if not known else ("in-person", ""))


def test_what_cannot_be_had_is_said_beside_the_field(client: CheckedClient) -> None:
    event_id = conference({}, {"hour": 0}, capacity=9)
    with_rules(event_id, most_colleagues=2)
    sign_up(event_id, booked_form("Ana"))
    address = f"{bookers_page()}/{places()[0].id}"
    page = client.page(f"{address}/sessions")
    refused = client.submit(page, sessions=[box.get("value") for box in page.all("input", name="sessions")])
    assert refused.status_code == 422
    way = client.post(f"{address}/mode", data={"form_key": key_of(client, address), "mode": "online"})
    assert way.status_code == 409
    assert client.post(f"{address}/mode", data={"form_key": "forged", "mode": "online"}).status_code == 400


def key_of(client: CheckedClient, address: str) -> str:
    return client.page(address).all("input", name="form_key")[0].get("value")


@pytest.mark.parametrize("known", [True, False])
def test_a_mistyped_address_is_confirmed_from_the_right_one(client: CheckedClient, *, known: bool) -> None:
    event_id = group_event()
    if known:
        sign_up(event_id, details(email="ana@broker.example"))
    sign_up(event_id, booked_form("Ana"))
    address = f"{bookers_page()}/{places()[0].id}"
    refused = client.submit(client.page(f"{address}/address"), email="ana@broker.example")
    assert refused.status_code == 422
    sent = client.submit(client.page(f"{address}/address"), email="lim@broker.example")
    assert sent.status_code == 303
    page = client.page(sent.location)
    assert "We sent a link to lim@broker.example" in words(page)
    withdrawal = f"{address}/address/withdrawal"
    assert client.post(withdrawal, data={"form_key": key_of(client, address)}).status_code == 303
    assert client.submit(client.page(f"{address}/address"), email="lim@broker.example").status_code == 303
    [place] = places()
    link = links.booked_address(place.id, place.new_email_version or 0).removeprefix(links.absolute(""))
    page = client.page(link)
    assert "Maria Keller registered Ana Lim" in words(page)
    arrived = client.submit(page)
    assert "lim@broker.example" in words(client.page(arrived.location))
    assert "Nobody waits for this answer" in words(client.page(link))
    text = words(client.page(bookers_page()))
    assert "Ana Lim Manages it themselves" in text
    assert "Change Ana Lim" not in text
    for page_of in ("", "/change", "/sessions", "/address"):
        assert client.get(f"{address}{page_of}").status_code == 409


def test_a_guest_is_changed_on_their_own_page_alone(client: CheckedClient) -> None:
    event_id = group_event()
    sign_up(event_id, booked_form("Ana", own=False))
    mine = own_page(event_id, 1)
    assert client.submit(client.page(f"{mine}/change"), first_name="Anna").status_code == 303
    assert registrations(event_id)[1].guest_key == "lim anna"
    assert "Anna Lim We write to you" in words(client.page(bookers_page()))
    assert client.get(f"{bookers_page()}/{places()[0].id}/change").status_code == 404


def test_two_guests_of_an_address_never_share_a_name(client: CheckedClient) -> None:
    event_id = group_event()
    sign_up(event_id, booked_form("Ana", "Bo", own=False))
    refused = client.submit(client.page(f"{own_page(event_id, 1)}/change"), first_name="Bo")
    assert refused.status_code == 422
    assert "Somebody of this name is booked under your address" in words(Page(refused.text))


def test_a_guest_who_was_booked_before_is_reached_from_the_newer_page_too(client: CheckedClient) -> None:
    event_id = group_event()
    for _ in range(2):
        sign_up(event_id, booked_form("Ana", own=False))
    assert [place.registration_id is None for place in places()] == [False, True]
    assert client.page(bookers_page()).one("a", href=own_page(event_id, 1))


def test_whoever_lost_the_overview_finds_it_again(client: CheckedClient) -> None:
    event_id = group_event()
    sign_up(event_id, booked_form("Ana", "Bo"))
    client.submit(client.page("/registrations/find"), email="MARIA@broker.example")
    [mail] = mails(MessageKind.MY_LINKS)
    text = render(mail.kind, mail.facts).text
    assert "Ana Lim, Bo Lim" in text
    assert bookers_page() in text


def seen_by_the_booker(client: CheckedClient, *, known: bool) -> list[str]:
    """Every page and answer of one booker who tries all that can be done, but for what names this one event."""
    event_id = make_event(capacity=4, online=2)
    both, room = hold_sessions(event_id, {"seats": {Mode.IN_PERSON: 2, Mode.ONLINE: 1}}, {"seats": {Mode.IN_PERSON: 2}})
    with_rules(event_id, most_colleagues=2)
    sign_up(event_id, details(sessions=(room,)))
    if known:
        sign_up(event_id, details(email="ana@broker.example"))
    else:
        sign_up(event_id)
    sign_up(event_id, booked_form("Ana", sessions=(both,)))
    address, answers = f"{bookers_page()}/{places()[-1].id}", []
    steps: list[tuple[str, dict[str, object]]] = [
        ("sessions", {"sessions": [str(both), str(room)]}),
        ("sessions", {"sessions": [str(room)]}),
        ("change", {"first_name": "Anna"}),
        ("address", {"email": "lim@broker.example"}),
    ]
    for page, typed in steps:
        answers.append(client.submit(client.page(f"{address}/{page}"), **typed))
    way = {"form_key": key_of(client, address), "mode": "online", "known": str(room)}
    answers.append(client.post(f"{address}/mode", data=way))
    pages = [words(client.page(one)) for one in (bookers_page(), address, f"{address}/sessions")]
    title, number = db.session.get_one(Event, event_id).title, places()[-1].number
    return [
        *(str(one.status_code) for one in answers),
        *(page.replace(title, "").replace(number, "") for page in pages),
    ]


def test_nothing_that_the_booker_does_tells_who_was_registered(client: CheckedClient) -> None:
    new, known = (seen_by_the_booker(client, known=one) for one in (False, True))
    assert new == known
    assert new[:5] == ["303"] * 5


def test_two_who_have_the_bookers_link_change_one_person(client: CheckedClient) -> None:
    event_id = group_event()
    sign_up(event_id, booked_form("Ana"))
    page = client.page(f"{bookers_page()}/{places()[0].id}/change")
    assert [client.submit(page, first_name="Anna").status_code for _press in range(2)] == [303, 303]
    refused = client.submit(page, last_name="Lund")
    assert refused.status_code == 409
    assert "First name: “Anna” was saved meanwhile, you chose “Ana”" in words(Page(refused.text))
    assert places()[0].full_name == "Anna Lim"
    assert client.submit(Page(refused.text), first_name="Anna").status_code == 303
    assert places()[0].full_name == registrations(event_id)[1].full_name == "Anna Lund"


def test_two_who_have_the_bookers_link_swap_sessions(client: CheckedClient) -> None:
    event_id = group_event()
    one, other = hold_sessions(event_id, {"seats": {Mode.IN_PERSON: 9}}, {"hour": 3, "seats": {Mode.IN_PERSON: 9}})
    sign_up(event_id, booked_form("Ana", sessions=(one,)))
    page = client.page(f"{bookers_page()}/{places()[0].id}/sessions")
    assert client.submit(page, sessions=[str(one), str(other)]).status_code == 303
    refused = client.submit(page, sessions=[])
    assert refused.status_code == 409
    assert "Session 2: “chosen” was saved meanwhile, you chose “not chosen”" in words(Page(refused.text))
    assert len(registrations(event_id)[1].live_picks) == 2
    assert client.submit(Page(refused.text)).status_code == 303
    assert registrations(event_id)[1].live_picks == []


def test_the_booker_asks_for_the_room(client: CheckedClient) -> None:
    event_id = with_rules(make_event(capacity=1, online=5), most_colleagues=2)
    sign_up(event_id, booked_form("Ana", mode=Mode.ONLINE))
    rule(event_id, needs_approval=True)
    page_of_ana = f"{bookers_page()}/{places()[0].id}"
    page = client.page(page_of_ana)
    assert "The office approves who comes into the room." in words(page)
    assert press(client, page, f"{page_of_ana}/room/ask") == 303
    page = client.page(page_of_ana)
    assert "You asked the office to let Ana Lim attend in person. It mails its answer to them alone." in words(page)
    assert "The office looks at the wish that you attend in person" in words(client.page(own_page(event_id, 1)))
    assert press(client, page, f"{page_of_ana}/room/take-back") == 303
    assert "Ask for them to attend in person" in words(client.page(page_of_ana))


def test_what_cancelling_means_stands_before_the_button(client: CheckedClient) -> None:
    event_id = group_event(capacity=9, offer_hours=24)
    sign_up(event_id, booked_form("Ana"))
    page = client.page(f"{bookers_page()}/{places()[0].id}")
    assert "If you cancel, their seat is offered to the next person at once. Cancel Ana Lim" in words(page)
    assert "Days they come" not in words(page)  # There is one day, and no choice.


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ({"offer_hours": 24}, "If you cancel, they give up their seat or their place in line at once."),
        ({"needs_approval": True}, "If you cancel, nobody looks at their registration any more."),
    ],
)
def test_who_holds_no_seat_gives_none_to_the_next(client: CheckedClient, rules: dict[str, int], says: str) -> None:
    sign_up(group_event(capacity=1, **rules), booked_form("Ana"))
    page = words(client.page(f"{bookers_page()}/{places()[0].id}"))
    assert says in page
    assert "next person" not in page


def test_what_only_a_mail_may_tell_says_what_was_chosen(client: CheckedClient) -> None:
    event_id = with_rules(conference(), most_colleagues=4, organization_cap=9)
    session = db.session.get_one(Event, event_id).sessions[0].id
    sign_up(event_id, booked_form("Ana", sessions=(session,)))
    whole = words(client.page(bookers_page()))
    assert "We told Ana Lim by mail" in whole
    person = client.page(f"{bookers_page()}/{places()[0].id}")
    assert "Sessions you chose Session 1" in words(person)
    assert "Chosen Change their sessions" in words(person)
    assert "State" not in [one.text for one in person.all("dt")]


def test_nothing_of_a_guest_is_cancelled_from_the_list(client: CheckedClient) -> None:
    """Nor is there anything to cancel of somebody who got no place under the cap."""
    event_id = group_event(organization_cap=1)
    sign_up(event_id, booked_form("Ana", own=False))
    page = client.page(bookers_page())
    assert "We told you by mail" in words(page)
    assert not page.main.all("form")
    assert "Cancel Ana Lim" not in words(page)

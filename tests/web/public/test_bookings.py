"""Registering colleagues through the web: the form that grows by a button, the page that confirms, the booker's own."""

from datetime import timedelta
from typing import Any

import pytest

from app import clock, links
from app.db import db
from app.mail.rendering import render
from app.models import Event, MessageKind, Mode, QuestionKind
from app.operations.registration.booking import TooManyColleaguesError
from tests.support.booking import MARIA, booked_form, bookers_page, group_event, mails, places
from tests.support.desk import details, make_event, registrations, sign_up, standings, with_rules
from tests.support.html import Page, fields
from tests.support.pages import CheckedClient
from tests.support.questions import ask
from tests.support.sessions import conference, hold_sessions
from tests.web.public.test_my_registration import own_page, press
from tests.web.public.test_register import address_of, words

pytestmark = pytest.mark.usefixtures("at")
TOGETHER = {"all_or_none": "as-many"}


def colleague(number: int, first: str, email: str | None = None, **more: str) -> dict[str, str]:
    address = f"{first.lower()}@broker.example" if email is None else email
    typed = {"first_name": first, "last_name": "Lim", "email": address, **more}
    return {f"colleagues-{number}-{name}": value for name, value in typed.items()}


def form_with(client: CheckedClient, event_id: int, count: int) -> Page:
    """The form after so many presses of "Add a colleague"."""
    page = client.page(address_of(event_id))
    for _ in range(count):
        page = Page(client.submit(page, add_colleague="y").text)
    return page


def send(client: CheckedClient, event_id: int, *people: dict[str, str], status: int = 303, **more: Any) -> Page:
    page = form_with(client, event_id, len(people))
    typed = {name: value for one in people for name, value in one.items()}
    sent = client.submit(page, **{**MARIA, **typed, **more})
    assert sent.status_code == status, sent.text
    return client.page(sent.location) if status == 303 else Page(sent.text)


def groups(page: Page) -> list[str]:
    return [legend.text for legend in page.all("legend", class_="colleague__title")]


def value(page: Page, name: str) -> str:
    return page.one("input", name=name).get("value")


def test_adding_and_removing_keeps_what_was_typed(client: CheckedClient) -> None:
    event_id = group_event()
    page = form_with(client, event_id, 1)
    page = Page(client.submit(page, **MARIA, **colleague(0, "Ana"), add_colleague="y").text)
    page = Page(client.submit(page, **colleague(1, "Bo"), add_colleague="y").text)
    assert groups(page) == ["Colleague 1", "Colleague 2", "Colleague 3"]
    page = Page(client.submit(page, remove_colleague="0").text)
    assert groups(page) == ["Colleague 1", "Colleague 2"]
    assert value(page, "colleagues-0-first_name") == "Bo"
    assert value(page, "first_name") == "Maria"
    assert registrations(event_id) == []


def test_no_more_can_be_added_than_the_event_takes(client: CheckedClient) -> None:
    event_id = group_event(most=1)
    page = form_with(client, event_id, 1)
    assert not page.all("button", name="add_colleague")
    assert groups(Page(client.submit(page, add_colleague="y").text)) == ["Colleague 1"]
    refused = client.submit(page, **MARIA, **colleague(0, "Ana"), **colleague(1, "Bo"))
    assert refused.status_code == 422
    assert "One form takes 1 colleague at this event." in words(Page(refused.text))
    assert value(Page(refused.text), "colleagues-1-first_name") == "Bo"


def test_a_plain_event_asks_for_nobody_else(client: CheckedClient) -> None:
    page = client.page(address_of(make_event()))
    assert not page.all("button", name="add_colleague")
    assert "Colleagues" not in words(page)


def test_the_page_shows_what_became_of_each(client: CheckedClient) -> None:
    event_id = group_event(2)
    page = send(client, event_id, colleague(0, "Ana"), colleague(1, "Bo", email=""), **TOGETHER)
    text = words(page)
    assert "Ana Lim ana@broker.example Seat confirmed" in text
    assert "Bo Lim We write to you On the waiting list" in text
    assert standings(event_id) == ["in-person confirmed"] * 2 + ["in-person waitlisted"]


def test_a_known_colleague_sees_the_same_page_as_a_new_one(client: CheckedClient) -> None:
    new, known = group_event(2), group_event(2)
    sign_up(known, details(email="ana@broker.example"))
    sign_up(new, details())
    people = (colleague(0, "Ana"), colleague(1, "Bo"))
    pages = [words(send(client, event_id, *people, **TOGETHER)) for event_id in (new, known)]
    texts = [
        page.replace(db.session.get_one(Event, event_id).title, "").replace(registrations(event_id)[1].number, "")
        for page, event_id in zip(pages, (new, known), strict=True)
    ]
    assert texts[0] == texts[1]
    assert [len(registrations(event_id)) for event_id in (new, known)] == [4, 3]


def test_all_or_none_is_refused_beside_the_choice(client: CheckedClient) -> None:
    event_id = group_event(2)
    page = send(client, event_id, colleague(0, "Ana"), colleague(1, "Bo"), status=422, all_or_none="all")
    assert "There are not seats for all of you now" in words(page)
    assert value(page, "colleagues-1-first_name") == "Bo"
    assert registrations(event_id) == []


def test_the_choice_is_asked_only_where_some_may_wait(client: CheckedClient) -> None:
    assert not form_with(client, group_event(), 1).all("input", name="all_or_none")
    page = send(client, group_event(9), colleague(0, "Ana"), status=422)
    assert "Choose what happens if there are not seats for all of you." in words(page)


def test_somebody_twice_in_one_form_is_refused(client: CheckedClient) -> None:
    event_id = group_event()
    page = send(client, event_id, colleague(0, "Ana"), colleague(1, "Bo", email="ANA@broker.example"), status=422)
    assert "This address stands twice" in words(page)
    page = send(client, event_id, colleague(0, "Ana", email=""), colleague(1, "ána", email=""), status=422)
    assert "This name stands twice" in words(page)
    page = send(client, event_id, colleague(0, "Maria", email="", last_name="Keller"), status=422)
    assert "This name stands twice" in words(page)
    assert registrations(event_id) == []


def test_the_senders_own_address_means_no_address(client: CheckedClient) -> None:
    event_id = group_event()
    send(client, event_id, colleague(0, "Ana", email="Maria@broker.example"))
    assert [one.guest_key for one in registrations(event_id)] == ["", "lim ana"]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"first_name": "", "last_name": ""}, "Enter your colleague’s name, or remove this colleague."),
        ({"email": "ana@"}, "Enter an address like name@example.com."),
        ({"first_name": "A" * 101}, "Shorten this to 100 characters."),
        ({"email": "ana@gmial.com"}, "Did you mean ana@gmail.com?"),
    ],
)
def test_what_is_amiss_is_said_beside_the_colleague(client: CheckedClient, typed: dict[str, str], says: str) -> None:
    event_id = group_event()
    page = send(client, event_id, {**colleague(0, "Ana"), **colleague(0, "Ana", **typed)}, status=422)
    assert says in words(page)
    assert registrations(event_id) == []


def test_a_likely_address_is_taken_when_it_is_chosen(client: CheckedClient) -> None:
    event_id = group_event()
    send(client, event_id, colleague(0, "Ana", email="ana@gmial.com", address_choice="ana@gmail.com"))
    assert registrations(event_id)[1].email == "ana@gmail.com"


def test_what_the_event_requires_is_asked_of_each(client: CheckedClient) -> None:
    event_id = with_rules(make_event(asked_fields={"job_title": "required"}), most_colleagues=2)
    refused = send(client, event_id, colleague(0, "Ana"), status=422, job_title="Owner")
    assert "Fill in “Job title”" in words(refused)
    send(client, event_id, colleague(0, "Ana", job_title="Broker"), job_title="Owner")
    assert [one.job_title for one in registrations(event_id)] == ["Owner", "Broker"]


def test_the_same_sessions_are_taken_unless_unticked(client: CheckedClient) -> None:
    event_id = conference()
    with_rules(event_id, most_colleagues=2)
    page = form_with(client, event_id, 2)
    ticked = [box.get("value") for box in page.all("input", name="sessions")]
    assert "checked" in page.one("input", name="colleagues-0-same_sessions").attributes
    typed = {**MARIA, **colleague(0, "Ana", same_sessions="y"), **colleague(1, "Bo")}
    sent = client.submit(page, **typed, sessions=ticked[:1], **{"colleagues-1-same_sessions": []})
    assert [len(one.live_picks) for one in registrations(event_id)] == [1, 1, 0]
    assert "Session 1" in words(client.page(sent.location))


def test_another_domain_is_refused_beside_that_colleague(client: CheckedClient) -> None:
    event_id = group_event(access="domains", access_domains="broker.example")
    page = send(client, event_id, colleague(0, "Ana"), colleague(1, "Bo", email="bo@other.example"), status=422)
    assert page.all("input", id="colleagues-1-email", aria_invalid="true")
    assert registrations(event_id) == []


def test_far_too_many_groups_are_no_form_of_ours(client: CheckedClient) -> None:
    page = client.page(address_of(group_event()))
    many = {name: text for number in range(41) for name, text in colleague(number, f"Ana{number}").items()}
    assert client.submit(page, **MARIA, **many).status_code == 400


def test_each_person_counts_for_the_limit_of_a_network(client: CheckedClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.web.limits.REGISTER", "2/hour")
    event_id = group_event()
    page = send(client, event_id, colleague(0, "Ana"), colleague(1, "Bo"), status=429)
    assert value(page, "colleagues-1-first_name") == "Bo"
    assert registrations(event_id) == []


def test_a_form_that_comes_too_late_loses_no_colleague(client: CheckedClient) -> None:
    event_id = group_event()
    page = form_with(client, event_id, 1)
    starts_at = db.session.get_one(Event, event_id).starts_at
    assert starts_at
    with clock.stopped_at(starts_at):
        late = client.submit(page, **MARIA, **colleague(0, "Ana"))
    assert late.status_code == 409
    assert "ana@broker.example" in words(Page(late.text))
    assert registrations(event_id) == []


def test_the_bookers_page_changes_and_cancels(client: CheckedClient) -> None:
    event_id = group_event()
    sign_up(event_id, booked_form("Ana", "Bo"))
    address, [first, second] = bookers_page(), [place.id for place in places()]
    page = client.page(address)
    assert "Ana Lim ana@broker.example In person" in words(page)
    assert press(client, page, f"{address}/{second}/cancellation") == 303
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
    assert press(client, page, f"{address}/{places()[0].id}/cancellation") == 303
    assert standings(event_id) == ["in-person confirmed"] * 2


def test_a_guest_is_reached_from_the_bookers_page(client: CheckedClient) -> None:
    event_id = group_event()
    sign_up(event_id, booked_form("Ana", own=False))
    link = client.page(bookers_page()).one("a", href=own_page(event_id, 1))
    page = client.page(link.get("href"))
    assert "Ana Lim" in words(page)
    assert "registered you" not in words(page)
    assert [mail.recipient for mail in mails(MessageKind.CONFIRMED)] == ["maria@broker.example"] * 2


def test_whoever_was_booked_answers_for_themselves(client: CheckedClient) -> None:
    event_id = group_event()
    question = ask(event_id, "Which port do you use?", QuestionKind.TEXT, is_required=True)
    name = f"question-{question.id}"
    send(client, event_id, colleague(0, "Ana"), **{name: "Baltimore"})
    [told] = [mail for mail in mails(MessageKind.CONFIRMED) if mail.recipient == "ana@broker.example"]
    assert told.facts["asks"]
    mine = own_page(event_id, 1)
    assert "1 question for you" in words(client.page(mine))
    assert client.submit(client.page(f"{mine}/change"), **{name: "Newark"}).status_code == 303
    text = words(client.page(mine))
    assert "question for you" not in text
    assert "Newark" in text
    assert "question for you" not in words(client.page(own_page(event_id)))


def test_after_the_event_the_page_only_shows(client: CheckedClient) -> None:
    event_id = group_event()
    sign_up(event_id, booked_form("Ana"))
    address = bookers_page()
    key = client.page(address).all("input", name="form_key")[0].get("value")
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


def test_where_the_office_approves_nobody_is_asked_about_seats(client: CheckedClient) -> None:
    event_id = group_event(1, needs_approval=True)
    assert not form_with(client, event_id, 1).all("input", name="all_or_none")
    page = send(client, event_id, colleague(0, "Ana"))
    assert "Ana Lim ana@broker.example Pending approval" in words(page)
    assert standings(event_id) == ["in-person pending-approval"] * 2


def test_where_people_are_invited_by_name_nobody_is_brought_along(client: CheckedClient) -> None:
    event_id = group_event(access="invited")
    slug = db.session.get_one(Event, event_id).slug
    assert "colleagues" not in words(client.page(f"/events/{slug}"))
    with pytest.raises(TooManyColleaguesError):
        sign_up(event_id, booked_form("Ana"))


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
    assert "It costs Ana Lim these sessions: Session 2: not held that way" in words(page)
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

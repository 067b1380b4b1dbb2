"""Registering colleagues through the web: the form that grows by a button, the page that confirms, the booker's own."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from app import clock, links
from app.db import db
from app.models import Event, MessageKind, QuestionKind, UsPerson
from app.operations.registration import vetting
from app.operations.registration.booking import TooManyColleaguesError
from tests.support.booking import MARIA, booked_form, group_event, mails
from tests.support.desk import details, make_event, registrations, sign_up, standings, with_rules
from tests.support.html import Page
from tests.support.pages import CheckedClient
from tests.support.questions import ask
from tests.support.sessions import conference
from tests.web.public.test_my_registration import own_page
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


def test_on_the_last_day_nobody_is_offered_to_let_others_wait(client: CheckedClient, at: datetime) -> None:
    event_id = group_event(2)
    with clock.stopped_at(at + timedelta(days=13, hours=12)):
        page = send(client, event_id, colleague(0, "Ana"), colleague(1, "Bo"), status=422)
    assert not page.all("input", name="all_or_none")
    assert "There are not seats for all of you, and the waiting list is closed" in words(page)


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


def test_whoever_was_booked_consents_for_themselves(client: CheckedClient) -> None:
    event_id = group_event()
    question = ask(event_id, "I agree to being recorded.", QuestionKind.CONSENT, is_required=True)
    name = f"question-{question.id}"
    page = form_with(client, event_id, 1)
    assert "What needs their own consent, they tick on their own page." in words(page)
    assert not page.all("input", name=f"colleagues-0-{name}")
    send(client, event_id, colleague(0, "Ana"), **{name: "yes"})
    [told] = [mail for mail in mails(MessageKind.CONFIRMED) if mail.recipient == "ana@broker.example"]
    assert told.facts["asks"]
    mine = own_page(event_id, 1)
    assert "1 question for you" in words(client.page(mine))
    assert client.submit(client.page(f"{mine}/change"), **{name: "yes"}).status_code == 303
    assert "question for you" not in words(client.page(mine))
    assert "question for you" not in words(client.page(own_page(event_id)))


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


def test_a_guarded_site_asks_it_of_each_colleague_too(client: CheckedClient) -> None:
    event_id = with_rules(make_event(online=None), most_colleagues=4, asks_us_person=True)
    people = colleague(0, "Ana"), colleague(1, "Bo")
    refused = send(client, event_id, *people, mode="in-person", us_person="yes", status=422)
    assert "Are they a U.S. person?" in words(refused)
    assert [refused.main.one(id=f"colleagues-{n}-us_person-error").tag for n in (0, 1)]
    told = {"colleagues-0-us_person": "no", "colleagues-1-us_person": "contact-me"}
    send(client, event_id, *people, mode="in-person", us_person="yes", **told)
    seen = {one.registration.first_name: one.told for one in vetting.visitors(event_id)}
    assert seen == {"Maria": UsPerson.YES, "Ana": UsPerson.NO, "Bo": UsPerson.CONTACT_ME}
    assert [mail.facts["asks"] for mail in mails(MessageKind.CONFIRMED) if "asks" in mail.facts] == [False, False]


def test_who_is_booked_online_is_asked_nothing_for_the_site(client: CheckedClient) -> None:
    event_id = with_rules(make_event(online=None), most_colleagues=4, asks_us_person=True)
    send(client, event_id, colleague(0, "Ana"), mode="online")
    assert vetting.visitors(event_id) == []
    assert [mail.facts["asks"] for mail in mails(MessageKind.CONFIRMED) if "asks" in mail.facts] == [False]


def test_each_drawing_shows_something_where_a_mail_must_tell(client: CheckedClient) -> None:
    event_id = group_event(organization_cap=2)
    submission_id = sign_up(event_id, booked_form("Ana"))
    page = client.page(f"/registrations/{links.sign_reference(links.CONFIRMATION, submission_id)}/confirmation")
    assert "We told Ana Lim by mail" in page.main.text
    assert all(path.get("d") for path in page.main.all("path"))

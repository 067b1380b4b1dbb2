"""A sender and two colleagues, from one form to the pages on which they are changed, until one of them takes over.

Driven wide with scripts, and narrow without.
"""

import re

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.models import MessageKind, Mode, QuestionKind
from tests.support.booking import MARIA, bookers_page, mails
from tests.support.desk import registrations, standings, with_rules
from tests.support.questions import ask
from tests.support.sessions import conference
from tests.support.stage import choose, look, press, send
from tests.web.public.test_my_registration import own_page

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def colleague(tab: Page, number: int, first: str, email: str = "") -> None:
    group = tab.get_by_role("group", name=f"Colleague {number}", exact=True)
    group.get_by_label("First name").fill(first)
    group.get_by_label("Last name").fill("Lim")
    group.get_by_label("Email address").fill(email)


@pytest.mark.parametrize("screen", ["wide", "narrow, no scripts"], indirect=True)
def test_one_form_for_three(app: Flask, tab: Page, screen: str) -> None:
    event_id = conference({"title": "Clinic", "seats": {Mode.IN_PERSON: 9}}, {"title": "Talk"}, capacity=2)
    with_rules(event_id, most_colleagues=3)
    question = ask(event_id, "Which port do you use most?", QuestionKind.TEXT, is_required=True)
    tab.goto("/events")
    press(tab.get_by_role("link", name=re.compile("Filing an Entry")))
    expect(tab.get_by_text("One form registers you and up to 3 colleagues.")).to_be_visible()
    press(tab.get_by_role("link", name="Register for this").first)
    for label, value in zip(("First name", "Last name", "Email address", "Organization"), MARIA.values(), strict=True):
        tab.get_by_label(label).fill(value)
    choose(tab, "Clinic")
    tab.locator(f"[name={question.field_name}]").fill("Baltimore")
    press(tab.get_by_role("button", name="Add a colleague"))
    expect(tab.get_by_role("group", name="Colleague 1").get_by_label("First name")).to_be_focused()
    colleague(tab, 1, "Ana", "ana@broker.example")
    press(tab.get_by_role("button", name="Add another colleague"))
    colleague(tab, 2, "Bo")
    answer_alone(tab, screen, f"colleagues-1-{question.field_name}")
    look(tab, screen, "form")
    press(tab.get_by_label("Organization"), "Enter")  # Sends the form; it neither adds nor removes anybody.
    expect(tab.get_by_role("alert")).to_contain_text("There are not seats for all of you now")
    look(tab, screen, "refused")
    tab.locator("label", has_text="Register as many as there are seats").click()
    send(tab)
    expect(tab.get_by_role("heading", level=1)).to_have_text("We have your registration")
    expect(tab.get_by_role("listitem").filter(has_text="Ana Lim")).to_contain_text("Seat confirmed")
    expect(tab.get_by_role("listitem").filter(has_text="Bo Lim")).to_contain_text("On the waiting list")
    look(tab, screen, "confirmation")
    assert [len(one.live_picks) for one in registrations(event_id)] == [1, 1, 0]
    told = [[answer.value for answer in one.answers] for one in registrations(event_id)]
    assert told == [[["Baltimore"]], [["Baltimore"]], [["Newark"]]]
    manage(tab, screen, event_id)


def answer_alone(tab: Page, screen: str, name: str) -> None:
    """Bo neither picks what the sender picks nor answers alike. Without scripts that is asked in a second step."""
    group = tab.get_by_role("group", name="Colleague 2")
    group.get_by_text("The same sessions as me").click()
    expect(tab.locator(f"[name={name}]")).to_be_hidden()
    group.get_by_text("The same answers as me").click()
    tab.locator("label", has_text="Register nobody").click()
    if "no scripts" in screen:
        press(tab.get_by_label("Organization"), "Enter")
        expect(tab.get_by_role("status").filter(has_text="One more question")).to_be_visible()
    tab.locator(f"[name={name}]").fill("Newark")


def manage(tab: Page, screen: str, event_id: int) -> None:
    """The booker changes a session and cancels; Ana takes over, and the booker's page says so."""
    assert [mail.recipient for mail in mails(MessageKind.BOOKED)] == [MARIA["email"]]
    tab.goto(bookers_page())
    look(tab, screen, "booking")
    press(tab.get_by_role("link", name="Change Ana Lim"))
    expect(tab.get_by_role("heading", level=1)).to_have_text("Ana Lim")
    look(tab, screen, "person")
    press(tab.get_by_role("link", name="Change their sessions"))
    choose(tab, "Clinic", "Talk")
    look(tab, screen, "sessions")
    press(tab.get_by_role("button", name="Keep this choice"))
    expect(tab.get_by_role("listitem").filter(has_text="Talk")).to_contain_text("Seat confirmed")
    assert [pick.session.title for pick in registrations(event_id)[1].live_picks] == ["Talk"]
    press(tab.get_by_role("link", name="All whom you booked for"))
    press(tab.get_by_role("link", name="Cancel Bo Lim"))
    press(tab.get_by_role("button", name="Cancel my registration"))
    tab.goto(bookers_page())
    expect(tab.get_by_role("listitem").filter(has_text="Bo Lim")).to_contain_text("Cancelled")
    assert standings(event_id) == ["in-person confirmed", "in-person confirmed", "in-person cancelled"]
    tab.goto(own_page(event_id, 1))
    look(tab, screen, "own")
    press(tab.get_by_role("button", name="Take it over"))
    expect(tab.get_by_role("heading", name="Maria Keller registered you")).to_have_count(0)
    tab.goto(bookers_page())
    expect(tab.get_by_role("listitem").filter(has_text="Ana Lim")).to_have_text(re.compile("Manages it themselves"))
    expect(tab.get_by_text("ana@broker.example")).to_have_count(0)
    expect(tab.get_by_role("link", name="Change Ana Lim")).to_have_count(0)
    tab.emulate_media(media="print")
    look(tab, screen, "print")

"""Questions from the form to the mail about a changed answer: wide and narrow, with scripts and without."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from app.db import db
from app.models import Event, Mode, Question, QuestionKind
from tests.support import factories as make
from tests.support import letters
from tests.support.desk import make_event, sign_up
from tests.support.questions import ask, lunch
from tests.support.stage import has_scripts, look, press, send

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def group(tab: Page, question: str) -> Locator:
    return tab.get_by_role("group", name=question)


def choose(tab: Page, question: str, answer: str) -> None:
    group(tab, question).locator("label").filter(has_text=answer).first.click()


def fill_in(tab: Page, event_id: int, name: str) -> None:
    tab.goto(f"/events/{db.session.get_one(Event, event_id).slug}/register")
    tab.get_by_label("First name").fill(name)
    tab.get_by_label("Email address").fill(f"{name.lower()}@importer.example")
    tab.get_by_label("Organization").fill("Okafor Imports")


def prepared() -> tuple[int, Question]:
    event_id = make.event().id
    ask(event_id, key="broker", is_required=True)
    ask(
        event_id,
        "License number",
        QuestionKind.TEXT,
        help_text="As it stands on your license.",
        shown_when="broker",
        shown_values=["yes"],
        is_required=True,
    )
    return event_id, lunch(event_id, fish=1)


def test_a_follow_up_a_full_option_and_a_change(app: Flask, tab: Page, screen: str) -> None:
    event_id, _food = prepared()
    fill_in(tab, event_id, "Dana")
    expect(tab.get_by_label("License number")).to_be_hidden()
    choose(tab, "Are you a licensed broker?", "Yes")
    choose(tab, "What will you eat?", "Fish")
    if not has_scripts(screen):
        # Asked in a second step, with everything that was typed.
        send(tab)
        expect(tab.get_by_text("Nothing is wrong, and nothing was sent yet.")).to_be_visible()
        expect(tab).not_to_have_title(re.compile("^Error:"))
        tab.get_by_role("link", name="License number").click()
    expect(tab.get_by_label("License number")).to_be_visible()
    look(tab, screen)
    # A follow-up that is needed is demanded beside its field, and nothing is lost.
    send(tab)
    expect(tab).to_have_title(re.compile("^Error:"))
    field = tab.get_by_label("License number")
    expect(field).to_have_accessible_description("As it stands on your license. Error: Answer “License number”.")
    field.fill("12345")
    send(tab)
    expect(tab.get_by_role("heading", level=1)).to_have_text("We have your registration")
    # The fish is gone for everybody else.
    fill_in(tab, event_id, "Lee")
    expect(group(tab, "What will you eat?").get_by_role("radio", name="Fish")).to_be_disabled()
    expect(tab.get_by_text("Taken. Nobody more can choose this.")).to_be_visible()
    change_the_answers(app, tab)
    fill_in(tab, event_id, "Lee")
    expect(group(tab, "What will you eat?").get_by_role("radio", name="Fish")).to_be_enabled()


def change_the_answers(app: Flask, tab: Page) -> None:
    """Dana is no broker after all, and eats meat: the fish is free again, the number of the license is gone."""
    tab.goto(letters.own_link(letters.to(letters.deliver(app), "dana@")[0]))
    expect(tab.locator("main")).to_contain_text("12345")
    press(tab.get_by_role("link", name="Change your details"))
    expect(tab.get_by_label("License number")).to_have_value("12345")
    expect(group(tab, "What will you eat?").get_by_role("radio", name="Fish")).to_be_checked()
    choose(tab, "Are you a licensed broker?", "No")
    choose(tab, "What will you eat?", "Meat")
    press(tab.get_by_role("button", name="Keep these details"))
    expect(tab.get_by_role("heading", level=1)).to_have_text("Your registration")
    expect(tab.locator("main")).not_to_contain_text("12345")
    told = letters.text_of(letters.to(letters.deliver(app), "dana@")[-1])
    for words in ("What will you eat?", "Fish", "Meat", "License number"):
        assert words in told


@pytest.mark.parametrize("screen", ["wide"], indirect=True)
def test_keeping_a_turn_shows_the_questions_of_both_ways(app: Flask, tab: Page) -> None:
    event_id = make_event(capacity=1, online=5)
    sign_up(event_id)
    ask(event_id, "Which meal?", QuestionKind.TEXT, mode=Mode.IN_PERSON)
    tab.goto(f"/events/{db.session.get_one(Event, event_id).slug}/register")
    meal = tab.get_by_label("Which meal?")
    group(tab, "How you will attend").locator("label").filter(has_text="keep my turn").click()
    expect(meal).to_be_visible()
    group(tab, "How you will attend").locator("label").filter(has_text=re.compile("^Online")).click()
    expect(meal).to_be_hidden()

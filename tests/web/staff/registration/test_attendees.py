"""The list of an event's people: found, filtered, sorted, paged, and closed to those who may not see people."""

from datetime import datetime

import pytest
from flask import Flask

from app.db import db, transact
from app.models import Event, Mode, Registration, RegistrationState, Role
from app.operations.program import rescheduling
from app.operations.program.telling import Telling
from app.operations.registration import cancelling, questioning, standing_by
from tests.support import factories as make
from tests.support.booking import booked_form
from tests.support.desk import sign_up, with_rules
from tests.support.html import Page
from tests.support.pages import CheckedClient
from tests.support.questions import ask, given, lunch


@pytest.fixture
def event(app: Flask, at: datetime) -> Event:
    return make.event(seats={Mode.IN_PERSON: 800, Mode.ONLINE: None}, asked_fields={"role": "optional"})


def person(event: Event, last_name: str, **given: object) -> Registration:
    return make.registration(db.session.get_one(Event, event.id), last_name=last_name, **given)


def names(page: Page) -> list[str]:
    return [link.text for row in page.main.all("th", scope="row") for link in row.all("a")]


def test_it_works(door_staff: CheckedClient, event: Event) -> None:
    person(event, "Zhou", first_name="Ana", state=RegistrationState.WAITLISTED)
    person(event, "Álvarez", first_name="Bo")
    page = door_staff.page(f"/staff/events/{event.id}/attendees")
    assert names(page) == ["Álvarez, Bo", "Zhou, Ana"]
    assert "On the waiting list number 1 in line now" in page.main.text
    assert "2 of 2" in page.main.text
    assert "Times are in Eastern Time." in page.main.text


def test_it_finds_filters_and_sorts(door_staff: CheckedClient, event: Event) -> None:
    person(event, "Baker", first_name="A", role=Role.BROKER, mode=Mode.ONLINE, organization="Zebra Lines")
    person(event, "Bakari", first_name="B", role=Role.BROKER, mode=Mode.IN_PERSON, organization="Apex")
    person(event, "Okafor", first_name="C", mode=Mode.ONLINE)
    address = f"/staff/events/{event.id}/attendees"
    assert names(door_staff.page(f"{address}?q=bak&role=broker")) == ["Bakari, B", "Baker, A"]
    assert names(door_staff.page(f"{address}?q=bak&sort=organization&order=descending")) == ["Baker, A", "Bakari, B"]
    page = door_staff.page(f"{address}?q=bak&mode=online")
    assert names(page) == ["Baker, A"]
    removals = [chip.get("href") for chip in page.main.all("a", **{"class": "chip"})]
    assert removals == [f"{address}?mode=online", f"{address}?q=bak"]
    assert "Nobody fits." in door_staff.page(f"{address}?q=nobody").main.text
    assert page.one("input", id="attendee-q").get("value") == "bak"


def test_answers_are_filters_one_beside_the_other(door_staff: CheckedClient, event: Event) -> None:
    food, broker = lunch(event.id), ask(event.id)
    for name, *values in (("Baker", "fish", "yes"), ("Okafor", "fish", "no"), ("Zhou", "meat", "yes")):
        answers = tuple(given(question, value) for question, value in zip((food, broker), values, strict=True))
        made = person(event, name, first_name="A")
        transact(lambda _, made=made, answers=answers: questioning.write(made.id, answers))
    address = f"/staff/events/{event.id}/attendees"
    page = door_staff.page(f"{address}?answer={food.id}:fish&answer={broker.id}:yes&answer=nonsense")
    assert names(page) == ["Baker, A"]
    removals = {chip.get("href") for chip in page.main.all("a", **{"class": "chip"})}
    assert removals == {f"{address}?answer={broker.id}:yes", f"{address}?answer={food.id}:fish"}
    kept = page.main.all("input", name="answer")
    assert [field.get("value") for field in kept] == [f"{food.id}:fish", f"{broker.id}:yes"]
    assert "What will you eat?: Fish" in page.main.text
    head = page.main.one("th", **{"aria-sort": "ascending"})
    assert names(door_staff.page(head.all("a")[0].get("href"))) == ["Baker, A"]


def test_who_answered_a_postponement_and_how(door_staff: CheckedClient, event: Event) -> None:
    address = f"/staff/events/{event.id}/attendees"
    assert not door_staff.page(address).main.all("select", id="reply")
    keeps, gives_up, _silent, later = (person(event, name, first_name="A").id for name in "KGSL")
    transact(lambda at: rescheduling.postpone(event.id, at=at, version=None, by="staff", tell=Telling(reason="")).id)
    for one in (keeps, later):
        transact(lambda at, one=one: standing_by.keep(one, at=at).id)
    transact(lambda at: standing_by.give_up(gives_up, at=at).id)
    transact(lambda at: cancelling.cancel(later, at=at).id)  # Kept the place at first.
    found = {value: names(door_staff.page(f"{address}?reply={value}")) for value in ("kept", "gave-up", "silent")}
    assert found == {"kept": ["K, A"], "gave-up": ["G, A"], "silent": ["S, A"]}
    page = door_staff.page(f"{address}?reply=silent")
    assert "After the postponement: No answer yet" in page.main.text
    assert page.main.one("select", id="reply")
    figures = door_staff.page(f"/staff/events/{event.id}").main
    assert figures.one("a", href=f"{address}?reply=kept").text == "keep their place for the new date"


def test_sorting_by_a_column_twice_turns_it_round(door_staff: CheckedClient, event: Event) -> None:
    person(event, "Baker", first_name="A")
    person(event, "Zhou", first_name="B")
    page = door_staff.page(f"/staff/events/{event.id}/attendees")
    head = page.main.one("th", **{"aria-sort": "ascending"})
    turned = door_staff.page(head.all("a")[0].get("href"))
    assert names(turned) == ["Zhou, B", "Baker, A"]
    assert turned.main.all("th", **{"aria-sort": "descending"})


def test_it_pages_both_ways(door_staff: CheckedClient, event: Event) -> None:
    for number in range(60):
        person(event, f"Person {number:02}", first_name="")
    first = door_staff.page(f"/staff/events/{event.id}/attendees")
    onward = first.main.one("a", rel="next").get("href")
    second = door_staff.page(onward)
    assert names(first) + names(second) == [f"Person {number:02}" for number in range(60)]
    assert "Person" not in onward  # No name stands in an address.
    assert names(door_staff.page(second.main.one("a", rel="prev").get("href"))) == names(first)
    assert not second.main.all("a", rel="next")


STRANGE = "after=2147483648 after=-1 after=x before=99999999999 state=nobody sort=;drop q=%00 q=%F0%9F%9A%A2 q=%25"


@pytest.mark.parametrize("query", STRANGE.split())
def test_a_strange_address_is_a_page(door_staff: CheckedClient, event: Event, query: str) -> None:
    person(event, "Baker")
    door_staff.page(f"/staff/events/{event.id}/attendees?{query}")


def test_acts_stand_at_the_row_for_those_who_may(
    editor: CheckedClient, door_staff: CheckedClient, event: Event
) -> None:
    person(event, "Baker", first_name="Ana")
    address = f"/staff/events/{event.id}/attendees"
    assert "Mail again Baker, Ana" in editor.page(address).main.text
    assert "Mail again" not in door_staff.page(address).main.text
    assert "Register somebody" in door_staff.page(address).main.text  # Who stands at the door.


def test_a_name_is_text(door_staff: CheckedClient, event: Event) -> None:
    person(event, "<script>alert(1)</script>", first_name="Ana")
    assert "<script>alert(1)</script>, Ana" in door_staff.page(f"/staff/events/{event.id}/attendees").main.text


@pytest.mark.parametrize("way", ["attendees", "helpers"])
def test_a_viewer_sees_no_person(viewer: CheckedClient, client: CheckedClient, event: Event, way: str) -> None:
    assert viewer.get(f"/staff/events/{event.id}/{way}").status_code == 403
    assert client.get(f"/staff/events/{event.id}/{way}").status_code == 302


def test_an_event_that_is_not_there(door_staff: CheckedClient, event: Event) -> None:
    for number in (event.id + 1, 2**31, 2**63):
        assert door_staff.get(f"/staff/events/{number}/attendees").status_code == 404


def test_it_says_who_booked_for_whom(door_staff: CheckedClient, event: Event) -> None:
    with_rules(event.id, most_colleagues=3)
    sign_up(event.id, booked_form("Ana"))
    sign_up(event.id, booked_form("Bo", own=False))
    page = door_staff.page(f"/staff/events/{event.id}/attendees")
    rows = {row.one("a").text: row.text for row in page.main.all("th", scope="row")}
    assert [name for name, text in rows.items() if "booked by Maria Keller" in text] == ["Lim, Ana", "Lim, Bo"]
    link = next(row.one("a") for row in page.main.all("th", scope="row") if "Bo" in row.text)
    told = door_staff.page(link.get("href")).main.text
    assert "Maria Keller (maria@broker.example), under whose address they stand" in told
    assert "whoever booked for them" in told

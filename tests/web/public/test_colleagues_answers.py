"""What the form asks of each colleague: the event's questions, once for all or one by one, and what each needs."""

import json
from datetime import datetime
from typing import Any

import pytest

from app import keys
from app.db import db
from app.models import AccessibilityRequest, AuditEntry, MessageKind, Mode, QuestionKind
from tests.support.booking import MARIA, booked_form, bookers_page, group_event, mails, places
from tests.support.desk import details, make_event, registrations, sign_up, with_rules
from tests.support.html import Page
from tests.support.pages import CheckedClient
from tests.support.questions import ask, given, lunch
from tests.web.public.test_bookings import colleague, form_with, send
from tests.web.public.test_questions import broker, is_open
from tests.web.public.test_register import words

pytestmark = pytest.mark.usefixtures("at")
Answers = list[dict[str, list[str]]]


def answers(event_id: int) -> Answers:
    """Of each person, in order: question → value."""
    db.session.expire_all()
    return [{one.version.text: one.value for one in person.answers} for person in registrations(event_id)]


def test_the_same_answers_are_given_unless_unticked(client: CheckedClient) -> None:
    event_id = group_event()
    port = ask(event_id, "Port?", QuestionKind.TEXT, is_required=True)
    name = port.field_name
    page = form_with(client, event_id, 1)
    [box] = page.all("input", name=f"colleagues-0-{name}")
    assert not is_open(box)
    send(client, event_id, colleague(0, "Ana"), **{name: "Baltimore"})
    assert answers(event_id) == [{"Port?": ["Baltimore"]}] * 2


def test_without_scripts_each_is_asked_in_a_second_step(client: CheckedClient) -> None:
    event_id = group_event()
    port = ask(event_id, "Port?", QuestionKind.TEXT, is_required=True)
    name = port.field_name
    page = form_with(client, event_id, 2)
    own = {"colleagues-1-same_answers": []}
    typed = {**MARIA, **colleague(0, "Ana"), **colleague(1, "Bo"), name: "Baltimore", **own}
    asked = Page(client.submit(page, **typed).text)
    assert "One more question" in words(asked)
    assert "Port? (colleague 2)" in words(asked)
    assert registrations(event_id) == []
    [first] = asked.all("input", name=f"colleagues-0-{name}")
    [second] = asked.all("input", name=f"colleagues-1-{name}")
    assert [is_open(first), is_open(second)] == [False, True]
    refused = client.submit(asked)
    assert refused.status_code == 422
    assert "Answer “Port?”." in words(Page(refused.text))
    assert client.submit(Page(refused.text), **{f"colleagues-1-{name}": "Newark"}).status_code == 303
    assert [one["Port?"] for one in answers(event_id)] == [["Baltimore"], ["Baltimore"], ["Newark"]]


def test_questions_that_depend_on_others_are_asked_of_each_as_of_the_sender(client: CheckedClient) -> None:
    event_id = group_event()
    first, second = broker(event_id)
    prefix = "colleagues-0-"
    page = form_with(client, event_id, 1)
    lines = {f"{prefix}shown": [str(first.id), str(second.id)], f"{prefix}same_answers": []}
    typed = {**MARIA, **colleague(0, "Ana"), **lines, first.field_name: "no"}
    leads = {**typed, prefix + first.field_name: "yes"}
    refused = client.submit(page, **leads)
    assert refused.status_code == 422
    field = Page(refused.text).one("input", name=prefix + second.field_name)
    assert is_open(field)
    fieldset = field.above("fieldset")
    assert fieldset
    assert fieldset.get("data-field") == prefix + first.field_name
    assert fieldset.get("data-unless") == f"{prefix}same_answers"
    sent = client.submit(Page(refused.text), **{prefix + second.field_name: "12-345"})
    assert sent.status_code == 303, sent.text
    texts = [first.current.text, second.current.text]
    assert answers(event_id) == [{texts[0]: ["no"]}, {texts[0]: ["yes"], texts[1]: ["12-345"]}]


def test_the_last_of_an_option_goes_to_the_first_who_chose_it(client: CheckedClient) -> None:
    event_id = group_event()
    question = lunch(event_id, fish=1, meat=9)
    page = send(client, event_id, colleague(0, "Ana"), status=422, **{question.field_name: "fish"})
    assert "Nothing is left of what you chose. Untick this" in words(page)
    assert page.one("input", name="colleagues-0-same_answers").get("aria-invalid") == "true"
    assert registrations(event_id) == []
    assert question.limits[0].taken == 0
    own = {"colleagues-0-same_answers": [], "colleagues-0-shown": str(question.id)}
    chosen = own | {f"colleagues-0-{question.field_name}": "fish"}
    page = Page(client.submit(page, **chosen).text)
    assert "Others have just taken the last of what you chose." in words(page)
    mended = {f"colleagues-0-{question.field_name}": "meat"}
    assert client.submit(page, **mended).status_code == 303
    assert [list(one.values()) for one in answers(event_id)] == [[["fish"]], [["meat"]]]


@pytest.mark.parametrize("known", [True, False])
def test_a_known_address_keeps_the_option_from_those_after_it(client: CheckedClient, *, known: bool) -> None:
    """Whether Ana was registered, and so needs no fish, is not to be learned from what Bo can have."""
    event_id = group_event()
    question = lunch(event_id, fish=2, meat=9)
    if known:
        sign_up(event_id, details(email="ana@broker.example", answers=(given(question, "meat"),)))
    page = send(client, event_id, colleague(0, "Ana"), colleague(1, "Bo"), status=422, **{question.field_name: "fish"})
    assert page.one("input", name="colleagues-1-same_answers").get("aria-invalid") == "true"
    assert page.one("input", name="colleagues-0-same_answers").get("aria-invalid") != "true"
    send(client, event_id, colleague(0, "Ana"), **{question.field_name: "fish"})
    limits = {one.option: one.taken for one in db.session.get_one(type(question), question.id).limits}
    assert limits == ({"fish": 1, "meat": 1} if known else {"fish": 2, "meat": 0})


def test_removing_somebody_keeps_the_answers_of_the_others(client: CheckedClient) -> None:
    event_id = group_event()
    topics = ask(event_id, "Topics?", QuestionKind.CHOICES, options=("rules", "ports"))
    page = form_with(client, event_id, 2)
    name = f"colleagues-1-{topics.field_name}"
    chosen = {
        "colleagues-1-same_answers": [],
        "colleagues-1-shown": str(topics.id),
        name: ["rules", "ports"],
        "colleagues-1-needs": ["captions", "large-print"],
    }
    page = Page(client.submit(page, **chosen, remove_colleague="0").text)
    ticked = [box.get("value") for box in page.all("input", name=f"colleagues-0-{topics.field_name}", checked="")]
    assert ticked == ["rules", "ports"]
    assert len(page.all("input", name="colleagues-0-needs", checked="")) == 2
    assert page.one("details", open="")


def test_what_a_colleague_needs_is_sealed_and_acknowledged(client: CheckedClient) -> None:
    event_id = group_event()
    needs = {"needs": ["captions", "companion"], "needs_text": "Room for a dog"}
    typed: dict[str, Any] = {f"colleagues-0-{name}": value for name, value in needs.items()}
    send(client, event_id, colleague(0, "Ana"), colleague(1, "Bo", email=""), **typed)
    [request] = db.session.scalars(db.select(AccessibilityRequest))
    ana = registrations(event_id)[1]
    assert request.registration_id == ana.id
    assert json.loads(keys.unseal(request.sealed, f"accessibility:{ana.id}"))["text"] == "Room for a dog"
    [told] = mails(MessageKind.ACCESSIBILITY_RECEIVED)
    assert (told.recipient, told.facts["booked_by"]) == ("ana@broker.example", "Maria Keller")
    assert "dog" not in json.dumps(told.facts)
    entry = db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == "asked for access")).one()
    assert entry.actor == "booker"


def test_a_place_keeps_nothing_of_what_somebody_needs(client: CheckedClient) -> None:
    event_id = group_event()
    send(client, event_id, colleague(0, "Ana"), **{"colleagues-0-needs": ["captions"]})
    [place] = places()
    kept = json.loads(keys.unseal(place.sealed_form or b"", f"booked-place:{place.id}"))
    assert kept["needs"] == []


def test_answers_that_only_one_way_of_attending_is_asked_for(client: CheckedClient, at: datetime) -> None:
    event_id = with_rules(make_event(online=None), most_colleagues=2)
    question = ask(event_id, "Parking?", QuestionKind.TEXT, mode=Mode.IN_PERSON)
    own = {"colleagues-0-same_answers": [], "colleagues-0-shown": str(question.id)}
    typed = own | {f"colleagues-0-{question.field_name}": "Yes, please"}
    send(client, event_id, colleague(0, "Ana"), mode="online", **typed)
    assert answers(event_id) == [{}, {}]


def test_the_booker_changes_an_answer(client: CheckedClient) -> None:
    event_id = group_event()
    first, second = broker(event_id)
    sign_up(event_id, booked_form("Ana", answers=()))
    [place] = places()
    address = f"{bookers_page()}/{place.id}"
    page = client.page(f"{address}/change")
    asked = client.submit(page, **{first.field_name: "yes"})
    assert "One more question" in words(Page(asked.text))
    assert client.submit(Page(asked.text), **{second.field_name: "12-345"}).status_code == 303
    assert "12-345" in words(client.page(address))
    assert answers(event_id)[1] == {first.current.text: ["yes"], second.current.text: ["12-345"]}

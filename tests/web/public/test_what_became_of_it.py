"""What somebody reads on their own page of an event that was called off or put off: only what is true of them."""

from datetime import timedelta

import pytest

from app.db import db, transact
from app.models import Event, EventState, Mode, RegistrationState
from app.operations.program import rescheduling
from app.operations.program.telling import Telling
from tests.conftest import NOON
from tests.support import factories as make
from tests.support.desk import details, make_event, registrations, sign_up
from tests.support.pages import CheckedClient
from tests.support.sessions import conference, session_ids
from tests.web.public.test_my_registration import own_page, press, words

pytestmark = pytest.mark.usefixtures("app", "at")
CONFIRMED, WAITING, KEEPING_TURN, PENDING, DECLINED = range(5)
ACTS = (
    "Change your details",
    "Cancel my registration",
    "How to join",
    "Your calendar",
    "before the event",
    "next person",
)


@pytest.fixture
def event_id() -> int:
    """One of each: in the room, waiting for it, online with a turn kept, waiting for approval, not approved."""
    made = make_event(capacity=1, online=5)
    sign_up(made, details(days=("2026-03-16",)))
    sign_up(made)
    sign_up(made, details(mode=Mode.ONLINE, keeps_turn=True))
    for state in (RegistrationState.PENDING_APPROVAL, RegistrationState.NOT_APPROVED):
        make.registration(db.session.get_one(Event, made), state=state, mode=Mode.ONLINE)
    return made


def become(event_id: int, state: EventState) -> None:
    verb = rescheduling.cancel if state is EventState.CANCELLED else rescheduling.postpone
    transact(lambda at: verb(event_id, version=None, by="ed@example.gov", at=at, tell=Telling(quietly=True)).id)


@pytest.mark.parametrize("who", [CONFIRMED, WAITING, KEEPING_TURN, PENDING])
def test_of_a_cancelled_event_nothing_is_left_to_do(client: CheckedClient, event_id: int, who: int) -> None:
    before = client.page(own_page(event_id, who))
    assert "Cancel my registration" in words(before)
    become(event_id, EventState.CANCELLED)
    seen = words(client.page(own_page(event_id, who)))
    assert "The event is cancelled." in seen
    assert "State Event cancelled" in seen
    assert [act for act in ACTS if act in seen] == []
    address = f"{own_page(event_id, who)}/cancellation"
    assert press(client, before, address) == 409
    assert "there is nothing left to change" in client.post(address, data=key_of(before)).text


def key_of(page: object) -> dict[str, str]:
    fields = page.main.all("input", name="form_key")  # type: ignore[attr-defined]
    return {"form_key": fields[0].get("value")}


@pytest.mark.parametrize(
    ("who", "kept"),
    [
        (CONFIRMED, "You keep your seat for the new date."),
        (WAITING, "You keep your place in line for the new date."),
        (KEEPING_TURN, "You keep your seat online and your place in line for the new date."),
        (PENDING, "Your registration waits for approval as before."),
        (DECLINED, "The event is postponed. The office did not approve this registration."),
    ],
)
def test_of_a_postponed_event_everybody_keeps_what_they_have(
    client: CheckedClient, event_id: int, who: int, kept: str
) -> None:
    become(event_id, EventState.POSTPONED)
    page = client.page(own_page(event_id, who))
    assert f"{kept}" in words(page)
    assert ("Keep my place or give it up" in words(page)) is (who in (CONFIRMED, WAITING, KEEPING_TURN))
    answers = client.page(f"{own_page(event_id, who)}/postponed").main.all("form")
    assert bool(answers) is (who in (CONFIRMED, WAITING, KEEPING_TURN))


def test_days_that_are_not_the_days_any_more_are_not_shown(client: CheckedClient, event_id: int) -> None:
    assert "Monday, March 16, 2026" in words(client.page(own_page(event_id)))
    become(event_id, EventState.POSTPONED)
    seen = words(client.page(own_page(event_id)))
    assert "March 16" not in seen
    assert "Days you come" not in seen


def test_sessions_of_a_postponed_event_have_no_date(client: CheckedClient) -> None:
    event_id = conference({"seats": {Mode.IN_PERSON: 5}})
    sign_up(event_id, details(sessions=tuple(session_ids(event_id))))
    become(event_id, EventState.POSTPONED)
    [shown] = client.page(own_page(event_id)).main.all("p", class_="picked-sessions__facts")
    assert shown.text.strip().startswith("Date to be announced")


def test_who_was_not_approved_reads_whom_to_write_to(client: CheckedClient, event_id: int) -> None:
    page = client.page(own_page(event_id, DECLINED))
    assert page.main.all("a", href="mailto:trade.events@example.gov")


@pytest.mark.parametrize(
    ("who", "title"),
    [(CONFIRMED, "Event cancelled"), (WAITING, "Event cancelled"), (DECLINED, "Not approved")],
)
def test_the_staffs_page_offers_no_more_than_is_true(
    editor: CheckedClient, event_id: int, who: int, title: str
) -> None:
    become(event_id, EventState.CANCELLED)
    seen = words(editor.page(f"/staff/registrations/{registrations(event_id)[who].id}"))
    offered = ("Give a seat now", "Move in the waiting list", "Move to:", "Approve")
    assert [one for one in offered if f"{one} " in seen] == []
    assert ("Says once more that the event is cancelled" in seen) is (title == "Event cancelled")


def test_staff_read_that_a_line_has_closed(editor: CheckedClient, event_id: int) -> None:
    person = f"/staff/registrations/{registrations(event_id)[WAITING].id}"
    assert "Move in the waiting list" in words(editor.page(person))
    starts = NOON + timedelta(hours=23)
    transact(lambda _: setattr(db.session.get_one(Event, event_id), "starts_at", starts))
    seen = words(editor.page(person))
    assert "The waiting list is closed: nobody moves up any more." in seen
    assert "before them" not in seen
    assert "Move in the waiting list" not in seen
    assert "waiting, In person: the list is closed 2" in words(editor.page(f"/staff/events/{event_id}"))

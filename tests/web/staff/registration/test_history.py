"""The history of a registration: every act has its words, and every change stands there old beside new."""

import ast
from datetime import datetime

import pytest

from app.db import transact
from app.models import Mode
from app.operations.registration import handing_over, moving_address, offering_sessions, picking, switching
from app.operations.registration.cancelling import cancel
from app.web.staff.act_words import REGISTRATION
from tests.guards.sources import modules
from tests.support.desk import details, make_event, registrations, sign_up, with_rules
from tests.support.pages import CheckedClient
from tests.support.sessions import conference, session_ids

pytestmark = pytest.mark.usefixtures("app", "at")
NOTES = {"record", "note", "_note", "_record"}
PEOPLE = {"registration", "person"}


def history(editor: CheckedClient, registration_id: int) -> str:
    page = editor.page(f"/staff/registrations/{registration_id}")
    return " ".join(page.main.one("section", **{"aria-labelledby": "history"}).text.split())


def acts() -> set[str]:
    """What the verbs of this room write into the log."""
    found = set()
    for module in modules():
        if module.path.startswith("app/operations/registration/"):
            for node in ast.walk(module.tree):
                if isinstance(node, ast.Call) and _is_of_a_registration(node):
                    texts = (one.value for one in node.args if isinstance(one, ast.Constant))
                    found |= {text for text in texts if isinstance(text, str)}
    return found


def _is_of_a_registration(call: ast.Call) -> bool:
    names = {getattr(one, "id", getattr(one, "attr", "")) for one in call.args}
    return getattr(call.func, "id", getattr(call.func, "attr", "")) in NOTES and bool(names & PEOPLE)


def test_every_act_has_its_words() -> None:
    assert "handed over" in acts()
    assert acts() - set(REGISTRATION) == set()


def test_swapped_sessions_and_another_way(editor: CheckedClient) -> None:
    event_id = conference({"title": "Tour"}, {"title": "Talk"}, online=5)
    tour, talk = session_ids(event_id)
    sign_up(event_id, details(sessions=(tour,)))
    mine = registrations(event_id)[0].id
    transact(lambda at: picking.change(mine, picking.Wanted((tour, talk)), at=at) and None)
    assert "Sessions: Tour → Tour; Talk" in history(editor, mine)
    known = session_ids(event_id)
    transact(lambda at: switching.change_mode(mine, Mode.ONLINE, at=at, known=known, by="ed@example.gov"))
    told = history(editor, mine)
    assert "Attends: In person → Online" in told
    assert "Sessions: Tour; Talk → nothing" in told


def test_a_seat_from_the_line_says_what_it_changed(editor: CheckedClient) -> None:
    event_id = make_event(capacity=1, online=5)
    sign_up(event_id)
    sign_up(event_id, details(mode=Mode.ONLINE, keeps_turn=True))
    first, second = (person.id for person in registrations(event_id))
    transact(lambda at: cancel(first, at=at).id)
    assert "Got a seat from the waiting list Attends: Online → In person" in history(editor, second)


def test_offers_in_sessions(editor: CheckedClient) -> None:
    event_id = with_rules(conference({"title": "Tour", "seats": {Mode.IN_PERSON: 1}}), offer_hours=24)
    tour = session_ids(event_id)[0]
    for _ in range(2):
        sign_up(event_id, details(sessions=(tour,)))
    first, second = (person.id for person in registrations(event_id))
    transact(lambda at: cancel(first, at=at).id)
    transact(lambda at: offering_sessions.accept(second, tour, at=at).id)
    assert "Sessions: Tour → nothing" in history(editor, first)
    told = history(editor, second)
    assert "Accepted the offered seat in a session Sessions: Tour" in told
    assert "Offered a seat in a session from its waiting list Sessions: Tour" in told


def test_what_somebody_asked_for_stands_there_before_it_happens(editor: CheckedClient, at: datetime) -> None:
    event_id = make_event()
    sign_up(event_id)
    mine = registrations(event_id)[0].id
    transact(lambda at: moving_address.ask(mine, "new@importer.example", language="en", at=at) and None)
    colleague = {"email": "bo@importer.example", "first_name": "Bo", "last_name": "Li", "language": "en"}
    transact(lambda at: handing_over.propose(mine, at=at, **colleague) and None)
    told = history(editor, mine)
    assert "Asked a colleague to take the seat over Email address: bo@importer.example" in told
    assert "Asked to use another address Email address: new@importer.example" in told

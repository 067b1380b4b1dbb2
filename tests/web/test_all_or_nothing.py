"""The database fails at one statement of a request, at each in turn and at the commit: all of it is kept, or nothing.

Nobody reads the machine's words, and the same form sent again does what it should have done.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from app.db import db
from app.extensions import limiter
from app.models import Access, Event, Mode
from tests.support.booking import MARIA
from tests.support.desk import details, make_event, registrations, sign_up, with_rules
from tests.support.html import Page, fields
from tests.support.pages import CheckedClient
from tests.support.questions import ask
from tests.support.sessions import conference, session_ids
from tests.web.public.test_bad_requests import everything
from tests.web.public.test_bookings import colleague, form_with
from tests.web.public.test_moving import ask_ben
from tests.web.public.test_my_registration import own_page

pytestmark = [pytest.mark.usefixtures("at"), pytest.mark.slow]
Send = Callable[[], TestResponse]
DANA = {"first_name": "Dana", "last_name": "Okafor", "email": "dana@importer.example", "organization": "Okafor Imports"}
MOST = 300  # Statements that no request needs.
SECRET = "disk I/O error in /var/lib/secret"


class Fault:
    """Lets the database fail at the n-th statement or commit of what is done then, until something was kept."""

    def __init__(self) -> None:
        self.left = self.kept = 0
        self.came = False

    def statement(self, *_given: Any) -> None:
        self.left -= 1
        if self.left == 0 and not self.kept:
            self.came = True
            raise OperationalError("", {}, Exception(SECRET))

    def commit(self, connection: Connection) -> None:
        self.statement(connection)
        self.kept += 1

    def during(self, act: Send, number: int) -> TestResponse:
        limiter.reset()  # Each try is a new day for limits.
        self.left, self.kept, self.came = number, 0, False
        answer = act()
        self.left = 0
        return answer


@pytest.fixture
def fault(app: Flask) -> Iterator[Fault]:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    fault = Fault()
    listeners = {"before_cursor_execute": fault.statement, "commit": fault.commit}
    for name, listener in listeners.items():
        event.listen(db.engine, name, listener)
    yield fault
    for name, listener in listeners.items():
        event.remove(db.engine, name, listener)


def press(client: CheckedClient, address: str, act: str, **typed: Any) -> Send:
    """The button of a page whose form leads there."""
    forms = client.page(address).main.all("form")
    form = next(form for form in forms if form.get("action").endswith(act))
    return partial(client.post, form.get("action"), data=fields(form) | typed)


def form_of(client: CheckedClient, event_id: int) -> Page:
    return client.page(f"/events/{db.session.get_one(Event, event_id).slug}/register")


def registering(client: CheckedClient, _editor: CheckedClient) -> Send:
    return partial(client.submit, form_of(client, make_event(capacity=1)), **DANA)


def with_sessions_and_answers(client: CheckedClient, _editor: CheckedClient) -> Send:
    event_id = with_rules(conference(capacity=3), organization_cap=5)
    question = ask(event_id)
    more = {"sessions": [str(number) for number in session_ids(event_id)], f"question-{question.id}": "yes"}
    return partial(client.submit, form_of(client, event_id), needs=["captions"], **DANA, **more)


def with_colleagues(client: CheckedClient, _editor: CheckedClient) -> Send:
    event_id = with_rules(make_event(capacity=2), most_colleagues=2)
    people = colleague(0, "Ana") | colleague(1, "Bo")
    return partial(client.submit, form_with(client, event_id, 2), all_or_none="as-many", **MARIA, **people)


def cancelling(client: CheckedClient, _editor: CheckedClient) -> Send:
    """Both seats pass on, of the event and of a session."""
    event_id = conference({"seats": {Mode.IN_PERSON: 1}}, capacity=1)
    for _ in range(2):
        sign_up(event_id, details(sessions=tuple(session_ids(event_id))))
    return press(client, own_page(event_id), "/cancellation")


def changing(client: CheckedClient, _editor: CheckedClient) -> Send:
    event_id = make_event()
    sign_up(event_id)
    return partial(client.submit, client.page(f"{own_page(event_id)}/change"), first_name="Danielle")


def taking_over(client: CheckedClient, _editor: CheckedClient) -> Send:
    event_id = make_event()
    sign_up(event_id)
    return partial(client.submit, client.page(ask_ben(client, event_id)), organization="Ito Freight")


def inviting(_client: CheckedClient, editor: CheckedClient) -> Send:
    event_id = with_rules(make_event(), access=Access.INVITED)
    page = editor.page(f"/staff/events/{event_id}/invitations")
    asked = editor.submit(page, "invite", addresses="ana@broker.example, ben@broker.example")
    return partial(editor.submit, Page(asked.text), "invite")


def correcting(_client: CheckedClient, editor: CheckedClient) -> Send:
    event_id = make_event()
    sign_up(event_id)
    page = editor.page(f"/staff/registrations/{registrations(event_id)[0].id}/details")
    return partial(editor.submit, page, last_name="Okafor-Lund")


def moving_the_event(_client: CheckedClient, editor: CheckedClient) -> Send:
    event_id = conference(capacity=2)
    sign_up(event_id, details(sessions=tuple(session_ids(event_id))))
    page = editor.page(f"/staff/events/{event_id}/rescheduling")
    check = editor.submit(page, starts="2026-03-17T14:00", ends="2026-03-17T15:00")
    return partial(editor.submit, Page(check.text), reason="The hall is taken.")


def calling_it_off(_client: CheckedClient, editor: CheckedClient) -> Send:
    event_id = make_event(capacity=2)
    for _ in range(3):
        sign_up(event_id)
    return partial(editor.submit, editor.page(f"/staff/events/{event_id}/cancellation"), reason="A storm.")


REQUESTS = [
    registering,
    with_sessions_and_answers,
    with_colleagues,
    cancelling,
    changing,
    taking_over,
    inviting,
    correcting,
    moving_the_event,
    calling_it_off,
]


@pytest.mark.parametrize("request_of", REQUESTS)
def test_it_holds(client: CheckedClient, editor: CheckedClient, fault: Fault, request_of: Callable[..., Send]) -> None:
    send = request_of(client, editor)
    before = everything()
    for number in range(1, MOST):
        answer = fault.during(send, number)
        if not fault.came:
            break
        assert (answer.status_code, SECRET in answer.text) == (503, False), f"at {number}"
        assert everything() == before, f"at {number}"
    assert (answer.status_code, fault.kept) == (303, 1)
    assert everything() != before
    assert number > 5


@pytest.mark.database("postgresql")
def test_a_commit_whose_answer_never_came_is_found_when_the_form_is_sent_again(
    app: Flask, client: CheckedClient
) -> None:
    def cut(connection: Connection) -> None:
        """The server has kept it, and the line breaks before it can say so."""
        driver = connection.connection.dbapi_connection
        assert driver
        driver.commit()
        driver.close()

    event_id = make_event(capacity=5)
    form = form_of(client, event_id)
    event.listen(db.engine, "commit", cut)
    answer = client.submit(form, **DANA)
    event.remove(db.engine, "commit", cut)
    assert answer.status_code == 503
    again = client.submit(Page(answer.text))
    assert (again.status_code, len(registrations(event_id))) == (303, 1)
    assert registrations(event_id)[0].number in client.page(again.location).main.text

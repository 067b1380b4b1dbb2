"""Asking for what one needs after registering: kept sealed, added to what stands, told to those who arrange it."""

from datetime import datetime

import pytest

from app.db import db, transact
from app.models import MessageKind, Need, OutgoingEmail, RequestState
from app.operations.registration import answering
from app.operations.registration.answering import Answer
from app.operations.registration.details import Needs
from tests.support.desk import details, make_event, registrations, sign_up
from tests.support.pages import CheckedClient
from tests.web.public.test_my_registration import own_page, words

pytestmark = pytest.mark.usefixtures("at")
ARRANGED = Answer(RequestState.ARRANGED, "It is arranged.")


def event_with(needs: Needs) -> int:
    event_id = make_event(accessibility_contact_email="access@example.gov")
    sign_up(event_id, details(needs=needs))
    return event_id


def standing(event_id: int) -> tuple[Needs, RequestState]:
    db.session.rollback()
    request = answering.request_of(registrations(event_id)[0].id)
    assert request
    return answering.unsealed(request), request.state


def alerts() -> int:
    db.session.rollback()
    return db.session.query(OutgoingEmail).filter_by(kind=MessageKind.ACCESSIBILITY_ALERT).count()


def test_it_works(client: CheckedClient) -> None:
    event_id = event_with(Needs())
    address = own_page(event_id)
    assert "Do you need something to take part" in words(client.page(address))
    page = client.page(f"{address}/needs")
    assert client.submit(page).status_code == 422
    assert client.submit(page, needs=["captions"], needs_text="A seat in front.").status_code == 303
    assert standing(event_id) == (Needs((Need.CAPTIONS,), "A seat in front."), RequestState.OPEN)
    own = words(client.page(address))
    assert "Your request came on Monday, March 2, 2026" in own
    assert "captions" not in own
    assert alerts() == 1


def test_more_is_added_and_opens_an_answered_request(client: CheckedClient, at: datetime) -> None:
    event_id = event_with(Needs((Need.CAPTIONS,), "A seat in front."))
    person, address = registrations(event_id)[0].id, own_page(event_id)
    transact(lambda at: answering.answer(person, ARRANGED, by="ruth@example.gov", at=at).state)
    assert "Your request was answered" in words(client.page(address))
    page = client.page(f"{address}/needs")
    assert not page.main.all("input", checked="")
    for _ in range(2):  # Sent twice, it is told once.
        assert client.submit(page, needs=["captions", "companion"], needs_text="No stairs.").status_code == 303
    both = Needs((Need.CAPTIONS, Need.COMPANION), "A seat in front.\n\nNo stairs.")
    assert standing(event_id) == (both, RequestState.OPEN)
    assert alerts() == 2


def test_an_answer_that_does_not_know_of_it_is_refused(client: CheckedClient) -> None:
    event_id = event_with(Needs((Need.CAPTIONS,)))
    person = registrations(event_id)[0].id
    client.submit(client.page(f"{own_page(event_id)}/needs"), needs=["companion"])
    with pytest.raises(answering.AnsweredMeanwhileError):
        transact(lambda at: answering.answer(person, ARRANGED, by="ruth@example.gov", at=at))


def test_staff_write_down_what_they_are_told_by_phone(editor: CheckedClient) -> None:
    event_id = event_with(Needs((Need.CAPTIONS,)))
    person = registrations(event_id)[0].id
    page = editor.page(f"/staff/registrations/{person}/needs/new")
    assert editor.submit(page).status_code == 422
    assert editor.submit(page, needs=["large-print"]).status_code == 303
    assert standing(event_id)[0] == Needs((Need.CAPTIONS, Need.LARGE_PRINT))
    assert alerts() == 2

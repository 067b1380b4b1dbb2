"""Nodes whose clocks are ninety seconds apart: the database's clock is theirs, and each takes what the other signed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from app import clock
from app.db import db, transact
from app.mail import delivery, transports
from app.models import OutgoingEmail, StaffMember, StaffRole
from app.operations.access import signing_in
from tests.support import second_node, staff
from tests.support.apart import Machine
from tests.support.desk import make_event, registrations, sign_up
from tests.support.pages import CheckedClient
from tests.web.public.test_register import DANA, address_of

pytestmark = [pytest.mark.slow, pytest.mark.database("postgresql")]
APART = timedelta(seconds=90)


@pytest.fixture(params=[90, -90], ids=["ahead", "behind"])
def machine(request: pytest.FixtureRequest) -> Machine:
    return Machine(request.param)


@pytest.fixture
def other(app: Flask, database: str, tmp_path: Path, machine: Machine) -> Iterator[CheckedClient]:
    """A visitor of a node on that machine; ``client`` visits one whose clock is right."""
    with second_node.visited(database, tmp_path, machine.serve) as client:
        yield client


def test_what_one_does_holds_at_the_other(client: CheckedClient, other: CheckedClient) -> None:
    a_form_of_one_is_sent_to_the_other(client, other)
    registration_opens_at_both_at_once(client, other)
    a_link_to_sign_in_opens_at_both(client, other)
    staff_stay_signed_in(client, other)


def a_form_of_one_is_sent_to_the_other(client: CheckedClient, other: CheckedClient) -> None:
    event_id = make_event(capacity=5)
    here, there = client.page(address_of(event_id)), other.page(address_of(event_id))
    assert client.submit(there, **DANA).status_code == 303
    assert other.submit(here, **DANA | {"email": "else@importer.example"}).status_code == 303
    moments = [person.registered_at for person in registrations(event_id)]
    assert moments[0] <= moments[1] < moments[0] + APART


def registration_opens_at_both_at_once(*nodes: CheckedClient) -> None:
    now = datetime.now(UTC)
    opened = make_event(registration_opens_at=now - APART / 2)
    to_open = make_event(registration_opens_at=now + APART / 2)
    for node in nodes:
        assert node.get(address_of(opened)).text.count('name="email"') == 1
        assert 'name="email"' not in node.get(address_of(to_open)).text


def a_link_to_sign_in_opens_at_both(*nodes: CheckedClient) -> None:
    member_id = staff.member(StaffRole.VIEWER).id
    link = transact(lambda at: signing_in.invite(db.session.get_one(StaffMember, member_id), at))
    assert [node.get(link).status_code for node in nodes] == [200, 200]


def staff_stay_signed_in(client: CheckedClient, other: CheckedClient) -> None:
    staff.sign_in(client, StaffRole.EDITOR)
    for here, there in [(client, other), (other, client)] * 2:
        cookie = here.get_cookie("staff")
        assert cookie
        there.set_cookie("staff", cookie.value)
        answer = there.get("/staff/messages")
        assert answer.status_code == 200, answer.location


def test_a_worker_there_sends_at_once(app: Flask, machine: Machine) -> None:
    sign_up(make_event())
    db.session.remove()
    db.engine.dispose()
    with machine.at_work():
        assert delivery.drain("there", transports.chosen()).taken == 1
        assert abs(clock.now() - datetime.now(UTC)) < APART / 2
    assert db.session.scalars(db.select(OutgoingEmail)).one().attempts == 1

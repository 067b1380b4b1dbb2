"""How often signing in may be tried, and what locks an account."""

import pytest
from flask import Flask
from flask_security import hash_password
from werkzeug.test import TestResponse

from app.db import db, transact
from app.models import StaffMember, StaffRole
from app.models.staff import MAXIMUM_FAILURES
from tests.support import factories
from tests.support.pages import CheckedClient

PASSWORD = "seven lanterns over the harbor"
SIGN_IN = "/staff/access/sign-in"
KNOWN, UNKNOWN = "ana.lopez@example.gov", "nobody.here@example.gov"


@pytest.fixture
def member(app: Flask) -> StaffMember:
    return factories.staff_member(StaffRole.VIEWER, email=KNOWN, password=hash_password(PASSWORD))


def attempt(client: CheckedClient, email: str, password: str = "wrong", peer: str = "192.0.2.1") -> TestResponse:
    page = client.page(SIGN_IN)
    token = page.one("input", name="csrf_token").get("value")
    data = {"csrf_token": token, "email": email, "password": password}
    return client.post(SIGN_IN, data=data, environ_overrides={"REMOTE_ADDR": peer})


@pytest.mark.parametrize("email", [KNOWN, UNKNOWN])
def test_five_a_minute_for_one_address_from_one_peer(client: CheckedClient, member: StaffMember, email: str) -> None:
    answers = [attempt(client, email).status_code for _ in range(7)]
    assert answers == [422] * 5 + [429] * 2
    assert attempt(client, KNOWN, PASSWORD, peer="192.0.2.2").status_code == 302


@pytest.mark.parametrize("email", [KNOWN, UNKNOWN])
def test_ten_failures_for_one_address_from_anywhere(client: CheckedClient, member: StaffMember, email: str) -> None:
    answers = [attempt(client, email.upper(), peer=f"192.0.2.{peer}").status_code for peer in range(12)]
    assert answers == [422] * 10 + [429] * 2


def test_a_stranger_does_not_lock_out_a_browser_that_is_known(
    app: Flask, client: CheckedClient, member: StaffMember
) -> None:
    attempt(client, KNOWN, PASSWORD)
    client.post("/staff/access/sign-out")
    stranger = app.test_client()
    for peer in range(12):
        answer = attempt(stranger, KNOWN, peer=f"192.0.2.{peer}")
    assert answer.status_code == 429
    assert attempt(client, UNKNOWN, peer="192.0.2.99").status_code == 422
    assert attempt(client, KNOWN, PASSWORD, peer="192.0.2.99").status_code == 302


def test_a_known_browser_is_no_way_around_the_limit(client: CheckedClient, member: StaffMember) -> None:
    attempt(client, KNOWN, PASSWORD)
    client.post("/staff/access/sign-out")
    answers = [attempt(client, KNOWN, peer=f"192.0.2.{peer}").status_code for peer in range(12)]
    assert answers == [422] * 10 + [429] * 2


def test_a_hundred_failures_in_a_row_lock_the_account(client: CheckedClient, member: StaffMember) -> None:
    transact(lambda at: setattr(db.session.merge(member), "failures", MAXIMUM_FAILURES - 1))
    assert attempt(client, KNOWN).status_code == 422
    locked = attempt(client, KNOWN, PASSWORD)
    assert locked.status_code == 422
    assert db.session.get_one(StaffMember, member.id).failures == MAXIMUM_FAILURES
    assert "/staff/access/reset" in locked.text


def test_signing_in_begins_the_count_anew(client: CheckedClient, member: StaffMember) -> None:
    attempt(client, KNOWN)
    assert db.session.get_one(StaffMember, member.id).failures == 1
    attempt(client, KNOWN, PASSWORD)
    db.session.expire_all()
    assert db.session.get_one(StaffMember, member.id).failures == 0


def test_nothing_is_hashed_beyond_128_characters(client: CheckedClient, member: StaffMember) -> None:
    assert attempt(client, KNOWN, "x" * 129).status_code == 422
    assert db.session.get_one(StaffMember, member.id).failures == 0

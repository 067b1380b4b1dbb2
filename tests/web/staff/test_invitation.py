from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskCliRunner

from app import clock
from app.db import db
from app.models import StaffMember, StaffRole
from tests.support import staff
from tests.support.pages import CheckedClient

PASSWORD = "seven lanterns over the harbor"


def link(runner: FlaskCliRunner, *arguments: str) -> str:
    result = runner.invoke(args=["staff", *arguments])
    assert result.exit_code == 0, result.output
    return result.output.strip().removeprefix("http://127.0.0.1:8000")


@pytest.fixture
def address(runner: FlaskCliRunner) -> str:
    return link(runner, "add", "Ana.Lopez@example.gov", "--role", "editor")


def accept(client: CheckedClient, address: str, password: str = PASSWORD) -> object:
    return client.submit(client.page(address), password=password, password_confirm=password)


def test_it_works(client: CheckedClient, address: str) -> None:
    answer = accept(client, address)
    assert (answer.status_code, answer.location) == (302, "/staff/")
    member = db.session.scalars(db.select(StaffMember)).one()
    assert member.email == "ana.lopez@example.gov"
    assert member.role is StaffRole.EDITOR
    assert member.password.startswith("$argon2id$")
    assert client.get("/staff/").location == "/staff/access/account"  # The second factor comes first.


def test_opening_the_link_changes_nothing(client: CheckedClient, address: str) -> None:
    for _ in range(3):
        client.page(address)
    assert accept(client, address).status_code == 302


def test_it_works_once(app: object, client: CheckedClient, address: str) -> None:
    accept(client, address)
    stranger = client.application.test_client()
    assert stranger.get(address).status_code == 410
    assert stranger.get("/staff/access/invitation/nonsense").status_code == 410


def test_a_new_link_replaces_the_old(client: CheckedClient, runner: FlaskCliRunner, address: str) -> None:
    newer = link(runner, "add", "ana.lopez@example.gov", "--role", "viewer")
    client.page(address, 410)
    accept(client, newer)
    assert "viewer" in client.page("/staff/access/account").text.lower()


def test_it_lives_72_hours(client: CheckedClient, runner: FlaskCliRunner, at: datetime) -> None:
    address = link(runner, "add", "ana.lopez@example.gov", "--role", "editor")
    with clock.stopped_at(at + timedelta(hours=71, minutes=59)):
        client.page(address)
    with clock.stopped_at(at + timedelta(hours=72)):
        client.page(address, 410)


@pytest.mark.parametrize("password", ["short", "passwordpassword", "x" * 129, "ana.lopez.2026.ana"])
def test_it_refuses_a_poor_password(client: CheckedClient, address: str, password: str) -> None:
    assert accept(client, address, password).status_code == 422
    client.page(address)


@pytest.mark.parametrize("settings", [{"REQUIRE_SECOND_FACTOR": False}])
def test_the_demonstration_signs_in_by_its_link_alone(client: CheckedClient, runner: FlaskCliRunner) -> None:
    answer = client.submit(client.page(link(runner, "demo-link")))
    assert answer.location == "/staff/"
    client.page("/staff/")


def test_fixtures_are_signed_in(administrator: CheckedClient) -> None:
    administrator.page("/staff/")


def test_a_stranger_is_sent_to_the_sign_in_page(client: CheckedClient) -> None:
    assert client.get("/staff/").location == "/staff/access/sign-in?next=/staff/"
    client.page("/staff/access/sign-in?next=/staff/")


__all__ = ["staff"]

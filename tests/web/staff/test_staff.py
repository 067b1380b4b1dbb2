"""Administrators let people in and out."""

import time

import pytest
from flask import Flask

from app.db import db
from app.models import AuditEntry, OutgoingEmail, StaffMember, StaffRole
from tests.support import staff
from tests.support.html import Page
from tests.support.pages import CheckedClient


def the(email: str) -> StaffMember:
    db.session.expire_all()
    return db.session.scalars(db.select(StaffMember).where(StaffMember.email == email)).one()


def test_adding_somebody(administrator: CheckedClient, client: CheckedClient) -> None:
    form = administrator.page("/staff/staff/new")
    answer = administrator.submit(form, email="New.Member@example.gov", name="Ana Lopez", role="door")
    assert answer.location == "/staff/staff"
    assert the("new.member@example.gov").role is StaffRole.DOOR
    mail = db.session.scalars(db.select(OutgoingEmail)).one()
    client.page(mail.facts["link"].removeprefix("http://127.0.0.1:8000"))
    assert "new.member@example.gov" in administrator.page("/staff/staff").text


@pytest.mark.parametrize("email", ["", "nobody", "a@b@example.gov", "x" * 250 + "@example.gov"])
def test_it_refuses_what_is_no_address(administrator: CheckedClient, email: str) -> None:
    form = administrator.page("/staff/staff/new")
    assert administrator.submit(form, email=email, role="door").status_code == 422


def test_changing_a_role(app: Flask, administrator: CheckedClient, client: CheckedClient) -> None:
    member = staff.sign_in(client, StaffRole.EDITOR)
    client.page("/staff/messages")
    page = administrator.page(f"/staff/staff/{member.id}")
    administrator.submit(page, "role-form", role="viewer")
    assert the(member.email).role is StaffRole.VIEWER
    assert client.get("/staff/messages").status_code == 403
    client.page("/staff/")


def test_deactivating_and_letting_in_again(administrator: CheckedClient, client: CheckedClient) -> None:
    member = staff.sign_in(client, StaffRole.EDITOR)
    page = administrator.page(f"/staff/staff/{member.id}")
    administrator.submit(page, "deactivation")
    assert client.get("/staff/").location.startswith("/staff/access/sign-in")
    assert not the(member.email).active
    administrator.submit(administrator.page(f"/staff/staff/{member.id}"), "link")
    assert the(member.email).active


def test_the_last_administrator_stays(administrator: CheckedClient) -> None:
    member = db.session.scalars(db.select(StaffMember)).one()
    page = administrator.page(f"/staff/staff/{member.id}")
    assert administrator.submit(page, "role-form", role="editor").status_code == 422
    token = page.one("form", id="role-form").one("input", name="csrf_token").get("value")
    answer = administrator.post(f"/staff/staff/{member.id}/deactivation", data={"csrf_token": token})
    assert answer.status_code == 422
    assert the(member.email).role is StaffRole.ADMINISTRATOR
    assert the(member.email).active


def test_a_lost_phone(administrator: CheckedClient, client: CheckedClient) -> None:
    member = staff.sign_in(client, StaffRole.EDITOR)
    administrator.submit(administrator.page(f"/staff/staff/{member.id}"), "factors")
    assert not the(member.email).has_second_factor
    assert client.get("/staff/").location.startswith("/staff/access/sign-in")
    assert "removed second factor" in db.session.scalars(db.select(AuditEntry.act)).all()


def test_signing_somebody_out(administrator: CheckedClient, client: CheckedClient) -> None:
    member = staff.sign_in(client, StaffRole.EDITOR)
    administrator.submit(administrator.page(f"/staff/staff/{member.id}"), "out")
    assert client.get("/staff/").location.startswith("/staff/access/sign-in")


def test_an_old_proof_is_asked_for_again(administrator: CheckedClient) -> None:
    member = db.session.scalars(db.select(StaffMember)).one()
    with administrator.session_transaction("/staff/") as session:
        session["fs_paa"] = time.time() - 31 * 60
    administrator.page("/staff/staff")
    for address in ("/staff/staff/new", f"/staff/staff/{member.id}"):
        assert administrator.get(address).location.startswith("/staff/access/verify?next=/staff/staff")


def test_nobody_else_comes_here(editor: CheckedClient) -> None:
    assert editor.get("/staff/staff").status_code == 403
    assert editor.get("/staff/staff/1").status_code == 403


def test_a_member_that_is_none(administrator: CheckedClient) -> None:
    assert administrator.get("/staff/staff/2147483647").status_code == 404
    assert administrator.get("/staff/staff/2147483648").status_code == 404


@pytest.mark.parametrize("role", ["king", "", "administrator\x00"])
def test_a_role_we_do_not_have_is_refused_in_our_words(administrator: CheckedClient, role: str) -> None:
    answer = administrator.submit(administrator.page("/staff/staff/new"), email="new@example.gov", role=role)
    assert answer.status_code == 422
    assert "Choose one of these." in Page(answer.text).main.text

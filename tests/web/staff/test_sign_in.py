"""Signing in with a password and a second factor, as people do it."""

import re

import pytest
from flask import Flask
from flask_security import hash_password

from app.db import db, transact
from app.models import AuditEntry, MessageKind, OutgoingEmail, StaffMember, StaffRole
from tests.support import factories
from tests.support.authenticator import Authenticator
from tests.support.html import Page
from tests.support.pages import CheckedClient

pytestmark = pytest.mark.slow

PASSWORD = "seven lanterns over the harbor"
NEWER = "nine barges under the bridge"
SIGN_IN = "/staff/access/sign-in"


@pytest.fixture
def member(app: Flask) -> StaffMember:
    return factories.staff_member(StaffRole.EDITOR, email="ana.lopez@example.gov", password=hash_password(PASSWORD))


@pytest.fixture
def other(app: Flask) -> CheckedClient:
    """A second device."""
    client = app.test_client()
    assert isinstance(client, CheckedClient)
    return client


def sign_in(client: CheckedClient, email: str = "ana.lopez@example.gov", password: str = PASSWORD) -> object:
    return client.submit(client.page(SIGN_IN), email=email, password=password)


def set_up_authenticator(client: CheckedClient) -> Authenticator:
    """Scan the code, enter the first digits."""
    shown = client.submit(client.page("/staff/access/authenticator"), setup="authenticator")
    page = Page(shown.text)
    totp = Authenticator(re.sub(r"\W", "", page.one("span", **{"class": "way-in__key"}).text))
    answer = client.submit(page, code=totp.code())
    assert answer.location == "/staff/access/account", answer.text
    return totp


def sign_in_with_code(client: CheckedClient, code: str) -> object:
    answer = sign_in(client)
    assert answer.location.startswith("/staff/access/code"), answer.text
    return client.submit(client.page(answer.location), code=code)


def test_it_works(client: CheckedClient, other: CheckedClient, member: StaffMember) -> None:
    assert sign_in(client).location == "/staff/"
    totp = set_up_authenticator(client)
    client.page("/staff/")
    assert other.get("/staff/").location == f"{SIGN_IN}?next=/staff/"
    assert sign_in_with_code(other, totp.code(1)).location == "/staff/"
    other.page("/staff/")


def test_a_mistyped_code_is_asked_for_again_with_the_same_key(client: CheckedClient, member: StaffMember) -> None:
    sign_in(client)
    shown = Page(client.submit(client.page("/staff/access/authenticator"), setup="authenticator").text)
    key = shown.one("span", **{"class": "way-in__key"}).text
    refused = client.submit(shown, code="12")
    again = Page(refused.text)
    assert (refused.status_code, again.one("span", **{"class": "way-in__key"}).text) == (422, key)
    assert again.title.startswith("Error: ")
    assert again.main.text.count("That code does not fit, or it was used.") == 2  # In the summary and beside the field.
    answer = client.submit(again, code=Authenticator(re.sub(r"\W", "", key)).code())
    assert answer.location == "/staff/access/account"


def test_after_the_second_factor_come_recovery_codes_and_the_page_asked_for(
    client: CheckedClient, member: StaffMember
) -> None:
    sign_in(client)
    assert client.get("/staff/messages?state=failed").location == "/staff/access/account"
    assert "Go on to" not in client.page("/staff/access/account").main.text  # It would lead back here.
    set_up_authenticator(client)
    links = {link.text: link.get("href") for link in client.page("/staff/access/account").main.all("a")}
    assert links["Make recovery codes"] == "/staff/access/recovery-codes"
    client.submit(client.page(links["Make recovery codes"]))
    links = {link.text: link.get("href") for link in client.page("/staff/access/account").main.all("a")}
    assert "Make recovery codes" not in links
    client.page(links["Go on to the page that you asked for"])
    assert "Go on to" not in client.page("/staff/access/account").main.text


def test_nothing_opens_between_password_and_code(client: CheckedClient, other: CheckedClient, member: object) -> None:
    sign_in(client)
    set_up_authenticator(client)
    sign_in(other)
    assert other.get("/staff/").location.startswith(SIGN_IN)
    assert other.get("/staff/access/account").location.startswith(SIGN_IN)


def test_a_code_works_once(client: CheckedClient, other: CheckedClient, member: object) -> None:
    sign_in(client)
    totp = set_up_authenticator(client)
    code = totp.code(1)
    assert sign_in_with_code(other, code).status_code == 302
    other.post("/staff/access/sign-out")
    assert sign_in_with_code(other, code).status_code == 422


def test_a_recovery_code_takes_the_place_of_the_phone_once(
    client: CheckedClient, other: CheckedClient, member: StaffMember
) -> None:
    sign_in(client)
    set_up_authenticator(client)
    shown = Page(client.submit(client.page("/staff/access/recovery-codes")).text)
    codes = [code.text for code in shown.all("code")]
    assert len(set(codes)) == 10
    db.session.expire_all()
    assert codes[0] not in ",".join(member.mf_recovery_codes)  # Sealed in the table.
    for code, status in ((codes[0], 302), (codes[0], 422), (codes[1].upper(), 302)):
        sign_in(other)
        assert other.submit(other.page("/staff/access/recovery"), code=code).status_code == status
        other.post("/staff/access/sign-out")


def test_a_wrong_password_is_told_once_and_leads_to_the_field(client: CheckedClient, member: object) -> None:
    summary = Page(sign_in(client, password="not the password at all").text).one("div", id="error-summary")
    assert [link.get("href") for link in summary.all("a")] == ["#email"]
    assert len(summary.all("li")) == 1


def test_wrong_password_and_unknown_address_look_alike(client: CheckedClient, member: object) -> None:
    wrong = sign_in(client, password="not the password at all")
    unknown = sign_in(client, email="nobody.here@example.gov", password="not the password at all")
    assert wrong.status_code == unknown.status_code == 422
    hidden = re.compile(r'name="csrf_token"[^>]*|nobody.here@|ana.lopez@')
    assert hidden.sub("", wrong.text) == hidden.sub("", unknown.text)


def test_signing_out_ends_a_copy_of_the_cookie(client: CheckedClient, other: CheckedClient, member: object) -> None:
    sign_in(client)
    copy = client.get_cookie("staff")
    answer = client.post("/staff/access/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    other.set_cookie("staff", copy.value)
    assert other.get("/staff/access/account").location.startswith(SIGN_IN)


def test_a_new_password_ends_the_other_sessions(client: CheckedClient, other: CheckedClient, member: object) -> None:
    sign_in(client)
    sign_in(other)
    form = client.page("/staff/access/password")
    answer = client.submit(form, password=PASSWORD, new_password=NEWER, new_password_confirm=NEWER)
    assert answer.location == "/staff/access/account", answer.text
    client.page("/staff/access/account")
    assert other.get("/staff/access/account").location.startswith(SIGN_IN)
    assert db.session.scalars(db.select(OutgoingEmail)).one().kind is MessageKind.STAFF_SIGN_IN


def test_changing_the_password_asks_for_the_old_one(client: CheckedClient, member: object) -> None:
    sign_in(client)
    form = client.page("/staff/access/password")
    for old in ("", "not the old one"):
        answer = client.submit(form, password=old, new_password=NEWER, new_password_confirm=NEWER)
        assert answer.status_code == 422


def test_sign_out_everywhere(client: CheckedClient, other: CheckedClient, member: object) -> None:
    sign_in(client)
    sign_in(other)
    answer = client.submit(client.page("/staff/access/account"), "everywhere")
    assert answer.location == SIGN_IN
    for device in (client, other):
        assert device.get("/staff/access/account").location.startswith(SIGN_IN)


def test_sign_out_on_all_other_devices(client: CheckedClient, other: CheckedClient, member: object) -> None:
    sign_in(client)
    sign_in(other)
    client.submit(client.page("/staff/access/account"), "elsewhere")
    client.page("/staff/access/account")
    assert other.get("/staff/access/account").location.startswith(SIGN_IN)


def test_deactivation_and_role_are_in_force_with_the_next_request(client: CheckedClient, member: StaffMember) -> None:
    sign_in(client)
    set_up_authenticator(client)
    client.page("/staff/")
    member_id = member.id
    transact(lambda at: setattr(db.session.get(StaffMember, member_id), "active", False))
    assert client.get("/staff/").location.startswith(SIGN_IN)


def test_a_mailed_link_sets_a_new_password_and_leaves_the_second_factor(
    client: CheckedClient, other: CheckedClient, member: object
) -> None:
    sign_in(client)
    totp = set_up_authenticator(client)
    asked = other.submit(other.page("/staff/access/reset"), email="ana.lopez@example.gov")
    unknown = other.submit(other.page("/staff/access/reset"), email="nobody.here@example.gov")
    assert asked.status_code == unknown.status_code == 200
    mail = db.session.scalars(db.select(OutgoingEmail)).one()
    assert (mail.recipient, mail.facts["purpose"]) == ("ana.lopez@example.gov", "reset")
    path = mail.facts["link"].removeprefix("http://127.0.0.1:8000")
    answer = other.submit(other.page(path), password=NEWER, password_confirm=NEWER)
    assert answer.location == SIGN_IN
    assert client.get("/staff/").location.startswith(SIGN_IN)
    assert sign_in(other).status_code == 422
    answer = sign_in(other, password=NEWER)
    assert other.submit(other.page(answer.location), code=totp.code(1)).location == "/staff/"
    assert other.get(path).location == "/staff/access/reset"  # Used once.


def test_every_step_is_in_the_audit_log(client: CheckedClient, member: object) -> None:
    sign_in(client, password="not the password at all")
    sign_in(client)
    set_up_authenticator(client)
    client.post("/staff/access/sign-out")
    acts = db.session.scalars(db.select(AuditEntry.act).order_by(AuditEntry.id)).all()
    assert acts == ["failed to sign in: password", "signed in", "set up authenticator", "signed out"]

"""Where sessions are, how they end, and where signing in may lead."""

from datetime import timedelta

import pytest
from flask import Flask
from flask_security import hash_password

from app import clock, create_app
from app.db import db
from app.models import StaffRole, StaffSession
from app.operations.access import signing_in
from tests.support import factories, staff
from tests.support.pages import CheckedClient

PASSWORD = "seven lanterns over the harbor"
SIGN_IN = "/staff/access/sign-in"


def test_public_pages_have_none(client: CheckedClient, administrator: CheckedClient) -> None:
    for visitor in (client, administrator):
        answer = visitor.get("/")
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")


def test_staff_pages_are_kept_by_nobody(administrator: CheckedClient) -> None:
    for path in ("/staff/", SIGN_IN, "/staff/nowhere", "/staff/x.css"):
        answer = administrator.get(path)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Cookie" in answer.headers["Vary"]


def test_the_cookie_in_production(app: Flask, database: str, tmp_path: object) -> None:
    production = create_app(
        {
            "DATABASE_URL": database,
            "INSTANCE_DIR": tmp_path,
            "BASE_URL": "https://events.example.gov",
            "SECRET_KEY": "s" * 32,
            "DATA_KEYS": ["d" * 32],
            "MAIL_SERVER": "mail.example.gov",
            "MAIL_DEFAULT_SENDER": "events@example.gov",
        }
    )
    client = production.test_client()
    answer = client.get(SIGN_IN, base_url="https://events.example.gov")
    name, _, marks = answer.headers["Set-Cookie"].partition("=")
    assert name == "__Host-staff"
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(marks.split("; ")[1:])
    assert "Domain" not in marks
    with production.app_context():
        db.engine.dispose()


def test_half_an_hour_without_a_request_ends_it(administrator: CheckedClient, at: object) -> None:
    staff.sign_in(administrator, StaffRole.ADMINISTRATOR)
    for minutes in (29, 58):
        with clock.stopped_at(clock.now() + timedelta(minutes=minutes)):
            administrator.page("/staff/")
    with clock.stopped_at(clock.now() + timedelta(minutes=58 + 31)):
        assert administrator.get("/staff/").location.startswith(SIGN_IN)


def test_twelve_hours_end_it(client: CheckedClient, at: object) -> None:
    staff.sign_in(client, StaffRole.ADMINISTRATOR)
    began = clock.now()
    for minutes in range(20, 12 * 60, 20):
        with clock.stopped_at(began + timedelta(minutes=minutes)):
            client.page("/staff/")
    with clock.stopped_at(began + timedelta(hours=12)):
        assert client.get("/staff/").location.startswith(SIGN_IN)


def test_an_edited_cookie_is_none(administrator: CheckedClient) -> None:
    value = administrator.get_cookie("staff").value
    for other in (value[:-2], value[:10] + "A" + value[11:], "e30.e30.e30", ""):
        administrator.set_cookie("staff", other)
        assert administrator.get("/staff/").location.startswith(SIGN_IN)


def test_signing_in_gives_a_new_key(client: CheckedClient) -> None:
    factories.staff_member(StaffRole.VIEWER, email="ana.lopez@example.gov", password=hash_password(PASSWORD))
    seen = set()
    for _ in range(2):
        client.submit(client.page(SIGN_IN), email="ana.lopez@example.gov", password=PASSWORD)
        seen.add(db.session.scalars(db.select(StaffSession.key_digest)).all()[-1])
        with client.session_transaction("/staff/") as session:
            assert signing_in.digest(session["key"]) in seen
        client.post("/staff/access/sign-out")
    assert len(seen) == 2


def test_a_form_of_another_site_signs_nobody_in(client: CheckedClient) -> None:
    factories.staff_member(StaffRole.VIEWER, email="ana.lopez@example.gov", password=hash_password(PASSWORD))
    page = client.page(SIGN_IN)
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        data = {"email": "ana.lopez@example.gov", "password": PASSWORD}
        data["csrf_token"] = page.one("input", name="csrf_token").get("value")
        assert client.post(SIGN_IN, data=data, headers=headers).status_code == 403
    assert client.post(SIGN_IN, data={"email": "ana.lopez@example.gov", "password": PASSWORD}).status_code == 400


@pytest.mark.parametrize(
    "target",
    [
        *("https://evil.example", "//evil.example", "/\\evil.example", "///evil.example", "\\/evil.example"),
        *("https:evil.example", "/%09/evil.example", "/%5cevil.example", "/\r\nX: 1", "javascript:alert(1)", "/events"),
    ],
)
def test_signing_in_leads_to_staff_pages_alone(client: CheckedClient, target: str) -> None:
    factories.staff_member(StaffRole.VIEWER, email="ana.lopez@example.gov", password=hash_password(PASSWORD))
    page = client.page(SIGN_IN, query_string={"next": target})
    assert client.submit(page, email="ana.lopez@example.gov", password=PASSWORD).location == "/staff/"


def test_it_leads_where_one_wanted_to_go(client: CheckedClient) -> None:
    factories.staff_member(StaffRole.VIEWER, email="ana.lopez@example.gov", password=hash_password(PASSWORD))
    page = client.page(client.get("/staff/search?q=Ana").location)
    answer = client.submit(page, email="ana.lopez@example.gov", password=PASSWORD)
    assert answer.location == "/staff/search?q=Ana"


def test_what_was_typed_can_be_sent_again(client: CheckedClient) -> None:
    answer = client.post("/staff/notice", data={"text": "Closed on Monday", "password": "secret"})
    assert answer.status_code == 401
    assert "Closed on Monday" in answer.text
    assert "secret" not in answer.text


def test_a_form_with_an_old_token_can_be_sent_again(administrator: CheckedClient) -> None:
    answer = administrator.post("/staff/access/password", data={"csrf_token": "old", "name": "Office laptop"})
    assert answer.status_code == 400
    assert "Office laptop" in answer.text


def test_a_member_without_second_factor_sees_the_own_account_alone(client: CheckedClient) -> None:
    staff.sign_in(client, factories.staff_member(StaffRole.DOOR))
    assert client.get("/staff/").location == "/staff/access/account"
    assert client.get("/staff/nowhere").location == "/staff/access/account"
    client.page("/staff/access/account")


def test_a_viewer_sees_no_person_and_needs_no_second_factor(client: CheckedClient) -> None:
    staff.sign_in(client, factories.staff_member(StaffRole.VIEWER))
    client.page("/staff/")

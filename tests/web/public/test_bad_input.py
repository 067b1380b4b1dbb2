"""What people, programs and attackers send to the registration form: the expected answer, nothing lost, no 5xx."""

from datetime import date
from typing import Any

import pytest
from werkzeug.test import TestResponse

from app.db import db
from app.models import AuditEntry, Event, FormSubmission, OutgoingEmail, Registration, Role
from tests.support.desk import make_event, registrations
from tests.support.html import Page
from tests.support.pages import CheckedClient

pytestmark = [pytest.mark.usefixtures("at"), pytest.mark.slow]
DANA = {
    "first_name": "Dana",
    "last_name": "Okafor",
    "email": "dana@importer.example",
    "organization": "Okafor Imports",
}
TABLES = (Registration, FormSubmission, OutgoingEmail, AuditEntry)


@pytest.fixture
def event_id() -> int:
    asked = dict.fromkeys(("middle_name", "suffix", "job_title", "role"), "optional")
    cleared = {"omb_number": "1651-0001", "omb_expires_on": date(2099, 12, 31)}  # A role may not be asked without.
    return make_event(online=None, asked_fields=asked, **cleared)


@pytest.fixture
def address(app: Any, event_id: int) -> str:
    return f"/events/{db.session.get_one(Event, event_id).slug}/register"


def send(client: CheckedClient, address: str, **typed: Any) -> TestResponse:
    key = next(field.get("value") for field in client.page(address).main.all("input", name="form_key"))
    return client.post(address, data={**DANA, "mode": "online", "form_key": key, **typed})


def rows() -> list[int]:
    return [db.session.scalar(db.select(db.func.count()).select_from(table)) or 0 for table in TABLES]


# Kept exactly (composed), in every script and with every kind of mark.
KEPT = {
    "A01 composed": ("José Núñez", "José Núñez"),
    "A01 decomposed": ("Jose\u0301 Nu\u0301n\u0303ez", "José Núñez"),
    "A05 Cyrillic": ("Нестор Махно", "Нестор Махно"),
    "A08 Hebrew": ("יוסף כהן", "יוסף כהן"),
    "A09 Devanagari": ("प्रियंका शर्मा", "प्रियंका शर्मा"),
    "A10 Thai": ("สมชาย ใจดี", "สมชาย ใจดี"),
    "A13 beyond the first plane": ("𠮷野", "𠮷野"),
    "A14 straight apostrophe": ("O'Neil", "O'Neil"),
    "A14 curly apostrophe": ("D’Angelo", "D’Angelo"),
    "A15 comma": ("van der Berg, Jr.", "van der Berg, Jr."),
    "A16 digits": ("X Æ A-12", "X Æ A-12"),
    "A18 one letter": ("O", "O"),
    "A20 Turkish": ("İbrahim", "İbrahim"),
    "A22 family emoji": ("👨‍👩‍👧‍👦", "👨‍👩‍👧‍👦"),
    "A24 long": ("Dr. Dr. h.c. mult. " + "x" * 60, "Dr. Dr. h.c. mult. " + "x" * 60),
    "A25 digits only": ("12345", "12345"),
    "B19 full-width": ("＜script＞", "＜script＞"),
    "D01 script": ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    "D02 image": ('"><img src=x onerror=alert(1)>', '"><img src=x onerror=alert(1)>'),
    "D03 attribute": ("' onmouseover='alert(1)", "' onmouseover='alert(1)"),
    "D11 SQL": ("' OR 1=1--", "' OR 1=1--"),
    "D12 SQL": ("'; DROP TABLE registrations;--", "'; DROP TABLE registrations;--"),
    "D14 backslash": ("Dana\\", "Dana\\"),
    "D16 template": ("{{config}}", "{{config}}"),
    "D18 placeholder": ("{manage_link}", "{manage_link}"),
    "D20 shell": ("$(id) `id` ; id | id", "$(id) `id` ; id | id"),
    "D27 LDAP": ("*)(uid=*))", "*)(uid=*))"),
    "E02 formula": ("=1+1", "=1+1"),
    "F07 header marks": ('"Dana" <a@b>, \\', '"Dana" <a@b>, \\'),
    "spaces": ("  Dana   Marie ", "Dana Marie"),
}


@pytest.mark.parametrize(("typed", "kept"), KEPT.values(), ids=KEPT)
def test_names_are_kept_as_people_write_them(
    client: CheckedClient, address: str, event_id: int, typed: str, kept: str
) -> None:
    response = send(client, address, first_name=typed)
    assert response.status_code == 303
    assert registrations(event_id)[0].first_name == kept


REFUSED_NAMES = {
    "B01 override": "Dana\u202egnp.exe",
    "B02 isolate": "Dana\u2066",
    "B05 marks": "a" + "\u0301" * 300,
    "B06 NUL": "Dana\x00",
    "B07 escape": "Dana\x1b[31m",
    "B08 next line": "Dana\x85Bcc: x",
    "B08 line separator": "Dana\u2028x",
    "F01 header": "Dana\r\nBcc: x@evil.example",
    "G12 zero width": "Da\u200bna",
    "too long": "x" * 101,
    "very long": "x" * 20_000,
}


@pytest.mark.parametrize("typed", REFUSED_NAMES.values(), ids=REFUSED_NAMES)
@pytest.mark.parametrize("field", ["first_name", "organization"])
def test_what_cannot_be_kept_is_refused_beside_its_field(
    client: CheckedClient, address: str, typed: str, field: str
) -> None:
    if field == "organization" and typed == "x" * 101:
        typed = "x" * 201
    response = send(client, address, **{field: typed})
    assert response.status_code == 422
    assert f'id="{field}-error"' in response.text
    assert 'value="Okafor"' in response.text
    assert rows() == [0, 0, 0, 0]


ADDRESSES = {
    "G01 capitals": ("Dana@IMPORTER.Example", "Dana@importer.example"),
    "G02 tag": ("first.last+tag@importer.example", "first.last+tag@importer.example"),
    "G12 spaces": ("  dana@importer.example\u00a0", "dana@importer.example"),
    "G13 other letters": ("dana@bücher.example", "dana@xn--bcher-kva.example"),
    "G17 mailto": ("mailto:dana@importer.example", "dana@importer.example"),
    "G17 brackets": ("<dana@importer.example>", "dana@importer.example"),
    "G18 typo": ("dana@gmial.com", "dana@gmial.com"),
    "G08 longest": ("a" * 64 + "@importer.example", "a" * 64 + "@importer.example"),
}


@pytest.mark.parametrize(("typed", "kept"), ADDRESSES.values(), ids=ADDRESSES)
def test_addresses_are_kept_in_one_form(
    client: CheckedClient, address: str, event_id: int, typed: str, kept: str
) -> None:
    assert send(client, address, email=typed).status_code == 303
    assert registrations(event_id)[0].email == kept


REFUSED_ADDRESSES = {
    "none": "",
    "no at": "dana",
    "G06 dots": "dana@x..gov",
    "G06 first dot": ".dana@x.gov",
    "G06 last dot": "dana.@x.gov",
    "G06 hyphen": "dana@-x.gov",
    "G07 root": "dana@x.gov.",
    "G08 too long": "a" * 65 + "@x.gov",
    "G09 comma": "a@x.gov,b@y.gov",
    "G09 semicolon": "a@x.gov;b@y.gov",
    "G09 space": "a@x.gov b@y.gov",
    "G11 header": "a@x.gov\nBcc:b@y.gov",
    "G11 encoded header": "a@x.gov%0aBcc:b@y.gov",
    "G12 zero width": "da\u200bna@x.gov",
    "G14 other letters": "用户@例子.广告",
    "G15 Cyrillic": "аdmin@x.gov",
    "G19 punycode": "dana@xn--0.example",
    "G19 long label": "dana@" + "b" * 300 + ".gov",
    "localhost": "dana@localhost",
    "D32 slow": "a" * 50_000 + "!",
}


@pytest.mark.parametrize("typed", REFUSED_ADDRESSES.values(), ids=REFUSED_ADDRESSES)
def test_addresses_that_mail_cannot_reach_are_refused(client: CheckedClient, address: str, typed: str) -> None:
    response = send(client, address, email=typed)
    assert response.status_code == 422
    assert 'id="email-error"' in response.text
    assert rows() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    "typed",
    [
        {"mode": "moon"},
        {"mode": ""},
        {"role": "king"},
        {"role": "<script>"},
        {"needs": "teleport"},
        {"needs_text": "x" * 2001},
    ],
)
def test_choices_that_were_not_offered_are_refused(client: CheckedClient, address: str, typed: dict[str, str]) -> None:
    assert send(client, address, **typed).status_code == 422
    assert rows() == [0, 0, 0, 0]


@pytest.mark.parametrize("unasked", [{"country": "FR"}, {"state": "confirmed"}, {"__proto__": "x"}, {"id": "7"}])
def test_what_is_not_asked_is_not_read(
    client: CheckedClient, address: str, event_id: int, unasked: dict[str, str]
) -> None:
    assert send(client, address, role=Role.BROKER.value, **unasked).status_code == 303
    assert registrations(event_id)[0].country == ""


def test_one_field_twice_is_refused(client: CheckedClient, address: str) -> None:
    assert send(client, address, email=["a@importer.example", "b@importer.example"]).status_code == 400
    assert rows() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"email=%FF%FE", "application/x-www-form-urlencoded", 400),
        (b"first_name=%C0%AF", "application/x-www-form-urlencoded", 400),
        (b"first_name=\xff\xfe", "application/x-www-form-urlencoded", 400),
        (b"first_name=" + b"x" * 70_000, "application/x-www-form-urlencoded", 413),
        (b"{}", "application/json", 415),
        (b"<a/>", "text/xml", 415),
        (b"--x\r\n", "multipart/form-data", 415),
        (b"--x\r\nno end", "multipart/form-data; boundary=x", 415),
    ],
)
def test_bodies_that_are_no_form(client: CheckedClient, address: str, body: bytes, kind: str, status: int) -> None:
    response = client.post(address, data=body, content_type=kind)
    assert response.status_code == status
    assert rows() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    "slug", ["..%2f..%2fetc", "%00", "x" * 300, "static", "{{7*7}}", "no-such-event", "%FF", "a%2Fb"]
)
def test_events_that_do_not_exist(client: CheckedClient, slug: str) -> None:
    assert client.get(f"/events/{slug}/register").status_code in {400, 404}
    assert client.post(f"/events/{slug}/register", data=DANA).status_code in {400, 404}


def test_a_markup_name_is_escaped_on_every_page_it_stands_on(client: CheckedClient, address: str) -> None:
    response = send(client, address, first_name="<b id=hacked>", email="dana@", organization="<b id=hacked>")
    assert not Page(response.text).all("b", id="hacked")


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client: CheckedClient, address: str, method: str) -> None:
    assert getattr(client, method)(address).status_code == 405


def test_a_method_in_disguise_is_ignored(client: CheckedClient, address: str, event_id: int) -> None:
    assert send(client, address, _method="DELETE").status_code == 303
    assert len(registrations(event_id)) == 1

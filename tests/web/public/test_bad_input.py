"""What people, programs and attackers send to the registration form: the expected answer, nothing lost, no 5xx.

Each case begins with the number of its line in docs/bad-inputs.md.
"""

from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest
from werkzeug.test import TestResponse

from app.db import db
from app.models import AuditEntry, Event, FormSubmission, OutgoingEmail, Registration, Role, Venue
from tests.support import factories as make
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
    "A16 a digit and a dot": ("Jennifer 8.", "Jennifer 8."),
    "A18 one letter": ("O", "O"),
    "A20 Turkish": ("İbrahim", "İbrahim"),
    "A20 Turkish capitals": ("IŞIK", "IŞIK"),
    "A22 emoji": ("😀", "😀"),
    "A22 family emoji": ("👨‍👩‍👧‍👦", "👨‍👩‍👧‍👦"),
    "A22 flag": ("🇺🇸", "🇺🇸"),
    "A24 long": ("Dr. Dr. h.c. mult. " + "x" * 60, "Dr. Dr. h.c. mult. " + "x" * 60),
    "A25 digits only": ("12345", "12345"),
    "B19 full-width": ("＜script＞", "＜script＞"),
    "B21 no character": ("Dana\ufffe\uffff", "Dana\ufffd\ufffd"),
    "B21 private use": ("Dana\ue000", "Dana\ue000"),
    "B23 tag": ("Dana\U000e0041\U000e007f", "Dana"),
    "D01 script": ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    "D02 image": ('"><img src=x onerror=alert(1)>', '"><img src=x onerror=alert(1)>'),
    "D03 attribute": ("' onmouseover='alert(1)", "' onmouseover='alert(1)"),
    "D11 SQL": ("' OR 1=1--", "' OR 1=1--"),
    "D12 SQL": ("'; DROP TABLE registrations;--", "'; DROP TABLE registrations;--"),
    "D14 backslash": ("Dana\\", "Dana\\"),
    "D16 template": ("{{config}}", "{{config}}"),
    "D16 globals": ("{{self.__init__.__globals__}}", "{{self.__init__.__globals__}}"),
    "D18 placeholder": ("{manage_link}", "{manage_link}"),
    "D20 shell": ("$(id) `id` ; id | id", "$(id) `id` ; id | id"),
    "D27 LDAP": ("*)(uid=*))", "*)(uid=*))"),
    "D27 XPath": ("' or '1'='1", "' or '1'='1"),
    "D29 TeX": (r"\input{/etc/hosts} \write18{id}", r"\input{/etc/hosts} \write18{id}"),
    "E02 formula": ("=1+1", "=1+1"),
    "E04 tab before a formula": ("\t=1+1", "=1+1"),
    "E05 wide space before a formula": ("\u00a0=1+1", "\u00a0=1+1"),
    "F03 encoded header": ("=?UTF-8?Q?=0ABcc=3A_x?=", "=?UTF-8?Q?=0ABcc=3A_x?="),
    "F07 header marks": ('"Dana" <a@b>, \\', '"Dana" <a@b>, \\'),
    "F05 line break at the end": ("Dana\r\n", "Dana"),
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
    "B08 paragraph separator": "Dana\u2029x",
    "F01 header": "Dana\r\nBcc: x@evil.example",
    "G12 zero width": "Da\u200bna",
    "C01 too long": "x" * 101,
    "C02 very long": "x" * 20_000,
    "D25 terminal": "Dana\x9b31m",
    "D32 slow": "a" * 50_000 + "!",
}


@pytest.mark.parametrize("typed", REFUSED_NAMES.values(), ids=REFUSED_NAMES)
@pytest.mark.parametrize("field", ["first_name", "organization"])
def test_what_cannot_be_kept_is_refused_beside_its_field(
    client: CheckedClient, address: str, typed: str, field: str
) -> None:
    if typed == "x" * 101 and field == "organization":
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
    "B18 homograph": ("dana@\u0430pple.example", "dana@xn--pple-43d.example"),
    "G13 other letters": ("dana@bücher.example", "dana@xn--bcher-kva.example"),
    "G17 mailto": ("mailto:dana@importer.example", "dana@importer.example"),
    "G17 brackets": ("<dana@importer.example>", "dana@importer.example"),
    "G16 role": ("info@importer.example", "info@importer.example"),
    "G16 disposable": ("dana@mailinator.com", "dana@mailinator.com"),
    "G08 longest": ("a" * 64 + "@importer.example", "a" * 64 + "@importer.example"),
}


@pytest.mark.parametrize(("typed", "kept"), ADDRESSES.values(), ids=ADDRESSES)
def test_addresses_are_kept_in_one_form(
    client: CheckedClient, address: str, event_id: int, typed: str, kept: str
) -> None:
    assert send(client, address, email=typed).status_code == 303
    assert registrations(event_id)[0].email == kept


@pytest.mark.parametrize("typed", ["", " \u00a0 \t"], ids=["nothing", "nothing but spaces"])
@pytest.mark.parametrize("field", ["first_name", "organization", "email"])
def test_nothing_is_refused_where_something_is_needed(
    client: CheckedClient, address: str, typed: str, field: str
) -> None:
    names = {"last_name": typed} if field == "first_name" else {}  # One of the two is enough.
    response = send(client, address, **{field: typed}, **names)
    assert response.status_code == 422
    assert f'id="{field}-error"' in response.text
    assert rows() == [0, 0, 0, 0]


REFUSED_ADDRESSES = {
    "G03 none": "",
    "G04 no at": "dana",
    "G06 dots": "dana@x..gov",
    "G06 first dot": ".dana@x.gov",
    "G06 last dot": "dana.@x.gov",
    "G06 hyphen": "dana@-x.gov",
    "G07 root": "dana@x.gov.",
    "G08 long local part": "a" * 65 + "@x.gov",
    "G08 too long": "a" * 64 + "@" + ".".join(["b" * 60] * 3) + ".gov" + "v" * 4,
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
    "G05 localhost": "dana@localhost",
    "D32 slow": "a" * 50_000 + "!",
}


@pytest.mark.parametrize("typed", REFUSED_ADDRESSES.values(), ids=REFUSED_ADDRESSES)
def test_addresses_that_mail_cannot_reach_are_refused(client: CheckedClient, address: str, typed: str) -> None:
    response = send(client, address, email=typed)
    assert response.status_code == 422
    assert 'id="email-error"' in response.text
    assert rows() == [0, 0, 0, 0]


CHOICES: dict[str, dict[str, Any]] = {
    "C20 a mode we do not have": {"mode": "moon"},
    "C20 no mode": {"mode": ""},
    "C20 a role we do not have": {"role": "king"},
    "C20 markup": {"role": "<script>"},
    "C20 a need we do not have": {"needs": "teleport"},
    "C02 long text": {"needs_text": "x" * 2001},
}


@pytest.mark.parametrize("typed", CHOICES.values(), ids=CHOICES)
def test_choices_that_were_not_offered_are_refused(client: CheckedClient, address: str, typed: dict[str, str]) -> None:
    assert send(client, address, **typed).status_code == 422
    assert rows() == [0, 0, 0, 0]


def test_g18_a_mistyped_domain_is_asked_about(client: CheckedClient, address: str, event_id: int) -> None:
    assert send(client, address, email="dana@gmial.com").status_code == 422
    assert rows() == [0, 0, 0, 0]
    assert send(client, address, email="dana@gmial.com", address_choice="dana@gmial.com").status_code == 303
    assert registrations(event_id)[0].email == "dana@gmial.com"


def test_c20_a_day_of_another_event_is_refused(client: CheckedClient) -> None:
    two_days = {"starts_local": make.wall("2026-03-16 09:00"), "ends_local": make.wall("2026-03-17 17:00")}
    event_id = make_event(venue=Venue(name="Trade Hall", id_checked=True), **two_days)
    address = f"/events/{db.session.get_one(Event, event_id).slug}/register"
    assert send(client, address, mode="in-person", days="2026-03-18").status_code == 422
    assert send(client, address, mode="in-person", days="2026-03-17").status_code == 303
    assert registrations(event_id)[0].days == ["2026-03-17"]


UNASKED = {
    "C21 a field that is not asked": {"country": "FR"},
    "C21 a field of ours": {"state": "confirmed", "number": "0000000000", "source": "demo"},
    "D26 prototype": {"__proto__": "x", "constructor": "x", "__class__": "x"},
    "J02 somebody's number": {"id": "7", "registration_id": "7", "event_id": "7"},
    "I20 another method": {"_method": "DELETE"},
}


@pytest.mark.parametrize("unasked", UNASKED.values(), ids=UNASKED)
def test_what_is_not_asked_is_not_read(
    client: CheckedClient, address: str, event_id: int, unasked: dict[str, str]
) -> None:
    assert send(client, address, role=Role.BROKER.value, **unasked).status_code == 303
    [person] = registrations(event_id)
    assert (person.country, person.event_id, person.source.value) == ("", event_id, "web")
    assert person.number != "0000000000"


TICKS = {"y": True, "": False, "no": False, "2": False, "on": False, "0": False}


@pytest.mark.parametrize("sent", TICKS, ids=[f"C19 {sent or 'empty'}" for sent in TICKS])
def test_a_tick_has_one_value(client: CheckedClient, address: str, event_id: int, sent: str) -> None:
    assert send(client, address, wants_mail=sent).status_code == 303
    assert registrations(event_id)[0].wants_mail is TICKS[sent]


TWICE: dict[str, dict[str, Any]] = {
    "I09 two addresses": {"email": ["a@importer.example", "b@importer.example"]},
    "C19 two ticks": {"wants_mail": ["y", "y"]},
    "I09 two keys": {"form_key": ["x", "y"]},
}


@pytest.mark.parametrize("typed", TWICE.values(), ids=TWICE)
def test_one_field_twice_is_refused(client: CheckedClient, address: str, typed: dict[str, Any]) -> None:
    assert send(client, address, **typed).status_code == 400
    assert rows() == [0, 0, 0, 0]


FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
BODIES = {
    "B11 percent signs": (b"email=%FF%FE", FORM, 400),
    "B13 overlong": (b"first_name=%C0%AF", FORM, 400),
    "B12 raw bytes": (b"first_name=\xff\xfe", FORM, 400),
    "C03 a large field": (b"first_name=" + b"x" * 70_000, FORM, 413),
    "C22 ten thousand ticks": (b"&".join([b"needs=captions"] * 10_000), FORM, 413),
    "I15 JSON": (b"{}", "application/json", 415),
    "B09 JSON with half a letter": (b'"\\ud800"', "application/json", 415),
    "I16 deep JSON": (b"[" * 60_000, "application/json", 415),
    "D28 XML": (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hosts">]><a>&b;</a>', "text/xml", 415),
    "I04 no boundary": (b"--x\r\n", MULTIPART, 415),
    "I05 no end": (b"--x\r\nno end", f"{MULTIPART}; boundary=x", 415),
    "I04 a long boundary": (b"--" + b"x" * 5000, f"{MULTIPART}; boundary={'x' * 5000}", 415),
    "I06 breaks alone": (b"\r" + b"x" * 60_000, f"{MULTIPART}; boundary=x", 415),
    "I03 two kinds": (b"email=a", f"{FORM}, text/plain", 415),
}


@pytest.mark.parametrize(("body", "kind", "status"), BODIES.values(), ids=BODIES)
def test_bodies_that_are_no_form(client: CheckedClient, address: str, body: bytes, kind: str, status: int) -> None:
    response = client.post(address, data=body, content_type=kind)
    assert response.status_code == status
    assert rows() == [0, 0, 0, 0]


@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "none"], ids="B15 {}".format)
def test_a_form_is_utf_8_whatever_it_says(client: CheckedClient, address: str, event_id: int, charset: str) -> None:
    key = client.page(address).main.one("input", name="form_key").get("value")
    body = urlencode({**DANA, "mode": "online", "form_key": key, "first_name": "+ADw-script+AD4-"})
    response = client.post(address, data=body, content_type=f"{FORM}; charset={charset}")
    assert response.status_code == 303
    assert registrations(event_id)[0].first_name == "+ADw-script+AD4-"


SLUGS = {
    "D22": "..%2f..%2fetc",
    "B06": "%00",
    "C02": "x" * 300,
    "D23": "static",
    "D16": "{{7*7}}",
    "D21": "../../../etc/hosts",
    "B11": "%FF",
    "D22 slash": "a%2Fb",
    "unknown": "no-such-event",
}


@pytest.mark.parametrize("slug", SLUGS.values(), ids=SLUGS)
def test_events_that_do_not_exist(client: CheckedClient, slug: str) -> None:
    assert client.get(f"/events/{slug}/register").status_code in {400, 404}
    assert client.post(f"/events/{slug}/register", data=DANA).status_code in {400, 404}


def test_a_markup_name_is_escaped_on_every_page_it_stands_on(client: CheckedClient, address: str) -> None:
    response = send(client, address, first_name="<b id=hacked>", email="dana@", organization="<b id=hacked>")
    assert not Page(response.text).all("b", id="hacked")


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client: CheckedClient, address: str, method: str) -> None:
    assert getattr(client, method)(address).status_code == 405

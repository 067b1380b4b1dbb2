"""Bodies of forms: one kind, in UTF-8, of a bearable size; everything else is refused before it is read."""

from datetime import datetime

import pytest

from app.db import db
from app.models import FormSubmission, OutgoingEmail
from tests.support import factories as make
from tests.support.html import Page
from tests.support.pages import CheckedClient

FORM = "application/x-www-form-urlencoded"
MULTIPART = b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\na@b.example\r\n--x--\r\n'

REFUSED = {
    "no kind": (b"email=a", None, {}, 415),
    "JSON": (b'{"email": "a"}', "application/json", {}, 415),
    "deep JSON": (b"[" * 60_000, "application/json", {}, 415),
    "text": (b"email=a", "text/plain", {}, 415),
    "a boundary where none belongs": (b"email=a", f"{FORM}; boundary=x", {}, 415),
    "multipart": (MULTIPART, "multipart/form-data; boundary=x", {}, 415),
    "multipart without boundary": (MULTIPART, "multipart/form-data", {}, 415),
    "packed": (b"\x1f\x8b\x08\x00", FORM, {"Content-Encoding": "gzip"}, 415),
    "too large": (b"email=" + b"a" * 70_000, FORM, {}, 413),
    "very many fields": (b"a&" * 40_000, FORM, {}, 413),
}


@pytest.mark.parametrize("path", ["/registrations/find", "/events/filing/register"])
@pytest.mark.parametrize("name", REFUSED)
def test_what_no_form_of_ours_sends_is_refused(client: CheckedClient, at: datetime, name: str, path: str) -> None:
    make.event(slug="filing")
    body, kind, headers, status = REFUSED[name]
    response = client.post(path, data=body, content_type=kind, headers={"Sec-Fetch-Site": "same-origin"} | headers)
    assert response.status_code == status
    assert not db.session.query(FormSubmission).count()
    assert not db.session.query(OutgoingEmail).count()


@pytest.mark.parametrize("typed", [b"%FF%FE", b"%C3", b"\xff", b"%ED%A0%80", b"a%40b.example%C0%AE"])
def test_bytes_that_are_no_text_are_refused(client: CheckedClient, typed: bytes) -> None:
    key = client.page("/registrations/find").main.one("input", name="form_key").get("value")
    body = b"form_key=" + key.encode() + b"&email=" + typed
    response = client.post("/registrations/find", data=body, content_type=FORM)
    assert (response.status_code, Page(response.text).one("h1").text) == (400, "We could not read this request")


def test_a_form_in_utf_8_passes(client: CheckedClient, at: datetime) -> None:
    page = client.page("/registrations/find")
    response = client.submit(page, email="josé@example.com")
    assert response.status_code == 422
    assert "josé@example.com" in response.text

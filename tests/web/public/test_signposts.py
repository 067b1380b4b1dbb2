"""robots.txt, sitemap.xml, security.txt, favicon.ico."""

from datetime import datetime, timedelta
from xml.etree import ElementTree as ET

from app.models import EventState
from tests.support import factories as make
from tests.support.pages import CheckedClient

MAP = {"m": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def test_robots_are_kept_out_of_what_is_personal(client: CheckedClient) -> None:
    text = client.get("/robots.txt").text
    assert "Disallow: /staff/" in text
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in text


def test_the_sitemap_names_every_public_page_and_no_draft(client: CheckedClient, at: datetime) -> None:
    make.event(slug="shown", series=make.series(slug="coac"), topics=[make.topic(slug="usmca")])
    make.event(slug="hidden", state=EventState.DRAFT)
    found = [element.text or "" for element in ET.fromstring(client.get("/sitemap.xml").data).iterfind("*/m:loc", MAP)]
    paths = {address.removeprefix("http://127.0.0.1:8000") for address in found}
    assert {"/", "/events", "/events/shown", "/series/coac", "/topics/usmca", "/privacy"} <= paths
    assert "/events/hidden" not in paths
    assert all(client.get(path).status_code == 200 for path in paths)


def test_security_txt_does_not_expire_soon(client: CheckedClient, at: datetime) -> None:
    fields = [line.split(": ", 1) for line in client.get("/.well-known/security.txt").text.splitlines()]
    names = [name for name, _ in fields]
    assert names.count("Expires") == 1
    assert "Contact" in names
    expires = datetime.fromisoformat(dict(fields)["Expires"])
    assert timedelta(days=30) < expires - at < timedelta(days=365)


def test_the_icon(client: CheckedClient) -> None:
    assert client.get("/favicon.ico").mimetype.startswith("image/")

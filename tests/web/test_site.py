"""What stands over every page: the notice in force, the demonstration's band, the banner."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app import clock
from app.models import SiteNotice
from tests.support import factories as make
from tests.support.pages import CheckedClient

DEMONSTRATION = "Demonstration, not a government website"


def notice(at: datetime, text: str, ends_at: datetime | None = None) -> None:
    make.kept(lambda _: SiteNotice(text=text, ends_at=ends_at, set_at=at, set_by="ana@example.gov"))


def test_the_newest_notice_stands_on_every_page(client: CheckedClient, at: datetime) -> None:
    notice(at, "Older")
    notice(at, "The office is closed today.")
    for address, status in (("/", 200), ("/events", 200), ("/about", 200), ("/nope", 404)):
        assert client.page(address, status).one("aside", class_="site-notice").text == "The office is closed today."


def test_a_notice_goes_at_its_end(client: CheckedClient, at: datetime) -> None:
    notice(at, "Until noon", ends_at=at + timedelta(minutes=5))
    assert client.page("/").all("aside", class_="site-notice")
    assert client.get("/").headers["Cache-Control"] == "public, max-age=2"
    with clock.stopped_at(at + timedelta(minutes=4, seconds=58)):
        assert client.get("/").headers["Cache-Control"] == "public, max-age=0"
    with clock.stopped_at(at + timedelta(minutes=5)):
        assert not client.page("/").all("aside", class_="site-notice")


def test_an_emptied_notice_is_none(client: CheckedClient, at: datetime) -> None:
    notice(at, "Old")
    notice(at, "")
    assert not client.page("/").all("aside", class_="site-notice")


def test_a_demonstration_says_so_everywhere_and_is_not_indexed(client: CheckedClient, at: datetime) -> None:
    make.event(slug="sample", is_demo=True)
    for address, status in (("/", 200), ("/events/sample", 200), ("/privacy", 200), ("/nope", 404)):
        page = client.page(address, status)
        assert page.one("p", class_="demo-band").text == DEMONSTRATION
        assert page.one("meta", name="robots").get("content") == "noindex"
    for address in ("/", "/events.ics", "/events.atom", "/events/sample.ics", "/sitemap.xml", "/nope"):
        assert client.get(address).headers["X-Robots-Tag"] == "noindex", address


def test_a_real_site_is_indexed(client: CheckedClient, at: datetime) -> None:
    make.event(slug="real")
    response = client.get("/events/real")
    assert "X-Robots-Tag" not in response.headers
    assert DEMONSTRATION not in response.text
    assert "noindex" not in response.text


@pytest.mark.parametrize("settings", [{"OFFICIAL_BANNER": True}, {}], indirect=False)
def test_only_the_governments_own_site_names_the_agency(client: CheckedClient, settings: dict[str, Any]) -> None:
    foot = client.page("/about").one("footer").text
    assert ("Department of Homeland Security" in foot) == bool(settings)
    assert "Freedom of Information Act requests" in foot


class TestAnotherOffice:
    @pytest.fixture
    def settings(self, tmp_path: Path) -> dict[str, Any]:
        (tmp_path / "content").mkdir()
        (tmp_path / "content" / "identifier.yaml").write_text("agency: Port of Elsewhere\nlinks: []\n")
        return {"INSTANCE_DIR": tmp_path, "OFFICIAL_BANNER": True}

    def test_it_names_its_own_agency_and_links(self, client: CheckedClient) -> None:
        foot = client.page("/about").one("footer")
        assert "Port of Elsewhere" in foot.text
        assert not foot.all("nav", aria_label="The department")


@pytest.mark.parametrize("settings", [{"OFFICIAL_BANNER": True}, {}], indirect=False)
def test_the_banner_is_a_setting(client: CheckedClient, settings: dict[str, Any]) -> None:
    assert bool(client.page("/").all("aside", class_="official")) == bool(settings)


@pytest.mark.parametrize("settings", [{"REQUIRE_SECOND_FACTOR": False}])
def test_who_signed_out_of_the_demonstration_reads_how_to_come_back(client: CheckedClient, at: datetime) -> None:
    words = "Start it again with “make run”: it prints a new link."
    assert words not in client.page("/staff/access/sign-in").text
    make.event(is_demo=True)
    assert words in client.page("/staff/access/sign-in").text

"""The standing pages, and texts of an office's own in their place."""

from pathlib import Path

import pytest
from flask import Flask

from app.formats import content_files
from tests.support import factories as make
from tests.support.pages import CheckedClient

OWN_PAGES = """
contact:
  title: Reach us
  summary: Here.
  sections:
    - id: door
      heading: The door
      text: |
        Come to the [list](/events), or to [another place](https://example.gov/).
"""


@pytest.mark.parametrize("name", ["about", "accessibility", "privacy", "contact"])
def test_every_section_has_its_heading(client: CheckedClient, name: str) -> None:
    expected = content_files.about() if name == "about" else content_files.page(name)
    page = client.page(f"/{name}")
    assert page.one("h1").text == expected.title
    headings = {heading.get("id"): heading.text for heading in page.main.all("h2")}
    assert headings.items() >= {part.id: part.heading for part in expected.sections}.items()


def test_links_in_texts_lead_somewhere(client: CheckedClient) -> None:
    for name in ("about", "accessibility", "privacy", "contact"):
        for link in client.page(f"/{name}").main.all("a"):
            address = link.get("href")
            if address.startswith("/") and not address.startswith("/series/"):
                assert client.get(address).status_code == 200, address


def test_resources_list_every_group_and_topic(client: CheckedClient) -> None:
    make.topic(slug="usmca", name="USMCA")
    page = client.page("/resources")
    shown = {link.get("href") for link in page.main.all("a")}
    assert {entry.address for group in content_files.resources().groups for entry in group.resources} <= shown
    assert "/topics/usmca" in shown


def test_an_office_replaces_a_text(app: Flask, client: CheckedClient) -> None:
    folder = Path(app.config["INSTANCE_DIR"]) / "content"
    folder.mkdir()
    (folder / "pages.yaml").write_text(OWN_PAGES)
    page = client.page("/contact")
    assert page.one("h1").text == "Reach us"
    assert [link.get("href") for link in page.main.all("a")] == ["/events", "https://example.gov/"]

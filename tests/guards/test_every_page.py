"""Every public and personal page of the URL map opens, keeps the rules of every page, and has a title of its own."""

from collections import defaultdict

import pytest
from flask import Flask

from tests.guards.sources import tell
from tests.support.pages import CheckedClient
from tests.support.site import prepare, public_pages

pytestmark = pytest.mark.slow


def test_they_open_without_a_cookie_and_have_titles_of_their_own(app: Flask, client: CheckedClient) -> None:
    prepare(app, client)
    titles = defaultdict(set)
    for address in public_pages(app):
        response = client.get(address)
        assert response.status_code == 200, f"{address}: {response.status}"
        assert "Set-Cookie" not in response.headers, address
        # Two people's pages about one event may be called alike: nobody has both open.
        titles[response.text.partition("<title>")[2].partition("</title>")[0].strip()].add(_kind(address))
    shared = [f"{title!r}: {sorted(kinds)}" for title, kinds in titles.items() if len(kinds) > 1]
    assert not shared, tell(shared)


def _kind(address: str) -> str:
    parts = address.split("/")
    return "/".join(parts[:2] + parts[3:]) if parts[1] == "registrations" else address

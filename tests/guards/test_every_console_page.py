"""Every page of the console opens for an administrator, keeps the rules of every page, and has a title of its own."""

from collections import defaultdict

import pytest
from flask import Flask

from tests.guards.sources import tell
from tests.support import staff
from tests.support.console import pages, prepare
from tests.support.pages import CheckedClient

pytestmark = pytest.mark.slow


def test_they_open_and_have_titles_of_their_own(app: Flask, client: CheckedClient) -> None:
    staff.sign_in(client, staff.StaffRole.ADMINISTRATOR)
    prepare(app)
    titles = defaultdict(list)
    for address in pages(app):
        answer = client.get(address)
        assert answer.status_code in {200, 302}, f"{address}: {answer.status}"
        if answer.status_code == 200:
            titles[answer.text.partition("<title>")[2].partition("</title>")[0].strip()].append(address)
    shared = [f"{title!r}: {found}" for title, found in titles.items() if len(found) > 1]
    assert not shared, tell(shared)
    assert len(titles) > 40

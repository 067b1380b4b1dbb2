"""Every public and personal page of the URL map opens, keeps the rules of every page, and has a title of its own.

It asks the database so often at most, changes nothing there, and stays in no cache unless it shows the same to
everybody.
"""

from collections import defaultdict

import pytest
from flask import Flask

from app.db import db
from tests.guards.sources import tell
from tests.support.pages import CheckedClient
from tests.support.site import prepare, public_pages
from tests.web.public.test_bad_requests import everything

pytestmark = pytest.mark.slow
PUBLIC = "home events event series topic answers about resources accessibility privacy contact".split()
# How often a page asks the database at most, whichever event or person it shows.
ASKING = {
    1: "about accessibility privacy contact",
    2: "resources",
    3: "home events find_registrations",
    4: "series topic my_links stop_news",
    8: "event answers answer_question answer_us_person ask_for_needs booking confirm_booked_address confirm_following"
    " confirm_new_address correct_booked_address correct_my_address follow hand_over join_event my_sessions offer"
    " offer_questions postponed subscriptions",
    12: "booked_sessions change_registration confirmation follow_after_registering invitation opening_alert"
    " register_form",
    16: "booked_person take_over",
    20: "change_booked",
    25: "registration",
}
MOST = {name: number for number, names in ASKING.items() for name in names.split()}
# One page each, at several addresses: what was asked for can be changed no more; following, from two places.
SAME = ("Nothing to change: ", "Follow by mail ")


def test_they_open_without_a_cookie_and_have_titles_of_their_own(
    app: Flask, client: CheckedClient, asked: list[str]
) -> None:
    prepare(app, client)
    titles, often, before = defaultdict(set), set(), everything()
    for address in public_pages(app):
        db.session.remove()
        asked.clear()
        response = client.get(address)
        name = _name(app, address)
        if len(asked) > MOST[name]:
            often.add(f"{name} asks the database {len(asked)} times, {MOST[name]} are the most.")
        assert response.status_code == 200, f"{address}: {response.status}"
        assert "Set-Cookie" not in response.headers, address
        assert ("public" if name in PUBLIC else "no-store") in response.headers["Cache-Control"], address
        # Two people's pages about one event may be called alike: nobody has both open.
        titles[response.text.partition("<title>")[2].partition("</title>")[0].strip()].add(_kind(address))
    apart = {title: kinds for title, kinds in titles.items() if not title.startswith(SAME)}
    shared = [f"{title!r}: {sorted(kinds)}" for title, kinds in apart.items() if len(kinds) > 1]
    assert not shared, tell(shared)
    assert not often, tell(sorted(often))
    assert everything() == before


def _name(app: Flask, address: str) -> str:
    """What the view is called."""
    return str(app.url_map.bind("").match(address)[0]).removeprefix("public.")


def _kind(address: str) -> str:
    parts = address.split("/")
    return "/".join(parts[:2] + parts[3:]) if parts[1] == "registrations" else address

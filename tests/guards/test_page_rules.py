"""The rules of every page (tests/support/pages.py): each is shown a page that breaks it alone."""

import pytest
from flask import Flask, Response

from tests.support.pages import CheckedClient

SOUND = """<!doctype html>
<html lang="en"><head><meta name="viewport" content="width=device-width"><title>Events</title></head>
<body><main id="main"><h1>Events</h1><h2>This month</h2>
<form action="/events" method="get"><label for="q">Search</label><input id="q" name="q">
<button type="submit">Go</button></form><a href="#main">Up</a></main></body></html>"""

BREACHES = {
    "<!doctype html>": "",
    ' lang="en"': "",
    "<h1>Events</h1>": "<p>Events</p>",
    "<h2>": "<h2 id=q>",
    "<h2>This month</h2>": "<h3>This month</h3>",
    "<title>Events</title>": "",
    ' for="q"': "",
    ' action="/events"': "",
    ' method="get"': "",
    'type="submit"': 'type="button"',
    "#main": "#nowhere",
    ">Up</a>": "></a>",
    "</form>": "",
    "This month": "{{ month }}",
    "Go</button>": "Go</button><p>Not a valid choice.</p>",
    "<h2>This": "<h2 style='color: red'>This",
    "<body>": "<body onload='go()'>",
    "</main>": "<script>go()</script></main>",
    "</h2>": "</h2><img src='/map.png'>",
    "</h1>": "</h1><svg></svg>",
    '"viewport"': '"author"',
}


def answer(html: str, status: int = 200, policy: str = "default-src 'self'") -> CheckedClient:
    app = Flask("page")
    app.test_client_class = CheckedClient
    headers = {"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff"}
    app.add_url_rule("/", view_func=lambda: Response(html, status, headers, mimetype="text/html"))
    client = app.test_client()
    assert isinstance(client, CheckedClient)
    return client


def test_a_sound_page_passes() -> None:
    assert answer(SOUND).page("/").title == "Events"


@pytest.mark.parametrize("part", BREACHES)
def test_a_breach_is_seen(part: str) -> None:
    broken = SOUND.replace(part, BREACHES[part])
    assert broken != SOUND
    with pytest.raises(AssertionError, match="breaks the rules of every page"):
        answer(broken).get("/")


def test_a_weak_policy_is_seen() -> None:
    with pytest.raises(AssertionError, match="content security policy"):
        answer(SOUND, policy="default-src 'self' 'unsafe-inline'").get("/")


def test_a_refusal_without_error_in_its_title_is_seen() -> None:
    with pytest.raises(AssertionError, match="Error:"):
        answer(SOUND.replace('method="get"', 'method="post"'), status=422).get("/")

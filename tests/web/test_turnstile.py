"""The turnstile: so many at once, a line behind them, and a page to come back with for whom we cannot serve."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event as Flag
from typing import Any
from urllib.parse import urlencode
from wsgiref.util import setup_testing_defaults

import pytest
from flask import Flask

from app import clock
from app.web import headers, turnstile
from app.web.busy import BusyPages
from app.web.language import CHOSEN
from app.web.turnstile import Line, Turnstile
from tests.support.html import Page

PATIENCE = 30
TYPED = [("first_name", 'Dana "D"'), ("email", "dana@importer.example.com"), ("days", "1"), ("days", "2"), ("note", "")]


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that have passed, as a list of one."""
    passed = [0.0]
    monkeypatch.setattr(clock, "ticks", lambda: passed[0])
    return passed


def fill(line: Line, count: int) -> None:
    assert all(line.join() for _ in range(count))


def test_a_short_crush_waits(now: list[float]) -> None:
    line = Line()
    fill(line, turnstile.LONG + 10)
    now[0] = turnstile.PATIENCE
    fill(line, 1)


def test_a_line_that_stays_long_takes_nobody_more(now: list[float]) -> None:
    line = Line()
    fill(line, turnstile.LONG + 1)
    now[0] = turnstile.PATIENCE + 1
    assert not line.join()
    for _ in range(2):
        line.leave()
    assert line.join()  # Somebody left, so that the next one finds a place.
    assert not line.join()


def test_whoever_has_begun_finds_a_place_for_longer(now: list[float]) -> None:
    line = Line()
    fill(line, turnstile.LONG + 1)
    now[0] = turnstile.PATIENCE + 1
    assert not line.join()
    assert all(line.join(has_begun=True) for _ in range(turnstile.LONGEST - turnstile.LONG - 1))
    assert not line.join(has_begun=True)


def test_it_is_crowded_while_whoever_begins_is_sent_away(app: Flask, now: list[float]) -> None:
    layer = Turnstile(app.wsgi_app, BusyPages(app, {}))
    fill(layer.line, turnstile.LONG + 1)
    assert not layer.is_crowded()
    now[0] = turnstile.PATIENCE + 1
    assert layer.is_crowded()
    layer.line.leave()
    layer.line.leave()
    assert not layer.is_crowded()
    assert layer.line.join()


def test_a_line_that_was_short_again_may_grow_again(now: list[float]) -> None:
    line = Line()
    fill(line, turnstile.LONG + 1)
    now[0] = turnstile.PATIENCE + 1
    for _ in range(turnstile.LONG + 1 - turnstile.SHORT):
        line.leave()
    fill(line, turnstile.LONG)


def test_a_line_that_grows_short_while_we_look_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line(standing=turnstile.LONG, long_since=0.0)

    def look() -> float:
        line.long_since = None  # Another thread joins at this moment and finds it short.
        return turnstile.PATIENCE + 1

    monkeypatch.setattr(clock, "ticks", look)
    assert line.is_too_long()
    assert not line.is_too_long()


def environ(path: str = "/events/filing/register", form: bytes | None = None, **given: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"PATH_INFO": path, **given}
    setup_testing_defaults(made)
    if form is not None:
        made |= {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": str(len(form))}
        made |= {"CONTENT_TYPE": "application/x-www-form-urlencoded"}
        made["wsgi.input"].write(form)
        made["wsgi.input"].seek(0)
    return made


def answer(layer: Any, asked: dict[str, Any]) -> tuple[str, dict[str, str], str]:
    told: list[Any] = []
    body = b"".join(layer(asked, lambda status, fields: told.extend((status, dict(fields)))))
    return told[0], told[1], body.decode()


@pytest.fixture
def closed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Turnstile:
    """A turnstile that lets nobody through."""
    monkeypatch.setattr(Line, "join", lambda _line, **_given: False)
    return Turnstile(app.wsgi_app, BusyPages(app, headers.standing(app.config)))


def test_whoever_comes_too_many_keeps_what_was_typed(closed: Turnstile) -> None:
    status, fields, body = answer(closed, environ(form=urlencode(TYPED).encode()))
    assert (status, fields["Retry-After"], fields["Cache-Control"]) == ("503 Service Unavailable", "30", "no-store")
    assert fields["Content-Security-Policy"]
    form = Page(body).main.one("form", method="post")
    assert form.get("action") == "/events/filing/register"
    kept = [(one.get("name"), one.get("value")) for one in form.all("input", type="hidden")]
    assert kept == TYPED


def test_a_page_can_be_asked_again(closed: Turnstile) -> None:
    status, _, body = answer(closed, environ("/events/filing/register"))
    assert status.startswith("503")
    assert Page(body).main.one("a", class_="usa-button", href="/events/filing/register")


def test_another_language_stays_that_language(closed: Turnstile) -> None:
    _, _, body = answer(closed, environ("/events", SCRIPT_NAME="/es", **{CHOSEN: "es"}))
    assert Page(body).main.one("a", class_="usa-button", href="/es/events")


@pytest.mark.parametrize("path", ["/healthz", "/staff/access/sign-in"])
def test_staff_and_watching_machines_pass(closed: Turnstile, path: str) -> None:
    assert not answer(closed, environ(path))[0].startswith("503")


@pytest.mark.parametrize(
    ("asked", "has_begun"),
    [
        (environ(), False),
        (environ("/events"), False),
        (environ(form=b""), True),
        (environ("/registrations/token/confirmation"), True),
    ],
)
def test_who_sends_a_form_or_comes_to_a_page_of_their_own_has_begun(
    app: Flask, monkeypatch: pytest.MonkeyPatch, asked: dict[str, Any], has_begun: bool
) -> None:
    seen: list[bool] = []
    monkeypatch.setattr(Line, "join", lambda _line, *, has_begun: seen.append(has_begun))
    answer(Turnstile(app.wsgi_app, BusyPages(app, headers.standing(app.config))), dict(asked))
    assert seen == [has_begun]


def test_only_so_many_are_worked_on_at_once() -> None:
    inside, go_on = [], Flag()

    def slow(_environ: Any, start_response: Any) -> list[bytes]:
        inside.append(1)
        assert go_on.wait(PATIENCE)
        start_response("200 OK", [])
        return []

    gate = Turnstile(slow, BusyPages(Flask("none"), {}), at_once=2)
    with ThreadPoolExecutor(5) as threads:
        answers = [threads.submit(answer, gate, environ("/events")) for _ in range(5)]
        while gate.line.standing != 3:
            Flag().wait(0.005)
        assert len(inside) == 2
        go_on.set()
    assert [one.result()[0] for one in answers] == ["200 OK"] * 5

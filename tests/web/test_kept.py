"""Kept copies: a page is made once in its time, never outlives its next change, and is nobody's."""

import gzip
import threading
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import brotli
import pytest
from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Response

from app import clock
from app.web import kept
from app.web.kept import KeptCopies, canonical

NOON = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
HOST = "events.example.gov"


class Pages:
    """A small application that counts how often it makes a page, and can be held while it does."""

    def __init__(self) -> None:
        self.made = 0
        self.ends_at = kept.NO_CHANGE_AHEAD
        self.keys = map(str, count(1))
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self.begun = threading.Semaphore(0)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        self.made += 1
        number = self.made
        self.begun.release()
        assert self.may_go_on.wait(60)
        if environ["PATH_INFO"] == "/form":
            environ[kept.HOLE] = kept.Hole("HOLE", lambda: next(self.keys))
            form = Response(f"page {number}, key HOLE, HOLE", mimetype="text/html")
            form.headers.update({kept.MARK: self.ends_at, "Cache-Control": "no-store"})
            return form(environ, start_response)
        missing = environ["PATH_INFO"] == "/missing"
        response = Response(f"page {number}", status=404 if missing else 200, mimetype="text/html")
        if not missing and environ["PATH_INFO"] != "/personal":
            response.headers[kept.MARK] = self.ends_at
        return response(environ, start_response)


@pytest.fixture
def pages() -> Pages:
    return Pages()


@pytest.fixture
def layer(pages: Pages) -> KeptCopies:
    return KeptCopies(pages, seconds=1, parameters={"/list": ("q", "page")}, host=None)


@pytest.fixture
def visitor(layer: KeptCopies) -> Client:
    return Client(layer)


@pytest.fixture(autouse=True)
def standing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time passes where a test says so, and not while a slow machine works."""
    moment = clock.ticks()
    monkeypatch.setattr(clock, "ticks", lambda: moment)


def pass_time(layer: KeptCopies, seconds: float) -> None:
    for copy in layer.kept.values():
        copy.fresh_until -= seconds
        copy.dead_at -= seconds


def test_a_page_is_made_once_in_a_second(visitor: Client, layer: KeptCopies, pages: Pages) -> None:
    assert [visitor.get("/").text for _ in range(3)] == ["page 1"] * 3
    pass_time(layer, 1.1)
    assert visitor.get("/").text == "page 2"


def test_nothing_is_kept_when_told_so(pages: Pages) -> None:
    visitor = Client(KeptCopies(pages, seconds=0, parameters={}, host=None))
    assert [visitor.get("/").text for _ in range(2)] == ["page 1", "page 2"]


@pytest.mark.parametrize("path", ["/missing", "/personal"])
def test_only_what_is_everybodys_is_kept(visitor: Client, layer: KeptCopies, path: str) -> None:
    visitor.get(path)
    assert not layer.kept


def test_a_post_passes(visitor: Client, pages: Pages) -> None:
    visitor.get("/")
    visitor.post("/")
    assert pages.made == 2


def test_while_one_renews_the_others_use_the_old_copy(visitor: Client, layer: KeptCopies, pages: Pages) -> None:
    visitor.get("/")
    assert pages.begun.acquire(timeout=60)
    pass_time(layer, 1.1)
    pages.may_go_on.clear()
    renewed: list[str] = []
    renewing = threading.Thread(target=lambda: renewed.append(Client(layer).get("/").text))
    renewing.start()
    assert pages.begun.acquire(timeout=60)
    assert visitor.get("/").text == "page 1"
    pages.may_go_on.set()
    renewing.join()
    assert renewed == ["page 2"]
    assert visitor.get("/").text == "page 2"


def test_an_old_copy_is_too_old_after_a_while(visitor: Client, layer: KeptCopies) -> None:
    visitor.get("/")
    pass_time(layer, kept.OLDEST_SECONDS + 0.1)
    (copy,) = layer.kept.values()
    with copy.renewing:
        assert visitor.get("/").text == "page 2"


def test_a_failed_renewal_does_not_block_the_next(layer: KeptCopies, visitor: Client, pages: Pages) -> None:
    visitor.get("/")
    pass_time(layer, 1.1)
    working, layer.app = layer.app, lambda *_: 1 / 0
    with pytest.raises(ZeroDivisionError):
        visitor.get("/")
    layer.app = working
    assert visitor.get("/").text == "page 2"


@pytest.mark.parametrize(("ahead", "lasts"), [(0.4, 0), (6, 0), (60, 2)])
def test_a_browser_keeps_no_page_too_long(visitor: Client, pages: Pages, ahead: float, lasts: int) -> None:
    with clock.stopped_at(NOON):
        pages.ends_at = (NOON + timedelta(seconds=ahead)).isoformat()
        assert visitor.get("/").headers["Cache-Control"] == f"public, max-age={lasts}"


def test_no_copy_outlives_the_next_change(visitor: Client, layer: KeptCopies, pages: Pages) -> None:
    with clock.stopped_at(NOON):
        pages.ends_at = (NOON + timedelta(seconds=0.4)).isoformat()
        visitor.get("/")
    pass_time(layer, 0.41)
    (copy,) = layer.kept.values()
    with copy.renewing:  # Not even while another thread is busy making the next one.
        assert visitor.get("/").text == "page 2"


def test_unknown_parameters_do_not_multiply_copies(visitor: Client, layer: KeptCopies, pages: Pages) -> None:
    for number in range(5):
        visitor.get(f"/?utm={number}")
        visitor.get(f"/list?utm={number}&page=2&q=a")
        visitor.get(f"/list?q=a&page=2&page={number}")
    assert (len(layer.kept), pages.made) == (2, 2)


def test_each_question_has_its_own_copy(visitor: Client) -> None:
    addresses = ["/list", "/list?q=a", "/list?q=b", "/list?q=a&page=2", "/list?page=2", "/other?q=a"]
    assert [visitor.get(address).text for address in addresses * 2] == [f"page {n}" for n in range(1, 7)] * 2


@pytest.mark.parametrize(
    ("query", "form"),
    [("page=2&q=a", "q=a&page=2"), ("q=a%20b&x=1", "q=a+b"), ("q=a&q=b", "q=a"), ("q=ü", "q=%C3%BC"), ("x=1", "")],
)
def test_equal_questions_have_one_form(query: str, form: str) -> None:
    assert canonical(query, ("q", "page")) == form


def test_copies_are_bounded(visitor: Client, layer: KeptCopies) -> None:
    for number in range(kept.MOST_COPIES + 10):
        visitor.get(f"/{number}")
    assert len(layer.kept) == kept.MOST_COPIES
    assert ("/0", "") not in layer.kept


@pytest.mark.parametrize("path", ["/", "/form"])
def test_the_mark_never_leaves(visitor: Client, path: str) -> None:
    assert kept.MARK not in visitor.get(path).headers


def test_a_form_is_made_once_with_a_key_for_each(visitor: Client, layer: KeptCopies) -> None:
    texts = [visitor.get("/form").text for _ in range(3)]
    assert texts == [f"page 1, key {key}, {key}" for key in (1, 2, 3)]
    pass_time(layer, 1.1)
    assert visitor.get("/form").text == "page 2, key 4, 4"


def test_a_form_stays_its_readers_own(visitor: Client) -> None:
    for _ in range(2):
        answer = visitor.get("/form", headers={"Accept-Encoding": "br", "If-None-Match": "*"})
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
        assert not {"ETag", "Content-Encoding"} & {name for name, _ in answer.headers}
        assert answer.headers["Content-Length"] == str(len(answer.data))
        assert visitor.head("/form").data == b""


def test_a_form_is_packed_around_its_key(visitor: Client) -> None:
    for key in (1, 2):
        answer = visitor.get("/form", headers={"Accept-Encoding": "br, gzip"})
        assert (answer.headers["Content-Encoding"], answer.headers["Vary"]) == ("gzip", "Accept-Encoding")
        assert unpacked(answer) == f"page 1, key {key}, {key}"
        assert str(key).encode() in answer.data


def test_while_too_many_come_forms_are_left_to_the_turnstile(pages: Pages) -> None:
    crowded: list[bool] = []
    visitor = Client(KeptCopies(pages, seconds=1, parameters={}, host=None, is_crowded=lambda: bool(crowded)))
    assert [visitor.get(path).text for path in ("/form", "/")] == ["page 1, key 1, 1", "page 2"]
    crowded.append(True)
    assert visitor.get("/form").text == "page 3, key 2, 2"
    assert visitor.get("/").text == "page 2"


def test_a_head_has_the_headers_of_a_get(visitor: Client) -> None:
    for path in ("/", "/missing", "/personal"):
        asked, got = visitor.head(path), visitor.get(path)
        assert (asked.status, asked.data) == (got.status, b"")
        assert asked.headers["Content-Length"] == str(len(got.data))


def unpacked(response: TestResponse) -> str:
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress}.get(response.headers.get("Content-Encoding", ""), bytes)
    return str(unpack(response.data), "utf-8")


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("GZIP;q=0.5", "gzip"),
        ("br;q=0, gzip;q=0.1", "gzip"),
        ("identity", None),
        ("", None),
        ("br;q=x", "br"),
        (",;q=,,", None),
    ],
)
def test_the_best_encoding_a_reader_takes(visitor: Client, accepted: str, encoding: str | None) -> None:
    response = visitor.get("/", headers={"Accept-Encoding": accepted})
    assert response.headers.get("Content-Encoding") == encoding
    assert unpacked(response) == "page 1"
    assert response.headers["Vary"] == "Accept-Encoding"


def test_who_has_it_already_gets_304(visitor: Client, layer: KeptCopies) -> None:
    for encoding in ("br", "gzip", "identity"):
        accepts = {"Accept-Encoding": encoding}
        etag = visitor.get("/", headers=accepts).headers["ETag"]
        for known in (etag, f"W/{etag}", f'"x", {etag}', "*"):
            again = visitor.get("/", headers=accepts | {"If-None-Match": known})
            assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", etag)
        for unknown in ("garbage", '"x"', etag.strip('"'), ""):
            assert visitor.get("/", headers=accepts | {"If-None-Match": unknown}).status_code == 200


@pytest.fixture
def busy(pages: Pages) -> Client:
    return Client(KeptCopies(pages, seconds=1, parameters={}, host=HOST))


@pytest.mark.parametrize(("host", "made"), [(HOST, 1), (f"{HOST}:443", 1), ("evil.example", 2), ("", 2), ("a@b", 2)])
def test_another_host_is_not_answered_from_a_copy(busy: Client, pages: Pages, host: str, made: int) -> None:
    busy.get("/", headers={"Host": HOST})
    busy.get("/", headers={"Host": host})
    assert pages.made == made

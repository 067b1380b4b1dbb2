"""Kept copies of public pages: a page on which nobody's name stands need not be made twice in one second.

A view says ``kept.keep(until)``; the outermost layer then answers from the copy without entering Flask. A form differs
from one reader to the next by its hidden key alone: ``kept.keep_form`` says where the key goes and who makes it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from flask import Response, request

from app import clock
from app.web.copies import Copy, FormCopy

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

MARK = "X-Kept-Until"  # Between a view and the layer; never leaves the house.
IS_KEPT, ENDS_AT, HOLE = "trade_events.is_kept", "trade_events.ends_at", "trade_events.hole"
NO_CHANGE_AHEAD = "never"
BROWSER_SECONDS = 2
OLDEST_SECONDS = 5.0  # While one thread renews a copy the others may use it, up to this age.
MOST_COPIES = 512
LONGEST_QUERY = 500


def keep(changes_at: datetime | None = None) -> None:
    """Say in a view that its page is the same for everybody, and at which instant it will change by itself."""
    request.environ[IS_KEPT] = True
    until(changes_at)


def keep_form(place: str, make: Callable[[], str], changes_at: datetime | None = None) -> None:
    """The same of a page with a form, but for what ``make`` gives for the words ``place``, anew for each reader.

    ``make`` is called outside of any request.
    """
    request.environ[HOLE] = Hole(place, make)
    keep(changes_at)


def until(instant: datetime | None) -> None:
    """Let no copy of this page outlive this instant."""
    known = (request.environ.get(ENDS_AT), instant)
    request.environ[ENDS_AT] = min((one for one in known if one), default=None)


def mark(response: Response) -> Response:
    """Tell the layer what the view said (an after_request function)."""
    if IS_KEPT in request.environ and response.status_code == 200:
        ends: datetime | None = request.environ[ENDS_AT]
        response.headers[MARK] = ends.isoformat() if ends else NO_CHANGE_AHEAD
    return response


@dataclass(frozen=True)
class Hole:
    """Where something is put into a page for each reader, and what makes it."""

    place: str
    make: Callable[[], str]


@dataclass
class _Kept:
    copy: Copy | FormCopy
    fresh_until: float
    dead_at: float
    renewing: Lock = field(default_factory=Lock)


class KeptCopies:
    """The outermost layer: answers GET and HEAD of public pages from copies.

    While it ``is_crowded`` inside, no form is handed out here: whoever got one would be sent away with it.
    """

    def __init__(
        self,
        app: "WSGIApplication",
        *,
        seconds: float,
        parameters: Mapping[str, tuple[str, ...]],
        host: str | None,
        is_crowded: Callable[[], bool] = lambda: False,
    ) -> None:
        self.app, self.seconds, self.parameters, self.host = app, seconds, parameters, host
        self.is_crowded = is_crowded
        self.kept: dict[tuple[str, str], _Kept] = {}
        self.storing = Lock()

    def __call__(self, environ: dict[str, Any], start_response: "StartResponse") -> Any:
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or not self._is_our_host(environ):
            return self.app(environ, start_response)
        path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        if query and path in self.parameters:
            environ["QUERY_STRING"] = query = canonical(query, self.parameters[path])
            key = (path, query)
        else:
            key = (path, "")  # A kept page without parameters of its own reads none.
        kept = self.kept.get(key)
        now = clock.ticks()
        if kept and now < kept.dead_at and not (isinstance(kept.copy, FormCopy) and self.is_crowded()):
            if now < kept.fresh_until or not kept.renewing.acquire(blocking=False):
                return kept.copy.answer(environ, start_response)
            try:
                return self._make(key, environ, start_response)
            finally:
                kept.renewing.release()
        return self._make(key, environ, start_response)

    def _is_our_host(self, environ: dict[str, Any]) -> bool:
        """Whether the app would answer for this host; one it does not know must get its refusal."""
        return self.host is None or environ.get("HTTP_HOST", "").partition(":")[0] == self.host

    def _make(self, key: tuple[str, str], environ: dict[str, Any], start_response: "StartResponse") -> Any:
        inner = {**environ, "REQUEST_METHOD": "GET"}
        answered: list[Any] = []

        def catch(*answer: Any) -> Any:
            answered[:] = answer
            return lambda _: None

        body = self.app(inner, catch)
        headers = answered[1]
        until = next((value for name, value in headers if name == MARK), None)
        if until is None:
            start_response(*answered)
            return body if environ["REQUEST_METHOD"] == "GET" else _emptied(body)
        copy = self._keep(key, until, headers, _collected(body), inner.get(HOLE))
        return copy.answer(environ, start_response)

    def _keep(
        self, key: tuple[str, str], until: str, headers: list[tuple[str, str]], body: bytes, hole: Hole | None
    ) -> Copy | FormCopy:
        remaining = float("inf")
        if until != NO_CHANGE_AHEAD:
            remaining = (datetime.fromisoformat(until) - clock.now()).total_seconds()
        copy = _form_copy(headers, body, hole) if hole else _public_copy(headers, body, remaining)
        if self.seconds:
            now = clock.ticks()
            self._store(key, _Kept(copy, now + min(self.seconds, remaining), now + min(OLDEST_SECONDS, remaining)))
        return copy

    def _store(self, key: tuple[str, str], kept: _Kept) -> None:
        with self.storing:
            self.kept.pop(key, None)  # Put in anew, so that the first in line is the one renewed longest ago.
            self.kept[key] = kept
            while len(self.kept) > MOST_COPIES:
                del self.kept[next(iter(self.kept))]


def _public_copy(headers: list[tuple[str, str]], body: bytes, remaining: float) -> Copy:
    lasts = BROWSER_SECONDS if remaining > BROWSER_SECONDS + OLDEST_SECONDS else 0
    headers = [header for header in headers if header[0] not in {MARK, "Cache-Control"}]
    return Copy([*headers, ("Cache-Control", f"public, max-age={lasts}")], body)


def _form_copy(headers: list[tuple[str, str]], body: bytes, hole: Hole) -> FormCopy:
    return FormCopy([header for header in headers if header[0] != MARK], body, hole.place.encode(), hole.make)


def canonical(query: str, names: tuple[str, ...]) -> str:
    """The known parameters of a query, each once and in one order: what a copy is made from and kept under."""
    given: dict[str, str] = {}
    for name, value in parse_qsl(query[:LONGEST_QUERY]):
        given.setdefault(name, value)
    return urlencode([(name, given[name]) for name in names if name in given])


def _collected(body: Any) -> bytes:
    try:
        return b"".join(body)
    finally:
        if hasattr(body, "close"):
            body.close()


def _emptied(body: Any) -> list[bytes]:
    if hasattr(body, "close"):
        body.close()
    return []

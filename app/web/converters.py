"""Kinds of values in addresses. What does not fit is no page of ours: 404 before any query."""

from typing import Any

from flask import Flask, abort, redirect, request
from flask.globals import request_ctx
from werkzeug.routing import BaseConverter, IntegerConverter
from werkzeug.wrappers import Response as BaseResponse

LARGEST_ROW_NUMBER = 2_147_483_647


class SlugConverter(BaseConverter):
    """Small letters, digits and single hyphens, as slugs are made."""

    regex = "[a-z0-9]+(?:-[a-z0-9]+)*"

    def to_python(self, value: str) -> str:
        return value[:101]  # One more than the longest slug: found by none.


class RowNumberConverter(IntegerConverter):
    """``<int:…>``, as far as a row of either database can be numbered; the digits 0 to 9 alone."""

    regex = "[0-9]+"

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{"max": LARGEST_ROW_NUMBER, **options})


def init_app(app: Flask) -> None:
    app.url_map.merge_slashes = False
    app.before_request(refuse_doubled_slashes)
    app.before_request(forgive_last_slash)
    app.url_map.converters |= {"slug": SlugConverter, "int": RowNumberConverter}


def refuse_doubled_slashes() -> None:
    """``//events`` is no address of ours, and would name a host in a link. Werkzeug takes it for ``/events``."""
    if request.environ["PATH_INFO"].startswith("//"):
        abort(404)


def forgive_last_slash() -> BaseResponse | None:
    """``/events/`` is ``/events``, as people type it. Only to a page that there is, so never to another host."""
    path, adapter = request.path.removesuffix("/"), request_ctx.url_adapter
    if request.routing_exception is None or path == request.path or adapter is None:
        return None
    if request.method not in {"GET", "HEAD"} or not adapter.test(path, "GET"):
        return None
    query = request.query_string.decode("ascii", "replace")
    return redirect(request.script_root + path + (f"?{query}" if query else ""), 308)

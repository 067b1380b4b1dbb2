"""Kinds of values in addresses. What does not fit is no page of ours: 404 before any query."""

from flask import Flask, abort, request
from werkzeug.routing import BaseConverter


class SlugConverter(BaseConverter):
    """Small letters, digits and single hyphens, as slugs are made."""

    regex = "[a-z0-9]+(?:-[a-z0-9]+)*"

    def to_python(self, value: str) -> str:
        return value[:101]  # One more than the longest slug: found by none.


def init_app(app: Flask) -> None:
    app.url_map.merge_slashes = False
    app.before_request(refuse_doubled_slashes)
    app.url_map.converters["slug"] = SlugConverter


def refuse_doubled_slashes() -> None:
    """``//events`` is no address of ours, and would name a host in a link. Werkzeug takes it for ``/events``."""
    if request.environ["PATH_INFO"].startswith("//"):
        abort(404)

"""The page for whom we cannot serve now: when to come again, with all that was typed, and a button that sends it."""

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from flask import Flask, render_template, request
from markupsafe import escape

from app.web import site
from app.web.headers import LARGEST_BODY
from app.web.language import CHOSEN

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

RETRY_AFTER = "30"
FORM = "application/x-www-form-urlencoded"
# Stand in the kept page where this person's own values go.
ACTION, NAME, VALUE = "put-action-here-6c1f", "put-name-here-6c1f", "put-value-here-6c1f"
_FIELD = re.compile(f"<input[^>]*{NAME}[^>]*>")
Typed = Iterable[tuple[str, str]]


def page() -> str:
    """The page within a request that could not be done."""
    was_sent = request.method == "POST"
    typed = list(request.form.items(multi=True)) if was_sent else []
    return _page(request.script_root + request.path, typed, was_sent)


def _page(action: str, typed: Typed, was_sent: bool) -> str:
    site.ask_nothing()  # The database may be what is missing.
    return render_template("errors/busy.html", action=action, typed=typed, was_sent=was_sent)


class BusyPages:
    """The same page without entering Flask, rendered once for each language: it is needed when time is short."""

    def __init__(self, app: Flask, headers: Mapping[str, str]) -> None:
        self.app = app
        self.headers = [*headers.items(), ("Content-Type", "text/html; charset=utf-8")]
        self.headers += [("Cache-Control", "no-store"), ("Retry-After", RETRY_AFTER)]
        self._shells: dict[tuple[str, bool], str] = {}

    def answer(self, environ: dict[str, Any], start_response: "StartResponse") -> list[bytes]:
        was_sent = environ["REQUEST_METHOD"] == "POST"
        shell = self._shell(environ.get(CHOSEN, ""), was_sent)
        action = str(escape(environ.get("SCRIPT_NAME", "") + environ["PATH_INFO"]))
        body = _filled(shell.replace(ACTION, action), _read(environ) if was_sent else ()).encode()
        start_response("503 Service Unavailable", [*self.headers, ("Content-Length", str(len(body)))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _shell(self, language: str, was_sent: bool) -> str:
        known = self._shells.get((language, was_sent))
        if known is None:
            chosen = {CHOSEN: language} if language else {}
            with self.app.test_request_context("/", environ_overrides=chosen):
                known = self._shells[language, was_sent] = _page(ACTION, [(NAME, VALUE)], was_sent)
        return known


def _filled(shell: str, typed: Typed) -> str:
    """The shell's one field stands for as many as were sent."""
    field = _FIELD.search(shell)
    if field is None:
        return shell
    fields = (field[0].replace(NAME, str(escape(name))).replace(VALUE, str(escape(value))) for name, value in typed)
    return shell[: field.start()] + "".join(fields) + shell[field.end() :]


def _read(environ: dict[str, Any]) -> list[tuple[str, str]]:
    """The fields of a form of ours; nothing of anything else."""
    length = environ.get("CONTENT_LENGTH") or "0"
    if not environ.get("CONTENT_TYPE", "").startswith(FORM) or not length.isdigit() or int(length) > LARGEST_BODY:
        return []
    body = environ["wsgi.input"].read(int(length))
    return parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)

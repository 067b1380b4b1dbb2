"""What a form's body must be before anybody reads it: our forms send one kind of body, in UTF-8, and whole."""

from io import BytesIO
from threading import Semaphore
from urllib.parse import unquote_to_bytes

from flask import Flask, abort, request

FORM = "application/x-www-form-urlencoded"
# A server process has four threads. One of them never waits for half a form, so that pages are answered whatever comes.
READERS = 3
SECONDS_FOR_A_TURN = 0.5

_turns = Semaphore(READERS)


def init_app(app: Flask) -> None:
    app.before_request(read_whole)


def read_whole() -> None:
    """Read a small body before anything is done with it, and only so many at once: the server waits as long as the
    connection stands for somebody who was cut off in the middle, or never meant to finish.
    """
    size = _expected_size()
    if not size:
        return
    if not _turns.acquire(timeout=SECONDS_FOR_A_TURN):
        abort(503)
    try:
        request.environ["wsgi.input"] = BytesIO(request.environ["wsgi.input"].read(size))
    finally:
        _turns.release()


def _expected_size() -> int:
    """How much to read: what is announced, or as much as we take. What is too large is refused without being read."""
    most = request.max_content_length or 0
    if request.content_length is None:
        return most + 1 if "Transfer-Encoding" in request.headers else 0
    return request.content_length if request.content_length <= most else 0


def refuse_unreadable() -> None:
    """Refuse what no form of ours sends (a before_request function): another kind, packed, or no text."""
    if request.method != "POST":
        return
    if request.mimetype != FORM or request.mimetype_params.keys() - {"charset"}:
        abort(415)
    if request.headers.get("Content-Encoding", "identity") != "identity":
        abort(415)
    try:
        unquote_to_bytes(request.get_data()).decode()
    except UnicodeDecodeError:
        abort(400)

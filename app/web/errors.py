"""What people read when something fails: one table for HTTP's refusals, one page for all. Our own: refusals.py."""

import errno
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException, InternalServerError, ServiceUnavailable

from app.web import busy, site
from app.web.refusals import REFUSALS, sentence_for
from app.write_queue import QueueTooLongError

KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate", "Location")
RETRY_AFTER_SECONDS = "60"
EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM})


@dataclass(frozen=True)
class Wording:
    """A refusal in words: what happened, and the way on."""

    title: LazyString
    sentence: LazyString | str


HTTP_WORDING: dict[int, Wording] = {
    400: Wording(
        _l("We could not read this request"),
        _l("Something in it is not as a browser sends it. Go back, reload the page and try again."),
    ),
    403: Wording(_l("You may not see this page"), _l("Your role does not include it. Ask an administrator.")),
    404: Wording(
        _l("Page not found"),
        _l("The address may be mistyped, or the page has gone. Look for the event in the list."),
    ),
    405: Wording(_l("This page cannot do that"), _l("Go back to the page you came from and try from there.")),
    410: Wording(_l("This page has gone"), _l("It was here once and will not come back.")),
    413: Wording(_l("That was too much at once"), _l("Shorten what you typed or sent, and try again.")),
    415: Wording(
        _l("We could not read what you sent"), _l("It came in a form we do not read. Use the form on the page.")
    ),
    429: Wording(
        _l("Too many tries in a short time"),
        _l("Wait a minute, then go back and send it again. What you typed is still there."),
    ),
    500: Wording(
        _l("Something went wrong on our side"),
        _l("We have a record of it. Try again in a few minutes, or write to us if it stays."),
    ),
    503: Wording(
        _l("We cannot answer right now"), _l("We are busy or under repair. Try again in a minute. Nothing is lost.")
    ),
}
UNKNOWN = Wording(_l("We could not do this"), _l("Go back and try again."))


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(OperationalError, database_away)
    app.register_error_handler(PoolTimeoutError, database_away)
    app.register_error_handler(QueueTooLongError, database_away)
    app.register_error_handler(OSError, machine_exhausted)
    for refusal in REFUSALS:
        app.register_error_handler(refusal, refused)


def refused(refusal: Exception) -> Response:
    wording = Wording(_l("We could not do this"), sentence_for(refusal))
    return page(REFUSALS[type(refusal)].status, wording, page_error=True)


def http_error(error: HTTPException) -> Response:
    """A plain page in our words, with the headers that the status needs."""
    status = error.code or 500
    if error.response is not None or status < 400:
        return make_response(error.get_response())
    response = page(status, HTTP_WORDING.get(status, UNKNOWN))
    for name, value in error.get_headers():
        if name in KEPT_HEADERS:
            response.headers[name] = value
    if status in {429, 503}:
        response.headers.setdefault("Retry-After", RETRY_AFTER_SECONDS)
    return response


def database_away(error: Exception) -> Response:
    """The database does not answer: nothing was kept, and trying again soon is right."""
    current_app.logger.error("The database does not answer, or the machine is exhausted.", exc_info=error)
    if request.method == "POST" and not g.get("in_console"):
        return make_response(busy.page(), 503, {"Retry-After": RETRY_AFTER_SECONDS})  # With what was typed.
    return http_error(ServiceUnavailable())


def machine_exhausted(error: OSError) -> Response:
    """No file can be opened now, or nothing be written: as with a database that does not answer."""
    if error.errno not in EXHAUSTED:
        raise error
    return database_away(error)


def page(status: int, wording: Wording, **values: Any) -> Response:
    template = "errors/staff.html" if g.get("in_console") else "errors/page.html"
    if status >= InternalServerError.code:
        site.ask_nothing()  # The page must not need what may just have failed.
        template = "errors/page.html"
    return make_response(render_template(template, wording=wording, status=status, **values), status)

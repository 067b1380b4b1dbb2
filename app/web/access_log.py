"""One line for each request, without what is private: link tokens are masked, and queries are left out."""

import logging
import re
import secrets
from typing import TYPE_CHECKING, Any

from app import clock

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

REQUEST_ID = "trade_events.request_id"
PERSONAL = "registrations|bookings|invitations|follow|subscriptions"
# What follows these in a path opens somebody's page.
_TOKEN = re.compile(
    rf"(/(?:{PERSONAL})/"
    r"|/staff/access/(?:reset|invitation|authenticator|passkeys|passkey|passkey-verify)/)[^/]+"
)
_UNPRINTABLE = re.compile(r"[^\x21-\x7e]")
_ADDRESSES_WITHOUT_TOKEN = ("/registrations/find",)

log = logging.getLogger("trade_events.access")


class AccessLog:
    """The very outermost layer in production."""

    def __init__(self, app: "WSGIApplication") -> None:
        self.app = app
        log.setLevel(logging.INFO)
        if not log.handlers:
            log.addHandler(logging.StreamHandler())

    def __call__(self, environ: dict[str, Any], start_response: "StartResponse") -> Any:
        began, path, method = clock.ticks(), environ["PATH_INFO"], environ["REQUEST_METHOD"]
        request_id = environ[REQUEST_ID] = secrets.token_hex(8)

        def started(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            milliseconds = (clock.ticks() - began) * 1000
            log.info("%s %s %s %.1f %s", _plain(method), masked(path), status[:3], milliseconds, request_id)
            return start_response(status, [*headers, ("X-Request-Id", request_id)], *rest)

        return self.app(environ, started)


def masked(path: str) -> str:
    """A path as it may stand in a log, on one line."""
    if path.endswith(_ADDRESSES_WITHOUT_TOKEN):
        return _plain(path)
    return _plain(_TOKEN.sub(r"\1***", path))


def _plain(text: str) -> str:
    return _UNPRINTABLE.sub("?", text)

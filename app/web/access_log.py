"""One line for each request, without what is private: no tokens, no queries, of visitors their network alone."""

import logging
import re
import secrets
import time
from functools import lru_cache
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

from app import clock

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

REQUEST_ID = "trade_events.request_id"
OWN_REQUEST = "trade_events.own_request"  # Nobody sent it: we open our own pages before anybody comes.
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
    """Outside all that answers. Writes to standard error, each line with its time in UTC."""

    def __init__(self, app: "WSGIApplication") -> None:
        self.app = app
        log.setLevel(logging.INFO)
        if not log.handlers:
            lines = logging.Formatter("%(asctime)s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
            lines.converter = time.gmtime
            log.addHandler(logging.StreamHandler())
            log.handlers[0].setFormatter(lines)

    def __call__(self, environ: dict[str, Any], start_response: "StartResponse") -> Any:
        if OWN_REQUEST in environ:
            return self.app(environ, start_response)
        began, path, method = clock.ticks(), environ["PATH_INFO"], environ["REQUEST_METHOD"]
        visitor = network(environ.get("REMOTE_ADDR", ""))
        request_id = environ[REQUEST_ID] = secrets.token_hex(8)

        def started(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            milliseconds = (clock.ticks() - began) * 1000
            words = (visitor, _plain(method), masked(path), status[:3])
            log.info("%s %s %s %s %.1f %s", *words, milliseconds, request_id)
            return start_response(status, [*headers, ("X-Request-Id", request_id)], *rest)

        return self.app(environ, started)


@lru_cache(maxsize=1024)
def network(address: str) -> str:
    """Where a visitor comes from, without the last part that is one household's: /24, or /48 of IPv6."""
    try:
        return str(ip_network((address, 48 if ":" in address else 24), strict=False))
    except ValueError:
        return "-"  # No address, or a proxy that writes something else.


def masked(path: str) -> str:
    """A path as it may stand in a log, on one line."""
    if path.endswith(_ADDRESSES_WITHOUT_TOKEN):
        return _plain(path)
    return _plain(_TOKEN.sub(r"\1***", path))


def _plain(text: str) -> str:
    return _UNPRINTABLE.sub("?", text)

"""Those who watch the service ask each node by its own address, and need not know the site's name."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

PROBES = frozenset({"/healthz", "/readyz", "/metrics"})


class Probes:
    """Lets any Host reach the three addresses whose answers say nothing of a host."""

    def __init__(self, app: "WSGIApplication", base_url: str) -> None:
        self.app, self.host = app, urlsplit(base_url).netloc

    def __call__(self, environ: dict[str, Any], start_response: "StartResponse") -> Any:
        if environ["PATH_INFO"] in PROBES:
            environ["HTTP_HOST"] = self.host
        return self.app(environ, start_response)

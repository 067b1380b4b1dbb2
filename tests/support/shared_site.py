"""One served site for all the stories of a test process: to start a server takes longer than many a story.

The database behind it is emptied before each test, and so is what the site remembers of its visitors.
"""

import urllib.request
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from flask import Flask

from app import create_app
from app.extensions import limiter
from tests.support.serving import LiveServer

FORGET = "/forget-all-visitors"


def create() -> Flask:
    """The app, and beside it an address of the tests' own: a new test is a new day for limits."""
    app = create_app()
    site = app.wsgi_app

    def serve(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] != FORGET:
            return site(environ, start)
        with app.app_context():
            limiter.reset()
        start("204 No Content", [])
        return []

    app.wsgi_app = serve
    return app


class SharedSite:
    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self.folder, self.settings = folder, settings
        self.server: LiveServer | None = None
        self.made_for = 0

    def on(self, database: str, number: int) -> LiveServer:
        """The site on this database; on another one, which has another number, it starts anew."""
        if self.server and self.made_for != number:
            self.stop()
        if self.server is None:
            target = f"{create.__module__}:{create.__name__}"
            self.server, self.made_for = LiveServer(database, self.folder, self.settings, target=target).start(), number
        urllib.request.urlopen(f"{self.server.url}{FORGET}", timeout=30).close()
        return self.server

    def stop(self) -> None:
        if self.server:
            self.server.stop()
            self.server = None

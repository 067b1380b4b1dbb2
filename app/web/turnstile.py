"""A turnstile before Flask: only so many requests are worked on at once, the others wait for their turn.

When the line has been long for some seconds more people come than can be served. Whoever comes then is told at once
to come again in a while, on a page that holds what they typed; the others are served as fast as ever. Whoever has
begun goes on: to send somebody away who has typed loses the work of all the pages before.
"""

from dataclasses import dataclass, field
from threading import Lock, Semaphore
from typing import TYPE_CHECKING, Any

from app import clock
from app.web.busy import BusyPages

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

# More only take the processor from each other: in a rush 16 wait more than twice as long as 4. On SQLite most of them
# wait for its one lock, and the more of them wait, the more share the next commit (together.py).
AT_ONCE, AT_ONCE_ON_SQLITE = 4, 16
LONG, SHORT = 32, 8  # A line this long is long, until it is this short.
LONGEST = 4 * LONG  # For those who have begun.
PATIENCE = 5.0  # Seconds for which the line may be long; a short crush is served late rather than sent away.
BEGUN = ("/registrations/", "/bookings/", "/invitations/")  # Pages that are somebody's own.
# Staff may be about to pause the registration, and the machines that watch us must not think us dead.
FREE_TO_PASS = ("/staff", "/healthz", "/readyz", "/metrics")


@dataclass
class Line:
    """How many wait, and since when that is too many."""

    standing: int = 0
    long_since: float | None = None
    counting: Lock = field(default_factory=Lock)

    def join(self, *, has_begun: bool = False) -> bool:
        """Whether this one may wait."""
        with self.counting:
            if self.standing >= LONG and self.long_since is None:
                self.long_since = clock.ticks()
            elif self.standing <= SHORT:
                self.long_since = None
            if self.standing >= (LONGEST if has_begun else LONG) and self.is_too_long():
                return False
            self.standing += 1
            return True

    def is_too_long(self) -> bool:
        since = self.long_since  # Read once: another thread may find the line short meanwhile.
        return since is not None and clock.ticks() - since > PATIENCE

    def leave(self) -> None:
        with self.counting:
            self.standing -= 1


class Turnstile:
    """The layer right before Flask."""

    def __init__(self, app: "WSGIApplication", busy: BusyPages, *, at_once: int = AT_ONCE) -> None:
        self.app, self.busy = app, busy
        self.places, self.line = Semaphore(at_once), Line()

    def is_crowded(self) -> bool:
        """Whether somebody who begins now would be told to come again."""
        return self.line.standing >= LONG and self.line.is_too_long()

    def __call__(self, environ: dict[str, Any], start_response: "StartResponse") -> Any:
        if environ["PATH_INFO"].startswith(FREE_TO_PASS):
            return self.app(environ, start_response)
        has_begun = environ["REQUEST_METHOD"] == "POST" or environ["PATH_INFO"].startswith(BEGUN)
        if not self.line.join(has_begun=has_begun):
            return self.busy.answer(environ, start_response)
        self.places.acquire()
        self.line.leave()
        try:
            return self.app(environ, start_response)
        finally:
            self.places.release()

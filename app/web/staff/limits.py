"""How often signing in may be tried. Counted before anything is hashed, for known and unknown addresses alike."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from flask import abort, request, session
from limits import RateLimitItem, parse

from app.web.limits import hit, passes
from app.web.staff import known_browser

TRIES = parse("5/minute")  # One address from one peer.
FAILURES = parse("10/5 minutes")  # One address, from anywhere.
ALL_FAILURES = parse("1000/5 minutes")
CODES = [parse("5/5 minutes"), parse("20/hour"), parse("50/day")]  # Second factors of one member.
RESETS = [parse("1/5 minutes"), parse("5/day")]
ASKING = parse("10/minute")  # Reset links and invitations from one peer.
# A password takes a tenth of a second of a processor. Half of a process's four threads may spend it at once, so that
# a flood of tries leaves the other half to everybody else.
HASHES_AT_ONCE = BoundedSemaphore(2)
SECONDS_FOR_A_HASH = 0.05


def guard_sign_in() -> None:
    """Answer 429 to a request that tries again too soon."""
    match request.endpoint, request.method:
        case "security.login", "POST":
            _guard_password(_key(request.form.get("email", "")))
        case "security.verify" | "security.change_password", "POST":
            _take(TRIES, "verify", session.get("_user_id", ""))
        case "security.two_factor_token_validation" | "security.mf_recovery", "POST":
            for limit in CODES:
                _take(limit, "code", session.get("tf_user_id", ""))
        case "security.forgot_password" | "staff.accept_invitation" | "security.reset_password", "POST":
            _take(ASKING, "asking", request.remote_addr or "")


def _guard_password(email: str) -> None:
    if not passes(FAILURES, *_counter(email)) or not passes(ALL_FAILURES, "all failures"):
        abort(429)
    _take(TRIES, "tries", email, request.remote_addr or "")


@contextmanager
def hashing() -> Iterator[None]:
    """Around whatever computes a stranger's password. Answers 429 when enough are being computed already."""
    if not HASHES_AT_ONCE.acquire(timeout=SECONDS_FOR_A_HASH):
        abort(429)
    try:
        yield
    finally:
        HASHES_AT_ONCE.release()


def count_failure(email: str) -> None:
    hit(FAILURES, *_counter(_key(email)))
    hit(ALL_FAILURES, "all failures")


def _counter(email: str) -> tuple[str, str]:
    """Failures count by address; those of a browser known for the address count apart."""
    browser = known_browser.of(email)
    return ("failures in a browser", browser) if browser else ("failures", email)


def has_had_reset(email: str) -> bool:
    """Whether this member got a reset link just now. Nobody is told: the page says the same."""
    return not all(hit(limit, "reset", _key(email)) for limit in RESETS)


def _key(email: str) -> str:
    return email.strip().lower()[:254]


def _take(limit: RateLimitItem, *of: str) -> None:
    if not hit(limit, *of):
        abort(429)

"""Where a request comes from: forms of other sites are refused before anything is read."""

from urllib.parse import urlsplit

from flask import abort, request

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def is_from_here() -> bool:
    """Browsers say where a form stood: by Sec-Fetch-Site, or by Origin. Programs say nothing and have no cookie."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def refuse_foreign_origin() -> None:
    if request.method not in SAFE and not is_from_here():
        abort(403)

"""Where a request comes from: whether a form stood on a page of ours."""

from urllib.parse import urlsplit

from flask import current_app, request


def is_from_here() -> bool:
    """Browsers say where a form stood: by Sec-Fetch-Site, or by Origin. Programs say nothing and have no cookie."""
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc in {urlsplit(current_app.config["BASE_URL"]).netloc, request.host}

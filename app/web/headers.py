"""The headers of every answer, errors and static files included; and which hosts we answer for."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": browsers would then send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
LARGEST_BODY = 64 * 1024  # A view that takes files raises it for its own request.
STRICT_TRANSPORT = {"Strict-Transport-Security": "max-age=31536000"}


def standing(settings: Mapping[str, Any]) -> dict[str, str]:
    """What every answer carries; a public host also asks browsers to come by HTTPS alone."""
    return SECURITY | (STRICT_TRANSPORT if settings["PRODUCTION"] else {})


def init_app(app: Flask) -> None:
    """Give each answer its headers, and answer for the host of BASE_URL alone once that is a public one."""
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_CONTENT_LENGTH"] or LARGEST_BODY
    if app.config["PRODUCTION"]:
        app.config["TRUSTED_HOSTS"] = [urlsplit(app.config["BASE_URL"]).hostname]
    app.after_request(complete)


def complete(response: Response) -> Response:
    """Add what is missing; a view that set a header of its own keeps it."""
    for name, value in standing(current_app.config).items():
        response.headers.setdefault(name, value)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response

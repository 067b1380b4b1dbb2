"""The address alone chooses the language: /es/events is /events in Spanish. The first language has no prefix."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from babel import Locale
from flask import current_app, has_request_context, request

from app import links

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

CHOSEN = "trade_events.language"
# These speak one language, or none.
WITHOUT_PREFIX = ("/staff", "/static", "/api", "/healthz", "/readyz", "/metrics", "/robots.txt", "/.well-known")


class LanguagePrefix:
    """Moves a known prefix from the path into SCRIPT_NAME, so that every address made for the page keeps it."""

    def __init__(self, app: "WSGIApplication", languages: list[str]) -> None:
        self.app = app
        self.languages = languages[1:]

    def __call__(self, environ: dict[str, Any], start_response: "StartResponse") -> Any:
        for language in self.languages:
            prefix, path = f"/{language}", environ["PATH_INFO"]
            rest = path.removeprefix(prefix)
            if path.startswith(prefix) and rest[:1] in {"", "/"} and not rest.startswith(WITHOUT_PREFIX):
                script_name = environ.get("SCRIPT_NAME", "") + prefix
                environ |= {"PATH_INFO": rest or "/", "SCRIPT_NAME": script_name, CHOSEN: language}
        return self.app(environ, start_response)


def current() -> str:
    """The language of this page; outside a request the first one."""
    default: str = current_app.config["LANGUAGES"][0]
    return str(request.environ.get(CHOSEN, default)) if has_request_context() else default


def prefix_of(language: str) -> str:
    return "" if language == current_app.config["LANGUAGES"][0] else f"/{language}"


def in_every(languages: list[str], by_path: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """What holds for a path holds for it in each language."""
    prefixes = ["", *(f"/{language}" for language in languages[1:])]
    return {prefix + path: value for prefix in prefixes for path, value in by_path.items()}


def others(path: str) -> list[dict[str, str]]:
    """This page in every language: code, the language's own name, its address, and that in full."""
    return [
        {
            "code": code,
            "label": Locale.parse(code, sep="-").get_display_name() or code,
            "url": prefix_of(code) + path,
            "full_url": links.absolute(path, code),
        }
        for code in current_app.config["LANGUAGES"]
    ]

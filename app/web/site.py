"""What every page needs around its own content: names, language, the notice in force, the demonstration's band."""

from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, has_request_context, request
from flask_babel import gettext as _

from app import clock
from app.formats import content_files
from app.operations.program import listing
from app.web import kept, language
from app.web.static_files import static_url

FACTS = "trade_events.site_facts"
NOTHING = listing.SiteFacts("", None, False)


def init_app(app: Flask) -> None:
    app.add_template_global(static_url)
    app.context_processor(around_a_page)
    app.after_request(keep_robots_away)


def facts() -> listing.SiteFacts:
    """What stands over every page; read once a request."""
    found: listing.SiteFacts | None = request.environ.get(FACTS)
    if found is None:
        found = request.environ[FACTS] = listing.site_facts(clock.now())
        kept.until(found.notice_ends_at)
    return found


def ask_nothing() -> None:
    """Answer this request without the database."""
    request.environ[FACTS] = NOTHING


def asks_nothing() -> bool:
    """Whether this request is answered without the database."""
    return request.environ.get(FACTS) is NOTHING


def keep_robots_away(response: Response) -> Response:
    """A demonstration is not indexed, whatever the page says."""
    if request.environ.get(FACTS, NOTHING).is_demo:
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def around_a_page() -> dict[str, Any]:
    """Values of layouts/base.html. Mails are made outside a request and get none of it."""
    if not has_request_context():
        return {}
    found = facts()
    return {
        "organization_name": current_app.config["ORGANIZATION_NAME"],
        "site_name": _("Trade Events"),
        "site_notice": {"text": found.notice} if found.notice else None,
        "is_demo": found.is_demo,
        "show_official_banner": current_app.config["OFFICIAL_BANNER"],
        "identifier": content_files.identifier(language.current(), own_texts()),
        "language": language.current(),
        "language_prefix": language.prefix_of(language.current()),
        "languages": language.others(request.path),
        "here": request.path,
    }


def own_texts() -> Path:
    """Where an office puts files of its own, which win over ours."""
    return Path(current_app.config["INSTANCE_DIR"]) / "content"


def mail_pace() -> int:
    """How many mails may leave in a minute; 0 is no limit."""
    most: int = current_app.config["MAIL_MESSAGES_PER_MINUTE"]
    return most

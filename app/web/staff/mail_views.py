"""A mail as its reader will see it, on a page of the console: the designed form in a frame, the plain text beside it.

Nothing in the frame can be pressed, and no script runs there: the frame is sealed off, and the links have lost their
addresses. A sealed frame obeys the policy of the page around it, which allows no styles beside words; so those are
gathered in a sheet, and the page allows the mail's own sheets by their digests and nothing else.
"""

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from html import unescape
from typing import Any

from flask import Response, after_this_request

from app.mail.rendering import HOUSE, render
from app.models import MailWords, MessageKind
from app.web import site
from app.web.access_log import PERSONAL
from app.web.headers import CONTENT_SECURITY_POLICY

_KEY = re.compile(rf"(/(?:{PERSONAL})/)(?!find\b)[\w.~-]+")
_ADDRESS = re.compile(r'(<a\b[^>]*?)\s+href="[^"]*"', re.IGNORECASE)
_LOOK = re.compile(r'(<[a-z][^<>]*?)\s+style="([^"]*)"', re.IGNORECASE)
_SHEET = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MailView:
    subject: str
    text: str
    html: str  # Without addresses; empty where the mail has no designed form.


def mail_view(
    kind: MessageKind, facts: dict[str, Any], language: str = "en", *, at: datetime, words: MailWords = HOUSE
) -> MailView:
    """What would be written now."""
    mail = render(kind, facts, language, at=at, words=words, is_demo=site.facts().is_demo)
    return seen(mail.subject, mail.text, mail.html)


def seen(subject: str, text: str, html: str) -> MailView:
    """The page that is being answered may show this mail's looks."""
    shown = _with_sheet(_ADDRESS.sub(r"\1", html.replace("\r\n", "\n")))
    _allow(_SHEET.findall(shown))
    return MailView(subject, text, shown)


def _with_sheet(html: str) -> str:
    """The same looks, written in one place: each style beside words becomes a rule of a sheet."""
    looks: dict[str, int] = {}
    named = _LOOK.sub(lambda found: f'{found[1]} data-look="{looks.setdefault(found[2], len(looks))}"', html)
    rules = "".join(f'[data-look="{number}"]{{{unescape(look)}}}' for look, number in looks.items())
    return named.replace("</head>", f"<style>{rules}</style></head>", 1) if rules else named


def _allow(sheets: Sequence[str]) -> None:
    digests = "".join(f" 'sha256-{b64encode(sha256(sheet.encode()).digest()).decode()}'" for sheet in sheets)

    @after_this_request
    def allow(response: Response) -> Response:
        policy = CONTENT_SECURITY_POLICY.replace("style-src 'self'", f"style-src 'self'{digests}")
        response.headers["Content-Security-Policy"] = policy
        return response


def without_keys(view: MailView) -> MailView:
    """The same for eyes that may see people and change nothing: a link in it would let them act as the person."""
    return MailView(view.subject, _KEY.sub(r"\1•••", view.text), _KEY.sub(r"\1•••", view.html))


def without_way_in(registration: dict[str, Any]) -> dict[str, Any]:
    """A person's facts with links that open nothing: whoever looks at a mail gets no key to a registration."""
    return registration | {"id": 0, "link_version": 0}

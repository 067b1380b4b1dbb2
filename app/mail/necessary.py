"""What a mail must go on saying, in whatever words: what, when, where, and every link that the house's own has.

And what it must not say with words of its own, because it may change: then it would become untrue.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from flask_babel import force_locale
from flask_babel import gettext as _

from app.mail.facts import happening
from app.mail.rendering import Rendered, render
from app.models import MailWords, MessageKind, Mode, Placeholder

_LINK = re.compile(r"https?://\S+[^\s.,)]")


def missing(kind: MessageKind, facts: dict[str, Any], words: MailWords, language: str) -> list[str]:
    """What the mail says in the words of the house and would not say in these, by name."""
    house, own = (render(kind, facts, language, words=one) for one in (MailWords(), words))
    with force_locale(language):
        return lost(house, own, _facts(facts, language)) + _lost_links(house, own)


def _facts(facts: dict[str, Any], language: str) -> dict[str, str]:
    told = facts.get("registration")
    if not facts.get("event"):
        return {}
    event = happening(facts["event"], language, mode=Mode(told["mode"]) if told else None)
    when = event.when
    return {_("what"): event.title, _("when"): f"{when.day} {when.time}" if when else "", _("where"): event.place}


def lost(house: Rendered, own: Rendered, told: dict[str, str]) -> list[str]:
    """Which of these the first says and the second does not."""
    before, after = (" ".join(mail.text.split()) for mail in (house, own))
    return [name for name, value in told.items() if value and value in before and value not in after]


def _lost_links(house: Rendered, own: Rendered) -> list[str]:
    before, after = (set(_LINK.findall(mail.text)) for mail in (house, own))
    return [_("a link: %(link)s", link=link) for link in sorted(before - after)]


def typed_out(facts: dict[str, Any], texts: Iterable[str], language: str) -> list[tuple[str, Placeholder]]:
    """What these texts say of when and where in words of their own, and what to put there instead."""
    if not (event := facts.get("event")):
        return []
    text = "\n".join(texts)
    patterns = [(pattern, Placeholder.STARTS) for pattern in _moments(event, language)]
    if event["venue"] and event["venue"]["name"]:
        patterns.append((re.escape(event["venue"]["name"]), Placeholder.PLACE))
    found = [(re.search(rf"\b(?:{pattern})(?!\w)", text, re.IGNORECASE), one) for pattern, one in patterns]
    return [(match[0], one) for match, one in found if match]


def _moments(event: dict[str, Any], language: str) -> list[str]:
    """The day and the hour at which it begins, as people write them: Dec. 8, 1 p.m., 13:00."""
    if not event.get("starts_at"):
        return []
    start = datetime.fromisoformat(event["starts_at"]).astimezone(ZoneInfo(event["time_zone"]))
    names = (format_datetime(start, width, locale=language).rstrip(".") for width in ("MMMM", "MMM"))
    months = "|".join(map(re.escape, names))
    hour, minutes = start.hour % 12 or 12, f":{start:%M}"
    half = rf"\s?{start:%p}"[:-1].lower() + r"\.?\s?m\.?"
    return [
        rf"(?:{months})\.?\s+{start.day}(?:st|nd|rd|th)?",
        rf"{hour}{minutes if start.minute else f'(?:{minutes})?'}{half}",
        rf"{start:%H}{minutes}",
    ]

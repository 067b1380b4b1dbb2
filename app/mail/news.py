"""What mails about following say: what there is news of, what somebody follows, and the links that are theirs alone."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from app import links
from app.mail import sentences
from app.mail.facts import Happening, happening
from app.mail.times import instant
from app.models import MessageKind, Rhythm

# What happened with an event → its word, and the tone in which the word stands.
WORDS = {
    "new": (_l("New"), "good"),
    "changed": (_l("Changed"), "note"),
    "postponed": (_l("Postponed"), "note"),
    "cancelled": (_l("Cancelled"), "stop"),
}


@dataclass(frozen=True, slots=True)
class NewsItem:
    """One event in a digest."""

    label: str
    tone: str
    event: Happening
    changes: sentences.Comparison
    opens: str  # When registration opens, while that is to come.
    reason: str

    @property
    def is_new(self) -> bool:
        return self.tone == "good"

    @property
    def is_off(self) -> bool:
        return self.tone == "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """The other facts of these mails. Where there is no such link it is empty."""

    items: list[NewsItem]
    confirm_url: str
    manage_url: str
    stop_url: str
    rhythm: str


def following(kind: MessageKind, facts: dict[str, Any], language: str) -> Following | None:
    """None for mails that have nothing to do with it."""
    if kind not in {MessageKind.NEWS, MessageKind.CONFIRM_FOLLOWING}:
        return None
    items = [_item(one, language) for one in facts.get("news", [])]
    request, digest = facts.get("request"), facts.get("subscriber")
    return Following(
        items=items,
        confirm_url=links.confirm_following(request["id"], request["version"], language) if request else "",
        manage_url=links.subscriptions(digest, language) if digest else "",
        stop_url=links.stop_news(digest, language) if digest else "",
        rhythm=str(Rhythm(facts["rhythm"]).label) if facts.get("rhythm") else "",
    )


def _item(one: dict[str, Any], language: str) -> NewsItem:
    event = happening(one["event"], language)
    before = happening(one["before"], language) if one["before"] else None
    label, tone = WORDS[one["what"]]
    opens = instant(one["opens_at"], one["event"]["time_zone"], language)
    changes = sentences.comparison(before, event) if before and one["what"] == "changed" else []
    return NewsItem(str(label), tone, event, changes, opens, one["reason"])

"""What a mail must go on saying, in whatever words: what, when, where, and every link that the house's own has."""

import re
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from app.mail.facts import happening
from app.mail.rendering import Rendered, render
from app.models import MailWords, MessageKind, Mode

_LINK = re.compile(r"https?://\S+[^\s.,)]")


def missing(kind: MessageKind, facts: dict[str, Any], words: MailWords, language: str) -> list[str]:
    """What the mail says in the words of the house and would not say in these, by name."""
    house, own = (render(kind, facts, language, words=one) for one in (MailWords(), words))
    with force_locale(language):
        return lost(house, own, _facts(facts, language)) + _lost_links(house, own)


def _facts(facts: dict[str, Any], language: str) -> dict[str, str]:
    told = facts.get("registration")
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

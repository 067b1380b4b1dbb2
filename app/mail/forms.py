"""The form of a mail: what it says to everybody of whom the same is true, with gaps for what is theirs alone.

In a rush hundreds of people get the same mail, but for a name, a number and some links. The templates make it once for
all of them; each mail is that form, filled in. A form is found again by everything it was made from, letter by letter:
the facts and the words. So a change of the event or of the wording shows in the very next mail.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from app.formats import dates
from app.formats.cleaning import header_value
from app.mail import gaps
from app.mail.context import contact_of, context_of, tells_of_samples
from app.mail.facts import Happening, cleaned
from app.mail.gaps import Gapped
from app.mail.particulars import particulars, variant_of
from app.mail.people import Person
from app.mail.plain import PlainText
from app.mail.written import Text, adapted
from app.models import MailWords, MessageKind, Placeholder
from app.models.mail_wording import SUBJECT_FRAMED
from app.models.message_kind import TOLD_TO_INVITED

HOUSE = MailWords()
MOST = 64  # Forms that are kept: of some events at a time, and of each a few variants.
_STYLE = Markup((Path(__file__).parent / "email.css").read_text(encoding="utf-8"))  # noqa: S704  Our own file.
_KEEPING = Lock()  # The console shows previews from many threads: none may find the forms while another changes them.
_HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Form:
    subject: Gapped
    text: PlainText
    html: Gapped
    event: Happening | None
    before: Happening | None
    contact: dict[str, str] | None  # Whom a reply goes to.
    stop_url: str

    def subject_for(self, filling: Mapping[str, str]) -> str:
        return header_value(dates.plain(self.subject.filled(filling)))

    def html_for(self, filling: Mapping[str, str], subject: str) -> str:
        written = {name: gaps.in_html(value) for name, value in filling.items()}
        return self.html.filled(written | {"subject": gaps.in_html(subject)})


def form_of(
    kind: MessageKind,
    facts: dict[str, Any],
    who: Person | None,
    language: str,
    at: datetime,
    *,
    words: MailWords = HOUSE,
    is_demo: bool = False,
) -> Form:
    """Found, or made. What is private, or about no registration, is made for one mail and not kept."""
    if who is None or kind.tells_of_needs or current_app.jinja_env.auto_reload:
        return made(kind, cleaned(facts), who, language, at, words=words, is_demo=is_demo)
    shared = {**facts, "registration": gaps.shared(facts["registration"])}
    # Of the instant only the day is told, in what may be asked until when.
    key = (kind, language, at.date(), repr(words), is_demo, json.dumps(shared, sort_keys=True))
    kept: dict[tuple[object, ...], Form] = current_app.extensions.setdefault("mail-forms", {})
    with _KEEPING:
        form = kept.pop(key, None)
    if form is None:
        form = made(kind, cleaned(shared), gaps.somebody(who), language, at, words=words, is_demo=is_demo)
    with _KEEPING:
        kept[key] = form  # Behind all others, as the one that was used last. The first goes when there are too many.
        while len(kept) > MOST:
            del kept[next(iter(kept))]
    return form


def made(
    kind: MessageKind,
    facts: dict[str, Any],
    who: Person | None,
    language: str,
    at: datetime,
    *,
    words: MailWords,
    is_demo: bool,
) -> Form:
    """What the templates make of it."""
    context = context_of(kind, facts, who, language, at)
    context["style"] = _STYLE
    context["is_demo"] = is_demo or tells_of_samples(context)
    folder = _folder_of(kind, context)
    context["wording"] = _wording(kind, words if folder == kind.value else HOUSE, context)
    subject = header_value(context["wording"]["subject"].text or _template(kind.value, "subject.txt", context))
    if who and who.is_guest:
        subject = _("For %(name)s: %(subject)s", name=who.name, subject=subject)
    context["subject"] = gaps.gap("subject")
    html = _template(folder, "body.html", context)
    context["heading"] = _heading(html)
    return Form(
        subject=Gapped(subject),
        text=PlainText(_template(folder, "body.txt", context)),
        html=Gapped(_with_inline_styles(html)),
        event=context["event"],
        before=context["before"],
        contact=contact_of(kind, facts),
        stop_url=context["following"].stop_url if kind is MessageKind.NEWS else "",
    )


def _wording(kind: MessageKind, words: MailWords, context: dict[str, Any]) -> dict[str, Text]:
    person, event, facts = context["person"], context["event"], context["facts"]
    more = particulars(facts, context["offered_until"] or context["answer_by"]) if words else {}
    if words.subject and kind in SUBJECT_FRAMED:
        more[Placeholder.SUBJECT] = header_value(_template(kind.value, "subject.txt", context))
    return adapted(words, variant_of(kind, person, facts) if words else "", person, event, facts, more)


def _heading(html: str) -> str:
    """The one sentence over the mail: it says what is true whatever the office makes of the others."""
    found = _HEADING.search(html)
    return header_value(Markup(found[1]).striptags()) if found else ""  # noqa: S704  Rendered by us just now.


def _with_inline_styles(html: str) -> str:
    from css_inline import inline  # noqa: PLC0415  1 MB that a process without mails need not hold.

    styled: str = inline(html, keep_at_rules=True, load_remote_stylesheets=False)
    return styled


def _folder_of(kind: MessageKind, context: dict[str, Any]) -> str:
    """Where the mail's words are: what becomes of an event is told in fewer to whoever is invited, not registered."""
    return "told-to-invited" if kind in TOLD_TO_INVITED and not context["person"] else kind.value


def _template(folder: str, part: str, context: dict[str, Any]) -> str:
    return _templates().get_template(f"email/{folder}/{part}").render(context)


def _templates() -> Environment:
    """The application's templates, stricter: a mail with a hole in it must not leave."""
    kept: dict[str, Any] = current_app.extensions
    if "mail-templates" not in kept:
        kept["mail-templates"] = current_app.jinja_env.overlay(
            trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
        )
    templates: Environment = kept["mail-templates"]
    return templates

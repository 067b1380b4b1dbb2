"""An event as plain text, ready to be copied into somebody else's bulletin (such as CSMS)."""

import textwrap
from datetime import datetime

from flask import render_template
from flask_babel import format_date, format_decimal, ngettext
from flask_babel import gettext as _

from app import clock, links
from app.formats import dates
from app.models import Event, EventState, Mode, Right
from app.web import filters
from app.web.showing import panel
from app.web.staff import blueprint
from app.web.staff.acting import load_event
from app.web.staff.door import requires

WIDTH = 76  # Bulletins break longer lines wherever they like.


@blueprint.get("/events/<int:event_id>/bulletin")
@requires(Right.VIEW_EVENTS)
def bulletin(event_id: int) -> str:
    event = load_event(event_id)
    return render_template("staff/program/bulletin.html", event=event, text=bulletin_text(event, clock.now()))


def bulletin_text(event: Event, at: datetime) -> str:
    """What, when, where, how to register, whom to ask: no markup, and no line longer than a bulletin takes."""
    title, *rest = facts_of(event, at)
    return as_plain_text([title, [event.summary], *rest])


def facts_of(event: Event, at: datetime) -> list[list[str]]:
    """The paragraphs about the event that every such text has, each in lines."""
    contact = ", ".join(filter(None, (event.contact_name, event.contact_email, event.contact_phone)))
    questions = [_("Questions: %(contact)s", contact=contact)] if contact else []
    return [_title(event), _when_and_where(event), _registration(event, at), _access(event), questions]


def as_plain_text(paragraphs: list[list[str]]) -> str:
    """An empty line between paragraphs, no line too long, addresses never broken."""
    return "\n\n".join("\n".join(map(_wrapped, lines)) for lines in paragraphs if any(lines)) + "\n"


def _wrapped(line: str) -> str:
    hanging = "  " if line.startswith("- ") else ""
    lines = textwrap.fill(line, WIDTH, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False)
    return dates.plain(lines)


def _title(event: Event) -> list[str]:
    lines = [f"{event.series.full_name}: {event.title}"]
    if event.state in {EventState.CANCELLED, EventState.POSTPONED}:
        lines.append(": ".join(filter(None, (str(event.state.label).upper(), event.change_reason))))
    return lines


def _when_and_where(event: Event) -> list[str]:
    when = filters.event_when_words(event)
    elsewhere = [f"{zone}: {' – '.join(hours)}" for zone, hours in filters.event_us_times(event)]
    lines = [_("When: %(when)s", when=when), *elsewhere]
    venue = event.venue
    unknown = _("Place to be announced") if event.pool(Mode.IN_PERSON) else ""
    hall = ", ".join(filter(None, (venue.name, venue.room, filters.address_words(venue)))) if venue else unknown
    online = str(Mode.ONLINE.label) if event.online else ""
    lines.append(_("Where: %(where)s", where="; ".join(filter(None, (hall, online)))))
    if event.credit_live:
        few = 1 if event.credit_live == 1 else 2
        count = format_decimal(event.credit_live)
        words = ngettext("%(count)s credit planned", "%(count)s credits planned", few, count=count)
        lines.append(_("Continuing education for customs brokers: %(words)s", words=words))
    return lines


def _registration(event: Event, at: datetime) -> list[str]:
    found, address = panel.panel(event, at), links.absolute(f"/events/{event.slug}")
    way = _("Register: %(address)s") if found.action else _("More: %(address)s")
    lead_time = " ".join(event.rules.lead_time_text.split()) if event.rules and found.action else ""
    before = [_("Before you book travel: %(words)s", words=lead_time)] if lead_time else []
    known = filter(None, (*_standing(event, found), *found.conditions, *before))
    return [*known, way % {"address": address}]


def _standing(event: Event, found: panel.Panel) -> list[str]:
    """One sentence for everybody, or one for each way of attending where they differ."""
    if event.state is EventState.POSTPONED:
        return [_("The new date is not known yet. Who is registered stays registered.")]
    sentences = dict.fromkeys(line.sentence for line in found.modes)
    if len(sentences) > 1:
        return [f"{line.label}: {line.sentence}" for line in found.modes]
    return [found.sentence, *sentences]


def _access(event: Event) -> list[str]:
    names = (event.accessibility_contact_name, event.accessibility_contact_email, event.accessibility_contact_phone)
    contact = ", ".join(filter(None, names))
    if not contact:
        return []
    lines = [_("Accessibility needs: %(contact)s", contact=contact)]
    if event.accessibility_by and event.starts_at:
        day = format_date(event.accessibility_by, "long")
        lines.append(_("Ask by %(day)s, so that we can arrange it.", day=day))
    return lines

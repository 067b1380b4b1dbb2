"""What stands in each part of an event, in a few words: the overview is read before anything is opened."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app import clock
from app.models import Access, Event, EventState, Joining, OverlapRule, RegistrationRules
from app.models.availability import registration_closes_at
from app.operations.communication import foreseeing, recounting
from app.web.admission_words import most_words
from app.web.staff.program.words import day_words, instant_words, moment_words

UNHELD: dict[EventState, Any] = {
    EventState.POSTPONED: _l("Nobody registers until there is a new date"),
    EventState.CANCELLED: _l("Nobody registers any more"),
}


def part_words(event: Event) -> dict[str, str]:
    """Part → a line about it; a part of which nothing is known has none."""
    return {
        "basics": ", ".join(topic.name for topic in event.topics),
        "timing": _registration(event),
        "place": event.venue.name if event.venue else "",
        "joining": _joining(event, event.joining),
        "people": _people(event),
        "notices": _questions(event),
        "rules": _rules(event.rules, event.zone) if event.rules else "",
        "committee": event.committee.docket if event.committee else "",
    }


def _registration(event: Event) -> str:
    if not event.takes_registrations:
        return _("Nobody registers for it here")
    if event.state in UNHELD:
        return str(UNHELD[event.state])
    ends = {mode: registration_closes_at(event, mode) for mode in event.modes}
    if len(set(ends.values())) > 1:
        return "; ".join(f"{mode.label}: {_end_words(when, event.zone)}" for mode, when in ends.items() if when)
    end = next(iter(ends.values()), registration_closes_at(event))
    return _end_words(end, event.zone) if end else ""


def _end_words(ends: datetime, zone: ZoneInfo) -> str:
    when = instant_words(ends, zone)
    return (
        _("Registration ended %(when)s", when=when)
        if ends <= clock.now()
        else _("Registration ends %(when)s", when=when)
    )


def _joining(event: Event, joining: Joining | None) -> str:
    if joining is None or not joining.is_entered:
        return _("Nothing entered") if joining else ""
    if joining.is_released(clock.now()):
        return _released_words(event, joining)
    if event.state is EventState.CANCELLED:
        return _("Entered; not given out any more")
    if not joining.has_release:
        return _("Entered; nobody said when it is given out")
    if joining.release_at is None or event.starts_at is None:
        return _("Given out before the start, once there is a date")
    return _("Goes out %(when)s", when=instant_words(joining.release_at, event.zone))


def _released_words(event: Event, joining: Joining) -> str:
    """The mail goes out a moment after the time for it, and to nobody while there is nobody to get it."""
    if joining.mailed_at:
        return ngettext(
            "Went out %(when)s, to %(num)s person",
            "Went out %(when)s, to %(num)s people",
            recounting.count_of_way_in(event.id),
            when=instant_words(joining.mailed_at, event.zone),
        )
    assert joining.release_at
    return _("Given out since %(when)s", when=instant_words(joining.release_at, event.zone))


def _people(event: Event) -> str:
    if event.accessibility_by is None or event.state in UNHELD:
        return event.contact_name
    return _("%(name)s; accessibility by %(day)s", name=event.contact_name, day=day_words(event.accessibility_by))


def _questions(event: Event) -> str:
    asked = len(event.asked_fields)
    return ngettext("%(num)s more field", "%(num)s more fields", asked) if asked else _("No more fields")


def _rules(rules: RegistrationRules, zone: ZoneInfo) -> str:
    """The rules that differ from the usual ones."""
    return "; ".join(_rule_words(rules, zone))


def _rule_words(rules: RegistrationRules, zone: ZoneInfo) -> Iterator[str]:
    yield from _admission_words(rules)
    if rules.offer_hours:
        yield ngettext(
            "A seat from the waiting list is offered for %(num)s hour",
            "A seat from the waiting list is offered for %(num)s hours",
            rules.offer_hours,
        )
    if rules.hand_over_until_local:
        yield _("Seats can be handed over until %(when)s", when=moment_words(rules.hand_over_until_local, zone))
    if rules.overlap_rule is OverlapRule.WARN:
        yield _("Sessions that overlap may be picked")


def _admission_words(rules: RegistrationRules) -> Iterator[str]:
    if rules.access is not Access.EVERYONE:
        yield _("Who may register: %(who)s", who=rules.access.label)
    if rules.needs_approval:
        yield _("The office approves each registration")
    if rules.organization_cap:
        yield most_words(rules.organization_cap)
    if rules.most_colleagues:
        yield ngettext(
            "One form registers up to %(num)s colleague too",
            "One form registers up to %(num)s colleagues too",
            rules.most_colleagues,
        )
    if rules.asks_us_person:
        yield _("Asks whether people are U.S. persons")
    if rules.lead_time_text:
        yield _("Says what to know before booking travel")


def next_reminder_words(event: Event) -> str:
    """When people are reminded next, and how many."""
    at = clock.now()
    if event.state is EventState.CANCELLED:
        return _("Nobody is reminded any more")
    ahead = [
        (one.due_at, one) for one in foreseeing.outlook(event, at) if one.due_at and not (one.is_done or one.is_missed)
    ]
    if event.state is not EventState.PUBLISHED or not ahead:
        return ngettext("%(num)s reminder", "%(num)s reminders", len(event.reminders))
    due, reminder = min(ahead, key=lambda one: one[0])
    return ngettext(
        "Next on %(when)s, to %(num)s person",
        "Next on %(when)s, to %(num)s people",
        reminder.reaches,
        when=instant_words(due, event.zone),
    )

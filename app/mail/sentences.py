"""What a mail says by what is true for this person at this event: what comes next, what to bring, what has moved."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.mail.facts import Happening
from app.mail.people import Person
from app.models import RegistrationState

Rows = list[tuple[str, str]]
Comparison = list[tuple[str, str, str]]


def next_steps(person: Person, event: Happening) -> list[str]:
    """What happens next, in order, one sentence or two each."""
    if event.is_postponed and person.is_live:
        return _until_there_is_a_date(person, event)
    match person.state:
        case RegistrationState.CONFIRMED:
            ways_in = [*_ways_in(person, event), *_before_travel(person, event)]
            return [*ways_in, *_for_everybody(event), *_turn(person, event)]
        case RegistrationState.WAITLISTED:
            return [*_in_line(person, event), *_before_travel(person, event)]
        case RegistrationState.PENDING_APPROVAL:
            return [*_for_approval(person), *_before_travel(person, event)]
        case _:
            return []


def _until_there_is_a_date(person: Person, event: Happening) -> list[str]:
    """Nothing that presumes a day, a place or a way to join."""
    said = _("The event is postponed. We write to you as soon as there is a new date.")
    if person.is_pending:
        return [said, *_for_approval(person)]
    if person.is_confirmed:
        return [said, _("Your seat is kept until then. You need not do anything."), *_turn(person, event)]
    return [said, _("Your place on the waiting list is kept until then.")]


def _for_approval(person: Person) -> list[str]:
    steps = [
        _("The office looks at your registration. We write to you as soon as there is an answer, or a question."),
        _("When it is approved, you get the seat that is free then, or a place on the waiting list."),
    ]
    if person.is_online:
        return [*steps, _("Until that message you have no seat.")]
    return [*steps, _("Until that message you have no seat, so please make no travel plans.")]


def _ways_in(person: Person, event: Happening) -> list[str]:
    if not person.is_online:
        return [_("Give your name at the door. Your confirmation number helps us to find you.")]
    if event.join_released:
        return [_("Join a few minutes before the start. The button for it works for you alone.")]
    if event.join_release:
        return [_("We send you the way to join on %(when)s. You need not ask for it.", when=event.join_release)]
    return [_("We send you the way to join before the event. You need not ask for it.")]


def _before_travel(person: Person, event: Happening) -> list[str]:
    """What the office says of the time that is needed; facts from before it was told have none."""
    said = " ".join(event.facts.get("lead_time", "").split())
    if not said or (person.is_online and not person.keeps_turn):
        return []
    return [_("Before you book travel: %(words)s", words=said)]


def _for_everybody(event: Happening) -> list[str]:
    steps = []
    if event.when:
        steps.append(_("Add the attached entry to your calendar. If anything changes, we send you a new one."))
    if event.facts["may_end_early"]:
        steps.append(_("The meeting may end early if its business is done."))
    return steps


def _in_line(person: Person, event: Happening) -> list[str]:
    steps = [
        _("When a seat becomes free, it goes to the person who has waited longest. Nobody passes you in line."),
        _when_it_is_your_turn(event),
    ]
    if person.is_online:
        steps.append(_("Until that message you have no seat."))
    else:
        steps.append(_("Until that message you have no seat, so please make no travel plans."))
    if len(event.facts["modes"]) > 1:
        if person.is_online:
            steps.append(_("While there are seats in the room, you find one on your own page."))
        else:
            steps.append(
                _("While there are seats online, your own page has one for you. You keep your turn for the room.")
            )
    return steps


def _when_it_is_your_turn(event: Happening) -> str:
    hours = event.facts["offer_hours"]
    if not hours:
        return _("If it is your turn, the seat is yours at once and we write to you. You need not do anything.")
    said = ngettext(
        "If it is your turn, we write to you and hold the seat for %(num)s hour at most. Accept it in that time.",
        "If it is your turn, we write to you and hold the seat for %(num)s hours at most. Accept it in that time.",
        hours,
    )
    if event.facts.get("skips_weekends"):
        return f"{said} {_('Saturdays and Sundays do not count.')}"
    return said


def _turn(person: Person, event: Happening) -> list[str]:
    """Who attends online and waits for the room."""
    if not person.keeps_turn or person.offered_until:
        return []
    kept = _("You keep your turn for a seat in the room. Your seat online stays yours until you have one.")
    return [kept, _when_it_is_your_turn(event)]


def details(person: Person | None, event: Happening) -> Rows:
    """What to know beforehand: what to bring and where to go in, languages and captions."""
    facts, rows = event.facts, []
    if person and person.days and event.when and event.when.lasts_days:
        rows.append((_("Your days"), " · ".join(person.days)))
    if person and not person.is_online and facts["venue"]:
        venue = facts["venue"]
        rows += [
            (_("What to bring"), venue["id_text"] or _id_alone(venue)),
            (_("Arriving"), venue["arrival_text"]),
            (_("Step-free access"), venue["access_text"]),
        ]
    rows += [(_("Captions"), facts["captions"]), (_("Interpretation"), facts["interpretation"])]
    return [(label, text) for label, text in rows if text]


def _id_alone(venue: dict[str, Any]) -> str:
    """Where the office does not say which ID; facts from before it was told say nothing."""
    return (
        _("A photo ID with the name you registered under: it is checked at the door.")
        if venue.get("id_checked")
        else ""
    )


def comparison(before: Happening, now: Happening) -> Comparison:
    """What has moved: label, how it was, how it is."""
    to_come = _("To be announced")
    rows = [
        (_("Title"), before.title, now.title),
        (_("Date"), before.when.day if before.when else to_come, now.when.day if now.when else to_come),
        (_("Time"), before.when.time if before.when else to_come, now.when.time if now.when else to_come),
        (_("Place"), before.place, now.place),
    ]
    return [row for row in rows if row[1] != row[2]]


def dropped(titles: str | list[str]) -> str:
    """That sessions which somebody chose are not held. Older facts have the title of the only one."""
    names = [titles] if isinstance(titles, str) else titles
    return ngettext(
        "The session %(sessions)s is no longer part of this event, so it was taken off your registration. You can"
        " choose another one on your own page. Everything else stays as it was.",
        "The sessions %(sessions)s are no longer part of this event, so they were taken off your registration. You can"
        " choose others on your own page. Everything else stays as it was.",
        len(names),
        sessions=", ".join(f"“{name}”" for name in names),
    )


def contact_line(contact: dict[str, str]) -> str:
    """A contact as one would write it down: name, address, phone."""
    return ", ".join(part for part in (contact["name"], contact["email"], contact["phone"]) if part)

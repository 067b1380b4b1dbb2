"""What mails say of how a seat came: held, passed on, given in place of another, approved; or that the line closed."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app import nights
from app.mail.people import Person
from app.models import MessageKind, Mode


def line_words(kind: MessageKind, person: Person | None, facts: dict[str, Any]) -> list[str]:
    """The paragraphs, in order; none where the line has nothing to do with the mail."""
    if person is None:
        return []
    if kind in _SENTENCES:
        return list(_SENTENCES[kind](person, facts))
    return list(_came_by(facts))


def _came_by(facts: dict[str, Any]) -> Iterator[str]:
    """How the seat, or the place in line, came about, where that is worth a word."""
    if facts.get("approved"):
        yield _("The office looked at your registration and approved it.")
    yield from _room(facts)
    if facts.get("instead"):
        yield _("Nobody can attend any more in the way that you chose, so you have a place in the other one.")
    for question in facts.get("choose_again") or []:
        yield _(
            "Others took meanwhile what you chose for “%(question)s”. Choose again on your own page.", question=question
        )
    yield from _costs(facts)


def _room(facts: dict[str, Any]) -> Iterator[str]:
    """What became of the wish to attend in person, whoever had it."""
    if booker := facts.get("room_asked"):
        yield _("%(name)s asked the office to let you attend in person.", name=booker)
        yield _("The office looks at the wish, and we write to you as soon as there is an answer.")
    if booker := facts.get("room_not_asked"):
        yield _("%(name)s no longer asks for you to attend in person.", name=booker)
    if facts.get("room_approved"):
        yield _("The office looked at the wish that you attend in person, and approved it.")
    if facts.get("room_refused"):
        yield _("The office looked at the wish that you attend in person, and did not approve it.")


def _costs(facts: dict[str, Any]) -> Iterator[str]:
    """What is given up for the seat: the one online, sessions, or the seats in them."""
    if facts.get("gave_up"):
        yield _("You no longer need your seat online, so it goes to somebody else.")
    if lost := facts.get("lost"):
        yield _("In the room %(sessions)s is full: you wait for a seat there now.", sessions=_listed(lost))
    for title, *others in facts.get("clashes") or []:
        yield _(
            "You cannot have %(session)s beside %(others)s, in which you have a seat, so you wait for it. If you would"
            " rather have it, change your sessions on your own page.",
            session=_listed([title]),
            others=_listed(others),
        )
    if questions := facts.get("to_answer"):
        yield _("Still to answer on your own page, with the link below: %(questions)s", questions=_listed(questions))
    if facts.get("site_asks"):
        yield _(
            "The site must know of everybody who comes whether they are a U.S. person. Please answer it on your own"
            " page, with the link below."
        )
    if gone := facts.get("gone"):
        yield _(
            "%(sessions)s is no longer part of your registration: no seat is left there for you, or it is not held in"
            " this way.",
            sessions=_listed(gone),
        )


def _offered(person: Person, facts: dict[str, Any]) -> Iterator[str]:
    if giver := facts.get("waited"):
        yield _("%(name)s handed the registration over to you.", name=giver)
        yield _("A seat was held for it already, and is held for you now.")
        if person.keeps_turn:
            yield _("You are registered to take part online.")
    elif person.waits_for is Mode.ONLINE:
        yield _("You waited for a seat online. One is free now, and we hold it for you.")
    else:
        yield _("You waited for a seat in the room. One is free now, and we hold it for you.")
    if person.keeps_turn:
        yield _("If you accept, you give up your seat online in the same step. If you decline, you keep it.")
        if facts["registration"].get("sessions"):
            yield _("The page on which you answer names the sessions that accepting costs you, if any.")
    if questions := facts.get("to_answer"):
        yield _(
            "The seat comes with questions, which you can answer where you accept it: %(questions)s",
            questions=_listed(questions),
        )
    yield _("Without an answer in time the seat is not held any longer, and you leave the waiting list.")


def _lapsed(person: Person, facts: dict[str, Any]) -> Iterator[str]:
    yield _("We held a seat for you and had no answer in time, so it is not held for you any more.")
    if person.is_confirmed:
        yield _("You keep your seat online. You no longer wait for a seat in the room.")
    else:
        yield _("You are no longer on the waiting list.")
        yield _come_back(facts)


def _come_back(facts: dict[str, Any]) -> str:
    if facts.get("may_register_again"):
        return _(
            "To come all the same, register once more on the page of the event. If no seat is free then, you stand at"
            " the end of the line."
        )
    if facts.get("by_invitation"):
        return _("Your invitation is used. To come all the same, reply to this message and ask for a new one.")
    return _("Registration is not open any more. If you must be there, write to the contact below.")


def _closed(person: Person, facts: dict[str, Any]) -> Iterator[str]:
    closed = facts["closed"]
    if closed["mode"] == Mode.IN_PERSON.value:
        yield _("The event is near and people travel to it, so nobody is called into the room any more.")
    else:
        yield _("The event begins, so nobody moves up any more.")
    if person.is_confirmed:
        yield _("You keep your seat online, and we look forward to you there.")
    elif closed["online_is_open"]:
        yield _("You have no seat in the room, but you can still take part online.")
        yield _("Change to it on your own page, with the link below.")
    else:
        yield _("You hold no seat. If you must be there, write to the contact below.")
    if closed.get("may_take"):
        yield _(
            "If a seat still becomes free, it goes to whoever takes it first: look at your own page, with the link"
            " below."
        )


def _session_offered(_person: Person, facts: dict[str, Any]) -> Iterator[str]:
    titles = facts["promoted"]
    yield ngettext(
        "You waited for %(sessions)s. A seat is free now, and we hold it for you.",
        "You waited for %(sessions)s. Seats are free now, and we hold them for you.",
        len(titles),
        sessions=_listed(titles),
    )
    yield _("Without an answer in time the seat is not held any longer, and you leave that waiting list.")
    yield _("Your registration and your other sessions stay as they are.")


def _session_lapsed(_person: Person, facts: dict[str, Any]) -> Iterator[str]:
    titles = facts["lost"]
    yield ngettext(
        "We held a seat in %(sessions)s for you and had no answer in time, so it is not held for you any more.",
        "We held seats in %(sessions)s for you and had no answer in time, so they are not held for you any more.",
        len(titles),
        sessions=_listed(titles),
    )
    yield _("Your registration and your other sessions stay as they are.")
    if facts.get("may_choose_again"):
        yield _(
            "To come all the same, choose it once more on your own page. If no seat is free then, you stand at the end"
            " of its line."
        )


def _session_closed(_person: Person, facts: dict[str, Any]) -> Iterator[str]:
    title = facts["closed_session"]["title"]
    yield _("%(session)s begins, so nobody moves up any more. You have no seat in it.", session=_listed([title]))
    yield _("Your registration and your other sessions stay as they are.")


def _listed(titles: list[str]) -> str:
    return ", ".join(f"“{title}”" for title in titles)


def _session_moved(_person: Person, facts: dict[str, Any]) -> Iterator[str]:
    yield ngettext(
        "A session that you chose is held otherwise than we told you. What you hold in it stays yours.",
        "Sessions that you chose are held otherwise than we told you. What you hold in them stays yours.",
        len(facts["changes"]),
    )
    yield from _colliding(facts["collides"])


def _event_changed(person: Person, facts: dict[str, Any]) -> Iterator[str]:
    """Sessions and days of coming move along with their event."""
    if facts["registration"].get("lost_days"):
        yield (
            _("No day that you chose is left, so you are expected on every day.")
            if person.is_confirmed
            else _("No day that you chose is left. If you get a seat, it is for every day.")
        )
        yield _("Choose your days again on your own page, with the link below.")
    elif person.days and _days_moved(facts["event"], facts.get("before") or {}):
        if person.is_confirmed:
            yield _("You are expected on these days: %(days)s.", days="; ".join(person.days))
        else:
            yield _("If you get a seat, it is for these days: %(days)s.", days="; ".join(person.days))
        yield _("If they do not suit you, choose others on your own page, with the link below.")
    yield from _colliding(facts.get("collides") or [])


def _days_moved(event: dict[str, Any], before: dict[str, Any]) -> bool:
    """Whether an event of several days is held on other days than before."""
    held, was = _first_and_last_day(event), _first_and_last_day(before)
    return held is not None and held != was and held[0] != held[1]


def _first_and_last_day(event: dict[str, Any]) -> tuple[date, date] | None:
    if not (event.get("starts_local") and event.get("ends_local")):
        return None
    start, end = (datetime.fromisoformat(event[name]) for name in ("starts_local", "ends_local"))
    return start.date(), nights.last_day(start, end)


def _colliding(titles: list[str]) -> Iterator[str]:
    if titles:
        yield ngettext(
            "%(sessions)s, which you chose too, is now held at the same time. Change your sessions on your own page.",
            "%(sessions)s, which you chose, are now held at the same time. Change your sessions on your own page.",
            len(titles),
            sessions=_listed(titles),
        )


_SENTENCES: dict[MessageKind, Callable[[Person, dict[str, Any]], Iterator[str]]] = {
    MessageKind.OFFERED: _offered,
    MessageKind.OFFER_LAPSED: _lapsed,
    MessageKind.LINE_CLOSED: _closed,
    MessageKind.SESSION_OFFERED: _session_offered,
    MessageKind.SESSION_OFFER_LAPSED: _session_lapsed,
    MessageKind.SESSION_LINE_CLOSED: _session_closed,
    MessageKind.SESSION_MOVED: _session_moved,
    MessageKind.EVENT_CHANGED: _event_changed,
}

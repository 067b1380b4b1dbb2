"""What the acts of the log and those who did them are called: they were kept as short words of ours.

What was done to a registration has words of its own; the other acts say in plain English what they are.
"""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.models import AuditEntry
from app.operations.communication import complaining

REGISTRATION = {
    "registered": _l("Registered"),
    "registered by hand": _l("Registered by staff"),
    "promoted": _l("Got a seat from the waiting list"),
    "offered seat": _l("Offered a seat from the waiting list"),
    "accepted offer": _l("Accepted the offered seat"),
    "took a free seat": _l("Took a seat that became free after the waiting list had closed"),
    "declined offer": _l("Declined the offered seat"),
    "offer lapsed": _l("Did not answer in time for the offered seat"),
    "offer not arrived": _l("Back in line: the mail about the offered seat did not arrive"),
    "offer taken back": _l("Back in line: the event was postponed, so the offered seat is not held any more"),
    "promoted in sessions": _l("Got a seat in a session from its waiting list"),
    "offered sessions": _l("Offered a seat in a session from its waiting list"),
    "accepted session offer": _l("Accepted the offered seat in a session"),
    "session offer lapsed": _l("Did not answer in time for the offered seat in a session"),
    "session offers taken back": _l("Back in line for a session: the event was postponed"),
    "asked for another address": _l("Asked to use another address"),
    "asked to hand over": _l("Asked a colleague to take the seat over"),
    "handed over": _l("Handed over to a colleague"),
    "session moved": _l("A session of theirs was moved"),
    "keeps the seat": _l("Keeps the seat for the new date"),
    "moved in line": _l("Moved in the waiting list"),
    "seated by staff": _l("Given a seat by staff"),
    "approved": _l("Approved by staff"),
    "not approved": _l("Not approved by staff"),
    "asked for the room": _l("Asked to attend in person"),
    "no longer asks for the room": _l("Took back the wish to attend in person"),
    "approved for the room": _l("Approved by staff to attend in person"),
    "not approved for the room": _l("Not approved by staff to attend in person"),
    "asked back": _l("Asked before a decision"),
    "answered question": _l("Answered the question"),
    "changed": _l("Changed"),
    "address corrected": _l("Address corrected"),
    "mail came back": _l("Mail came back"),
    complaining.MARKED: _l("Marked a mail as unwanted; no more announcements and news go there"),
    complaining.WELCOME_AGAIN: _l("Gets announcements and news again"),
    "address found right": _l("Address found right"),
    "cancelled": _l("Cancelled"),
    "mail sent again": _l("Mail sent again"),
    "asked for access": _l("Asked for what they need to take part"),
    "answered access request": _l("Request answered"),
    "viewed": _l("Accessibility request looked at"),
    "took over": _l("Took over what a colleague had booked"),
    "erased person": _l("Erased, with everything else held of the person"),
    "took what is held": _l("All that is held of the person was taken as a file"),
    "joined": _l("Pressed the join button"),
    "joined session": _l("Pressed the join button of a session"),
}
ACTORS = {
    "person": _l("the person"),
    "booker": _l("whoever booked for them"),
    "waiting list": _l("the waiting list"),
    "worker": _l("the mail worker"),
}


def of_act(entry: AuditEntry) -> Any:
    if entry.subject == "registration" and entry.act in REGISTRATION:
        return REGISTRATION[entry.act]
    return entry.act[:1].upper() + entry.act[1:]


def of_actor(actor: str) -> Any:
    return ACTORS.get(actor, actor)


def acts_called(words: str) -> tuple[str, ...]:
    """The acts on a registration that are called so, in full or in part; without those kept under these words."""
    typed = words.casefold()
    return (
        tuple(
            act for act, label in REGISTRATION.items() if typed in str(label).casefold() and not act.startswith(typed)
        )
        if typed
        else ()
    )


def actor_called(words: str) -> str:
    """How the log keeps whoever is called so; what was typed where it calls nobody so."""
    typed = words.casefold()
    return next((actor for actor, label in ACTORS.items() if str(label).casefold() == typed), words)

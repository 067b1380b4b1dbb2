"""An announcement as plain text for everybody, ready to be copied into somebody else's bulletin (such as CSMS)."""

from datetime import datetime

from flask import render_template
from flask_babel import gettext as _

from app import clock, links
from app.formats.impersonal import Impersonal, impersonal
from app.models import Announcement, Event, Mode, Placeholder, Right
from app.web import filters
from app.web.staff import blueprint
from app.web.staff.communication.announcements import ONE, load
from app.web.staff.door import requires
from app.web.staff.program.bulletin import as_plain_text, facts_of

NAMES = (Placeholder.FIRST_NAME.value, Placeholder.FULL_NAME.value)


@blueprint.get(f"{ONE}/bulletin")
@requires(Right.WRITE_TO_PEOPLE)
def announcement_bulletin(announcement_id: int) -> str:
    found = load(announcement_id)
    said, text = bulletin_text(found, clock.now())
    return render_template(
        "staff/communication/announcement_bulletin.html",
        announcement=found,
        event=found.event,
        text=text,
        left_out=said.left_out,
    )


def bulletin_text(announcement: Announcement, at: datetime) -> tuple[Impersonal, str]:
    """As written, but to everybody; then what, when, where, how to register, whom to ask. Nothing personal."""
    event = announcement.event
    values, private = _values(event), _private(event)
    subject = impersonal(announcement.subject, values, names=NAMES, private=private)
    said = impersonal(announcement.text, values, names=NAMES, private=private)
    paragraphs = [part.split("\n") for part in said.text.split("\n\n")]
    text = as_plain_text([[subject.text], *paragraphs, ["-" * 20], *facts_of(event, at)])
    return Impersonal(said.text, subject.left_out + said.left_out), text


def _values(event: Event) -> dict[str, str]:
    """What is the same for everybody."""
    when = filters.event_when_words(event)
    hall = ", ".join(filter(None, (event.venue.name, event.venue.room))) if event.venue else ""
    ways = [hall or str(Mode.IN_PERSON.label)] if event.pool(Mode.IN_PERSON) else []
    online = [_("online")] if event.pool(Mode.ONLINE) else []
    return {
        Placeholder.EVENT.value: event.title,
        Placeholder.STARTS.value: when,
        Placeholder.PLACE.value: _(" or ").join([*ways, *online]),
        Placeholder.EVENT_LINK.value: links.absolute(f"/events/{event.slug}"),
    }


def _private(event: Event) -> list[str]:
    """The ways in, which are for those who registered."""
    joinings = [event.joining, *(session.joining for session in event.sessions)]
    return [one.link for one in joinings if one and one.link]

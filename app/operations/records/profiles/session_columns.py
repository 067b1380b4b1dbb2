"""The sessions that people picked, as columns of a list: one for each session, saying how each person stands in it."""

from collections.abc import Iterator

from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import and_, case, literal, select

from app.formats import dates
from app.models import Event, EventSession, Pick, PickState, Registration
from app.operations.records.profiles.columns import Column, Turn, stored

# Who has no seat at the event itself stands in no line of its sessions.
_WAITS_FOR_EVENT = "waits-for-event"
_STANDING = case(
    (and_(Pick.state == PickState.WAITLISTED, Pick.position.is_(None)), literal(_WAITS_FOR_EVENT)),
    else_=stored(Pick.state),
)


def session_columns(event: Event) -> Iterator[Column]:
    """In the order in which they are held; empty for whoever did not pick it, or gave it up."""
    for session in event.picked_sessions:
        state = (
            select(_STANDING)
            .where(
                Pick.registration_id == Registration.id,
                Pick.session_id == session.id,
                Pick.state != PickState.CANCELLED,
            )
            .correlate(Registration)
            .scalar_subquery()
        )
        yield Column(_named(session, event), state, _words, is_typed=False)


def _words(_event: Event) -> Turn:
    labels = {state.value: str(state.label) for state in PickState}
    return (labels | {_WAITS_FOR_EVENT: _("Waits for a seat at the event")}).get


def _named(session: EventSession, event: Event) -> str:
    """Two slots of one session have the same title: their time tells them apart."""
    zone, locale = event.time_zone, str(get_locale())
    day, time = dates.short_date(session.starts_at, zone, locale), dates.clock_time(session.starts_at, zone, locale)
    return dates.plain(f"{session.title} ({day}, {time})")

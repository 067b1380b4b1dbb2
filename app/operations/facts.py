"""What mails may say of a person, a session and an event, as plain values: the facts of one moment."""

import json
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from app import keys
from app.db import db
from app.models import Event, EventSession, Pick, Registration
from app.models.local_time import instant_of

HOUR = timedelta(hours=1)
AT_ONCE = 500  # People named in one statement: databases take only so many values.


def registration_facts(registration: Registration) -> dict[str, Any]:
    """What a mail may say of the person, as plain values."""
    return {
        "id": registration.id,
        "number": registration.number,
        "state": registration.state.value,
        "mode": registration.mode.value,
        "waits_for": registration.waits_for.value if registration.waits_for else None,
        "offered_until": _iso(registration.offered_until),
        "full_name": registration.full_name,
        "first_name": registration.first_name or registration.last_name,
        "organization": registration.organization,
        "email": registration.email,
        "is_guest": registration.is_guest,
        "link_version": registration.link_version,
        "calendar_uid": registration.calendar_uid,
        "calendar_sequence": registration.calendar_sequence,
        "days": registration.coming_days,
        "sessions": [_pick_facts(pick) for pick in registration.live_picks],
        **_given_up(registration),
        **({"lost_days": True} if registration.lost_its_days else {}),
    }


def _given_up(registration: Registration) -> dict[str, Any]:
    """Sessions that calendars strike out; few people have any."""
    gone = [_pick_facts(pick) for pick in registration.picks if not pick.state.is_live]
    return {"given_up": gone} if gone else {}


def _pick_facts(pick: Pick) -> dict[str, Any]:
    held = {"offered_until": _iso(pick.offered_until)} if pick.offered_until else {}
    undated = {} if pick.session.event.starts_at else {"undated": True}
    return session_facts(pick.session) | {"state": pick.state.value} | held | undated


def session_facts(session: EventSession) -> dict[str, Any]:
    """What a mail may say of one session, as plain values."""
    return {
        "id": session.id,
        "title": session.title,
        "room": session.room,
        "starts_at": _iso(session.starts_at),
        "ends_at": _iso(session.ends_at),
        "time_zone": session.event.time_zone,
    }


def load_picks(registrations: Sequence[Registration]) -> None:
    """Read the sessions of many people at once, before each of them is told."""
    for start in range(0, len(registrations), AT_ONCE):
        people = {registration.id: registration for registration in registrations[start : start + AT_ONCE]}
        picks: dict[int, list[Pick]] = {registration_id: [] for registration_id in people}
        query = select(Pick).where(Pick.registration_id.in_(people)).order_by(Pick.session_id)
        for pick in db.session.scalars(query):
            picks[pick.registration_id].append(pick)
        for registration_id, registration in people.items():
            set_committed_value(registration, "picks", picks[registration_id])


def with_told() -> tuple[Any, ...]:
    """For a query of registrations: read along what mails tell of them, instead of asking for each part of it."""
    event, picks = joinedload(Registration.event), selectinload(Registration.picks).joinedload(Pick.session)
    parts = (Event.series, Event.venue, Event.joining, Event.rules)
    return (*(event.joinedload(part) for part in parts), event.selectinload(Event.pools), picks)


def event_facts(event: Event, at: datetime) -> dict[str, Any]:
    """What a mail may say of the event, as plain values. How to join is never among them."""
    return {
        "id": event.id,
        "slug": event.slug,
        "title": event.title,
        "series": event.series.name,
        "summary": event.summary,
        "state": event.state.value,
        **_times(event),
        "modes": [mode.value for mode in event.modes],
        "venue": _venue(event),
        "contact": {"name": event.contact_name, "email": event.contact_email, "phone": event.contact_phone},
        "accessibility": {
            "name": event.accessibility_contact_name,
            "email": event.accessibility_contact_email,
            "phone": event.accessibility_contact_phone,
        },
        "captions": event.captions,
        "interpretation": event.interpretation,
        "spoken_language": event.spoken_language,
        "calendar_sequence": event.calendar_sequence,
        "is_demo": event.is_demo,
        "may_end_early": event.may_end_early,
        "join_released": bool(event.joining and event.joining.is_released(at)),
        "join_release_at": _release(event, at),
        "offer_hours": event.rules.offer_hours if event.rules else None,
        "skips_weekends": bool(event.rules and event.rules.offers_skip_weekends),
        "lead_time": event.rules.lead_time_text if event.rules else "",
    }


def _release(event: Event, at: datetime) -> str | None:
    """When the way to join is given out, while nobody has had it: a moment that is over is no promise."""
    release = event.joining.release_at if event.joining else None
    return _iso(release) if release and release > at else None


def sealed(values: dict[str, Any], row: str) -> dict[str, Any]:
    """Facts that nobody may read in the database: a mail's rendering opens them, and the next moment they are gone."""
    told = keys.seal(json.dumps(values), row)
    return {"sealed": {"row": row, "value": b64encode(told).decode()}}


def gist(facts: dict[str, Any]) -> tuple[Any, ...]:
    """What people plan by: a change of anything else is not mailed."""
    venue = facts["venue"] or {}
    return (
        *(facts[name] for name in ("title", "state", "starts_at", "ends_at")),
        *(venue.get(name, "") for name in ("name", "room", "address", "country_abroad")),
    )


def _times(event: Event) -> dict[str, Any]:
    return {
        "time_zone": event.time_zone,
        "starts_local": _iso(event.starts_local),
        "ends_local": _iso(event.ends_local),
        "starts_at": _iso(event.starts_at),
        "ends_at": _iso(event.ends_at),
        "shows_us_zones": event.shows_us_zones,
        "registration_closes_at": _iso(event.registration_closes_at),
        **_planned(event),
    }


def _planned(event: Event) -> dict[str, Any]:
    """When it was to begin that has no time now: calendars strike out an entry by its time. Nobody knows its length."""
    local = event.postponed_from_local
    if local is None or event.ends_at:
        return {}
    starts = instant_of(local, event.zone)
    return {"planned": {"starts_at": _iso(starts), "ends_at": _iso(starts + HOUR), "time_zone": event.time_zone}}


def _venue(event: Event) -> dict[str, Any] | None:
    if event.venue is None:
        return None
    names = ("name", "room", "address", "country_abroad", "id_text", "arrival_text", "access_text")
    return {name: getattr(event.venue, name) for name in names} | {"id_checked": event.venue.id_checked}


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None

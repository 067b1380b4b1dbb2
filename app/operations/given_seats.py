"""The sessions in which a person never had a seat: what no mail put into a calendar, none strikes out."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from app.db import db
from app.models import OutgoingEmail, PickState

AT_ONCE = 500  # People named in one statement.


def mark(told: Iterable[dict[str, Any]]) -> None:
    """Note it in the facts of people that are about to be mailed. The first mail to somebody needs no look back."""
    people = [person for person in told if person["calendar_sequence"] and any(map(_has_no_seat, _picked(person)))]
    for start in range(0, len(people), AT_ONCE):
        chunk = people[start : start + AT_ONCE]
        given = _given([person["id"] for person in chunk])
        for person in chunk:
            for one in filter(_has_no_seat, _picked(person)):
                if one["id"] not in given[person["calendar_uid"]]:
                    one["never_given"] = True


def _given(registration_ids: list[int]) -> dict[str, set[int]]:
    """The sessions with a seat of which earlier mails told, by calendar: whoever takes a seat over has another."""
    found: dict[str, set[int]] = defaultdict(set)
    earlier = select(OutgoingEmail.facts["registration"]).where(OutgoingEmail.registration_id.in_(registration_ids))
    for person in filter(None, db.session.scalars(earlier)):
        found[person["calendar_uid"]].update(one["id"] for one in _picked(person) if not _has_no_seat(one))
    return found


def _picked(person: dict[str, Any]) -> list[dict[str, Any]]:
    return [*person.get("sessions", ()), *person.get("given_up", ())]


def _has_no_seat(session: dict[str, Any]) -> bool:
    return bool(session["state"] != PickState.CONFIRMED.value)

"""Who waits for the office's yes: the list, from which one or many are chosen (deciding.py)."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

from flask import render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_security import current_user
from sqlalchemy import ColumnElement, select

from app import clock
from app.db import db
from app.models import Approval, Registration, RegistrationState, Right
from app.models.labels import Labelled
from app.operations.registration import filtering, listing, room_wishes
from app.operations.registration.listing import AttendeeFilter
from app.web.staff import blueprint
from app.web.staff.acting import load_event
from app.web.staff.door import requires
from app.web.staff.listing import Chip, whole_number
from app.web.staff.registration.attendees import EVENT, choices_of, count_words, filter_in

MOST = 1000  # People decided about at once.


class AskedBack(Labelled):
    """How far the office's question is."""

    NOT_ASKED = "not-asked", _l("Not asked anything")
    WAITS = "waits", _l("Asked, no answer yet")
    ANSWERED = "answered", _l("Has answered")


@dataclass(frozen=True)
class PendingFilter(AttendeeFilter):
    """Those who wait for approval, and how far the question to them is."""

    asked_back: AskedBack | None = None

    @cached_property
    def conditions(self) -> tuple[ColumnElement[bool], ...]:
        if self.asked_back is None:
            return super().conditions
        told = {
            AskedBack.NOT_ASKED: Approval.question == "",
            AskedBack.WAITS: (Approval.question != "") & Approval.answered_at.is_(None),
            AskedBack.ANSWERED: Approval.answered_at.is_not(None),
        }
        chosen = select(Approval.registration_id).where(told[self.asked_back])
        return (*super().conditions, Registration.id.in_(chosen))


@blueprint.get(f"{EVENT}/approvals")
@requires(Right.VIEW_PEOPLE)
def approvals(event_id: int) -> str:
    event, asked = load_event(event_id), pending_filter_in(request.args, event_id)
    page = listing.page(asked, after=whole_number("after"), before=whole_number("before"))
    return render_template(
        "staff/registration/approvals.html",
        event=event,
        asked=asked,
        rows=page.rows,
        approvals=_approvals(page.rows),
        previous_url=_url(asked, before=page.rows[0].id) if page.has_previous else "",
        next_url=_url(asked, after=page.rows[-1].id) if page.has_next else "",
        count=listing.count(asked),
        count_words=count_words(listing.count(asked)),
        chips=_chips(asked),
        clear_url=url_for("staff.approvals", event_id=event_id),
        query=_query(asked),
        asked_back=AskedBack,
        wishes=room_wishes.of_event(event_id, clock.now()),
        **choices_of(event, asked) | {"states": (), "lines": ()},
        most=MOST,
        may_edit=current_user.may(Right.EDIT_PEOPLE),
    )


def pending_filter_in(values: Any, event_id: int) -> PendingFilter:
    """The attendees' filter, of those alone who wait for approval; who came first stands first unless sorted."""
    general = filter_in(values, event_id)
    kept = {one.name: getattr(general, one.name) for one in fields(general)}
    kept |= {"state": RegistrationState.PENDING_APPROVAL, "waits_for": None}
    kept |= {} if values.get("sort") else {"sort": listing.Sort.REGISTERED}
    back = next((one for one in AskedBack if one.value == values.get("asked_back")), None)
    return PendingFilter(**kept, asked_back=back)


def _query(asked: PendingFilter) -> dict[str, list[str]]:
    """The filter as it stands in an address or in hidden fields, without what this page takes for granted."""
    kept = {name: values for name, values in filtering.written(asked).items() if name != "state"}
    if asked.sort is listing.Sort.REGISTERED:
        kept.pop("sort", None)
    return kept | ({"asked_back": [asked.asked_back.value]} if asked.asked_back else {})


def _chips(asked: PendingFilter) -> list[Chip]:
    """What narrows the list, each with the address without it."""
    query = _query(asked)
    words = {name: label for name, label in asked.words.items() if name != "state"}
    words |= {"asked_back": asked.asked_back.label} if asked.asked_back else {}
    chips = []
    for name, label in words.items():
        field, _space, code = name.partition(" ")
        left = [one for one in query.get(field, []) if one != code] if code else None
        chips.append(Chip(str(label), _url(asked, **{field: left})))
    return chips


def _url(asked: PendingFilter, **changes: Any) -> str:
    return url_for("staff.approvals", event_id=asked.event_id, **{**_query(asked), **changes})


def _approvals(rows: Sequence[Any]) -> dict[int, Approval]:
    found = db.session.scalars(select(Approval).where(Approval.registration_id.in_([row.id for row in rows])))
    return {one.registration_id: one for one in found}

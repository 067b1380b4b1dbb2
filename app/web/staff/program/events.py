"""The list of events: those to come, those past, drafts."""

from dataclasses import dataclass, replace
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user

from app import clock
from app.models import Mode, Right
from app.operations.program import overseeing
from app.operations.program.overseeing import StaffFilter, When
from app.operations.registration import room_wishes, undecided
from app.web import filters
from app.web.fields import one_line
from app.web.paging import Paging, requested_page
from app.web.staff import blueprint
from app.web.staff.door import requires
from app.web.staff.listing import Chip

PAGE_SIZE = 50
HEAPS = {When.UPCOMING: _l("Upcoming"), When.PAST: _l("Past"), When.DRAFTS: _l("Drafts")}


@dataclass(frozen=True)
class Heap:
    """One of the heaps, as a way in the list."""

    label: Any
    url: str
    is_current: bool


@blueprint.get("/events")
@requires(Right.VIEW_EVENTS)
def events() -> str:
    wanted, page = _wanted(), requested_page(request.args)
    series = overseeing.all_series()
    found = overseeing.find(wanted, at=clock.now(), page=page, size=PAGE_SIZE)
    shown = [event.id for event in found.events]
    return render_template(
        "staff/program/events.html",
        events=found.events,
        pending=undecided.pending_of(shown),
        wishes=room_wishes.count_by_event(shown, clock.now()),
        in_sessions=overseeing.count_in_session_lines(shown),
        wanted=wanted,
        heaps=[Heap(label, _url(replace(wanted, when=when)), when is wanted.when) for when, label in HEAPS.items()],
        all_series=series,
        chips=_chips(wanted, {one.slug: one.name for one in series}),
        paging=Paging(page, found.total, PAGE_SIZE),
        page_url=lambda number: _url(wanted, number),
        date_words=filters.event_date_words,
        modes=list(Mode),
        may_edit=current_user.may(Right.EDIT_EVENTS),
    )


def _wanted() -> StaffFilter:
    when = next((when for when in When if when.value == request.args.get("when")), When.UPCOMING)
    return StaffFilter(one_line(request.args.get("q", ""))[:100], request.args.get("series", "")[:80], when)


def _chips(wanted: StaffFilter, names: dict[str, str]) -> list[Chip]:
    found = []
    if wanted.words:
        found.append(Chip(f"“{wanted.words}”", _url(replace(wanted, words=""))))
    if wanted.series:
        label = names.get(wanted.series, _("Unknown series"))
        found.append(Chip(label, _url(replace(wanted, series=""))))
    return found


def _url(wanted: StaffFilter, page: int = 1) -> str:
    values: dict[str, Any] = {
        "q": wanted.words,
        "series": wanted.series,
        "when": wanted.when.value if wanted.when is not When.UPCOMING else "",
        "page": str(page) if page > 1 else "",
    }
    return url_for("staff.events", **{name: value for name, value in values.items() if value})

"""The list of events, and the page of one: how it stands, what it lacks, and every way on."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import current_app, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user

from app import clock, links
from app.models import Event, EventState, Mode, Right
from app.operations.communication import adapting, alerting, overviewing_followers, writing
from app.operations.program import extending, overseeing, publishing, telling
from app.operations.program.overseeing import StaffFilter, When
from app.operations.registration import (
    admitting,
    invited,
    inviting,
    reaching,
    room_wishes,
    standing_by,
    undecided,
    vetting,
)
from app.operations.registration.invited import InvitedFilter, Standing
from app.web import filters
from app.web.fields import one_line
from app.web.paging import Paging, requested_page
from app.web.showing.event_page import event_page
from app.web.staff import blueprint
from app.web.staff.acting import load_event
from app.web.staff.door import requires
from app.web.staff.listing import Chip
from app.web.staff.program import undoing
from app.web.staff.program.sections import SECTIONS
from app.web.staff.program.summaries import next_reminder_words, part_words
from app.web.staff.program.words import instant_words, moment_words

PAGE_SIZE = 50
# From an event to its people: the last part of the address, the words, and the right that opens it.
WAYS = (
    ("attendees", _l("Attendees"), Right.VIEW_PEOPLE),
    ("announcements", _l("Write to people"), Right.WRITE_TO_PEOPLE),
    ("approvals", _l("Approvals"), Right.VIEW_PEOPLE),
    ("invitations", _l("Invitations"), Right.VIEW_PEOPLE),
    ("helpers", _l("Helpers and speakers at the venue"), Right.VIEW_PEOPLE),
    ("needs", _l("Accessibility requests"), Right.VIEW_NEEDS),
    ("us-persons", _l("U.S. persons"), Right.VIEW_VETTING),
    ("exports", _l("Export a list"), Right.EXPORT_LISTS),
)
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


@blueprint.get("/events/<int:event_id>")
@requires(Right.VIEW_EVENTS)
def event(event_id: int) -> str:
    found, at = load_event(event_id), clock.now()
    notice = telling.waiting_notice(event_id)
    return render_template(
        "staff/program/event.html",
        event=found,
        address=links.absolute(f"/events/{found.slug}"),
        date_words=filters.event_date_words(found),
        when_words=filters.event_when_words(found),
        gap_url=_gap_url,
        gaps=publishing.missing(found, at, is_for_real=current_app.config["PRODUCTION"]) if _is_ahead(found) else [],
        notice=notice,
        undo=undoing.of(found, notice) if notice else None,
        held_back=[one for one in writing.of_event(event_id) if one.was_held_back],
        audience=telling.audience(found, notice=notice) if notice else None,
        sections=SECTIONS.values(),
        part_words=part_words(found),
        next_reminder=next_reminder_words(found),
        words_of_series=[kind.label for kind in adapting.from_series(found)],
        history=overseeing.history(event_id),
        may_edit=current_user.may(Right.EDIT_EVENTS),
        may_write=current_user.may(Right.WRITE_TO_PEOPLE),
        unreached=reaching.unreached(event_id) if current_user.may(Right.VIEW_PEOPLE) else [],
        invited_unreached=_count_not_invited(event_id),
        may_see_people=current_user.may(Right.VIEW_PEOPLE),
        may_correct=current_user.may(Right.EDIT_PEOPLE),
        may_audit=current_user.may(Right.VIEW_AUDIT),
        postponed=standing_by.answers(event_id) if found.state is EventState.POSTPONED else None,
        pending=undecided.count_pending(event_id),
        wishes=room_wishes.count_by_event([event_id], at).get(event_id, 0),
        in_sessions=overseeing.count_in_session_lines([event_id]).get(event_id, 0),
        now=at,
        opening_alerts=alerting.count(event_id),
        followers=overviewing_followers.count_of(found) if found.state is EventState.DRAFT else 0,
        may_extend=extending.is_due(found, at),
        ways=_ways(found),
        may_release=_may_release(found, at),
        local_words=lambda local: moment_words(local, found.zone),
        words=lambda instant: instant_words(instant, found.zone),
    )


def _may_release(event: Event, at: datetime) -> bool:
    """Whether the way to join stands ready and was not given out yet."""
    joining = event.joining if event.state is EventState.PUBLISHED else None
    return joining is not None and joining.is_entered and not joining.is_released(at)


def _gap_url(event: Event, gap: publishing.Gap) -> str:
    """The page on which it is mended. A postponed event gets its time where everything moves along."""
    if gap is publishing.Gap.START and event.state is EventState.POSTPONED:
        return url_for("staff.reschedule_event", event_id=event.id)
    if gap.page == "agenda":
        return url_for("staff.event_agenda", event_id=event.id)
    return url_for("staff.edit_event", event_id=event.id, part=gap.page)


def _count_not_invited(event_id: int) -> int:
    """How many invitations did not arrive, for whoever may see them."""
    wanted = InvitedFilter(event_id, standing=Standing.NOT_ARRIVED)
    return invited.count(wanted) if current_user.may(Right.VIEW_PEOPLE) else 0


def _ways(event: Event) -> list[tuple[str, Any]]:
    """The ways that this member may go. Nobody helps at the venue of an event that has none."""
    closed = set() if event.pool(Mode.IN_PERSON) else {"helpers"}
    if not (admitting.needs_approval(event) or undecided.asks_approval(event.id)):
        closed.add("approvals")
    if not vetting.asks(event):
        closed.add("us-persons")
    if not inviting.is_inviting(event):
        closed.add("invitations")
    return [(name, label) for name, label, right in WAYS if current_user.may(right) and name not in closed]


@blueprint.get("/events/<int:event_id>/preview")
@requires(Right.VIEW_EVENTS)
def preview_event(event_id: int) -> str:
    """The public page, as it is or as it will be."""
    return render_template("staff/program/preview.html", page=event_page(load_event(event_id), clock.now()))


def _is_ahead(event: Event) -> bool:
    """What a past or cancelled event lacks, nobody needs any more."""
    over = event.has_ended(clock.now())
    return event.state is EventState.DRAFT or (event.state is not EventState.CANCELLED and not over)

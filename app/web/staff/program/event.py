"""The page of one event: how it stands, what it lacks, and every way on."""

from datetime import datetime
from typing import Any

from flask import current_app, render_template, url_for
from flask_babel import lazy_gettext as _l
from flask_security import current_user

from app import clock, links
from app.models import Event, EventState, Mode, Right
from app.operations.communication import adapting, alerting, overviewing_followers, writing
from app.operations.program import extending, overseeing, publishing, telling
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
from app.web.showing.event_page import event_page
from app.web.staff import act_words, blueprint
from app.web.staff.acting import load_event
from app.web.staff.door import requires
from app.web.staff.program import undoing
from app.web.staff.program.sections import SECTIONS
from app.web.staff.program.summaries import next_reminder_words, part_words
from app.web.staff.program.words import instant_words, moment_words

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


@blueprint.get("/events/<int:event_id>")
@requires(Right.VIEW_EVENTS)
def event(event_id: int) -> str:
    found, at = load_event(event_id), clock.now()
    return render_template(
        "staff/program/event.html",
        event=found,
        now=at,
        address=links.absolute(f"/events/{found.slug}"),
        date_words=filters.event_date_words(found),
        when_words=filters.event_when_words(found),
        gap_url=_gap_url,
        gaps=publishing.missing(found, at, is_for_real=current_app.config["PRODUCTION"]) if _is_ahead(found) else [],
        held_back=[one for one in writing.of_event(event_id) if one.was_held_back],
        sections=SECTIONS.values(),
        part_words=part_words(found),
        next_reminder=next_reminder_words(found),
        words_of_series=[kind.label for kind in adapting.from_series(found)],
        history=overseeing.history(event_id),
        act_words=act_words,
        may_extend=extending.is_due(found, at),
        may_release=_may_release(found, at),
        is_over=found.has_ended(at),
        local_words=lambda local: moment_words(local, found.zone),
        words=lambda instant: instant_words(instant, found.zone),
        **_notice(found),
        **_people(found, at),
        **_rights(found),
    )


def _notice(event: Event) -> dict[str, Any]:
    """What people will be told of a change, while it can be undone."""
    notice = telling.waiting_notice(event.id)
    if notice is None:
        return {"notice": None}
    return {
        "notice": notice,
        "undo": undoing.of(event, notice),
        "audience": telling.audience(event, notice=notice),
    }


def _people(event: Event, at: datetime) -> dict[str, Any]:
    """How people stand to it: who waits for the office, who cannot be reached, who would like to come."""
    return {
        "unreached": reaching.unreached(event.id) if current_user.may(Right.VIEW_PEOPLE) else [],
        "invited_unreached": _count_not_invited(event.id),
        "postponed": standing_by.answers(event.id) if event.state is EventState.POSTPONED else None,
        "pending": undecided.count_pending(event.id),
        "unvetted": _count_unvetted(event, at),
        "wishes": room_wishes.count_by_event([event.id], at).get(event.id, 0),
        "in_sessions": overseeing.count_in_session_lines([event.id]).get(event.id, 0),
        "opening_alerts": alerting.count(event.id),
        "followers": overviewing_followers.count_of(event) if event.state is EventState.DRAFT else 0,
    }


def _count_unvetted(event: Event, at: datetime) -> int:
    """Of how many visitors its site has still to learn whether they are U.S. persons, for whoever may see who."""
    may_know = vetting.asks(event) and current_user.may(Right.VIEW_VETTING)
    return next((count for one, count in vetting.without_answer(at) if one is event), 0) if may_know else 0


def _rights(event: Event) -> dict[str, Any]:
    """What this member may do here, and where they may go on."""
    return {
        "may_edit": current_user.may(Right.EDIT_EVENTS),
        "may_write": current_user.may(Right.WRITE_TO_PEOPLE),
        "may_see_people": current_user.may(Right.VIEW_PEOPLE),
        "may_correct": current_user.may(Right.EDIT_PEOPLE),
        "may_audit": current_user.may(Right.VIEW_AUDIT),
        "ways": _ways(event),
    }


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

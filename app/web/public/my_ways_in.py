"""A person's own join page: one button for the event, one for each session that has a way in of its own."""

from dataclasses import dataclass
from datetime import datetime

from flask import make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from app import clock, links
from app.db import transact
from app.formats import dates
from app.models import EventSession, Registration
from app.models.joining import WayIn
from app.operations.registration.joining import (
    JoinNotReleasedError,
    JoinOverError,
    NotAttendingError,
    begins_soon,
    is_over,
    join,
    join_session,
    may_join,
    own_sessions,
)
from app.web import filters, refusals
from app.web.fields import sent_number
from app.web.public import blueprint, own
from app.web.public.form_key import issue

REFUSED = (JoinNotReleasedError, JoinOverError, NotAttendingError)


@dataclass(frozen=True)
class SessionWay:
    """One session on the join page. ``way`` is None until it may be shown."""

    id: int
    title: str
    when: str
    way: WayIn | None
    released: str  # When it is given out, in words.
    begins_soon: bool


def session_ways(mine: Registration, at: datetime) -> list[SessionWay]:
    """The sessions still to come or under way that this person may join by a link of their own."""
    return [_way(session, at) for session in own_sessions(mine) if not is_over(session, at)]


def _way(session: EventSession, at: datetime) -> SessionWay:
    joining, zone, locale = session.joining, session.event.time_zone, filters.locale()
    assert joining
    times = dates.clock_times(session.starts_at, session.ends_at, zone, locale)
    return SessionWay(
        id=session.id,
        title=session.title,
        when=f"{dates.short_date(session.starts_at, zone, locale)}, {times}",
        way=joining if joining.is_released(at) else None,
        released=filters.instant_words(joining.release_at, zone) if joining.release_at else "",
        begins_soon=begins_soon(session, at),
    )


@blueprint.route("/registrations/<token>/join", methods=["GET", "POST"])
def join_event(token: str) -> BaseResponse | str:
    """The page has buttons; a press is recorded and leads to the link that is right now.

    Entries of one's own calendar lead here by the calendar's link: it lets in, and shows neither address nor way back.
    """
    mine = own.registration(token, links.MANAGE, links.CALENDAR)
    if request.method == "POST":
        return _join(token, mine)
    return _page(token, mine)


def _page(token: str, mine: Registration, refusal: Exception | None = None) -> str:
    now, joining = clock.now(), mine.event.joining if may_join(mine) else None
    return render_template(
        "public/join.html",
        token=token,
        is_own=links.read_reference(links.MANAGE, token) is not None,
        registration=mine,
        event=mine.event,
        begins_soon=begins_soon(mine.event, now),
        joining=joining,
        may_join=may_join(mine),
        is_released=bool(joining and joining.is_released(now)),
        is_over=is_over(mine.event, now),
        ways=session_ways(mine, now),
        form_key=issue(own.purpose(mine)),
        messages=[refusals.sentence_for(refusal)] if refusal else [],
    )


def _join(token: str, mine: Registration) -> BaseResponse:
    own.check_key(mine)
    mine_id, session_id = mine.id, _session_id(request.form.get("session", ""))
    try:
        link = transact(
            lambda at: join(mine_id, at=at) if session_id is None else join_session(mine_id, session_id, at=at)
        )
    except REFUSED as refusal:
        return make_response(_page(token, own.registration(token, links.MANAGE, links.CALENDAR), refusal), 409)
    return redirect(link, 303)


def _session_id(text: str) -> int | None:
    """None for the event itself. What is no number names no session."""
    return sent_number(text) if text else None

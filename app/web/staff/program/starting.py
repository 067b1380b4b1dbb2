"""A new event: its series chosen, started from defaults or from an earlier event, with what only this one knows."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user

from app import clock
from app.db import db
from app.models import Event, Mode, Right, Series
from app.models.offer_time import FIRST_DAY_OFF
from app.operations.program import cloning, listing, overseeing, restricting, starting
from app.operations.program.moments import Moment
from app.operations.program.ordering import Disorder
from app.operations.program.planning import Seats
from app.operations.program.starting import NewEvent
from app.web import filters
from app.web.choices import ChoiceField
from app.web.staff import blueprint
from app.web.staff.acting import member
from app.web.staff.door import requires
from app.web.staff.program import zones
from app.web.staff.program.base_form import ZonedForm, summary_field
from app.web.staff.program.fields import Line, Ticks, is_web_address, needed
from app.web.staff.program.saving import save
from app.web.staff.program.seats_form import SeatsForm
from app.web.staff.program.time_fields import FOLLOWS, NeededMoment, WallTimeField

WEEKS_AHEAD = 6
DAYS_OF_WEEK = 7
UNLIMITED = "unlimited"


class NewEventForm(SeatsForm, ZonedForm):
    title = Line(_l("Title"), 200, [needed(_l("Give the event a title."))])
    summary = summary_field()
    starts = WallTimeField(_l("Starts"), [NeededMoment()])
    ends = WallTimeField(_l("Ends"), [NeededMoment()], description=FOLLOWS)
    time_zone = ChoiceField(
        _l("Time zone"), choices=zones.choices, invalid_choice_message=_l("Choose a time zone from the list.")
    )
    topics = Ticks(_l("Topics"))
    venue_name = Line(_l("Name of the place"), 200)
    restriction_reason = Line(_l("Why not everyone may register"), 300)
    link = Line(_l("Link to join"), 2000, [is_web_address], render_kw={"inputmode": "url"})

    def validate(self, extra_validators: Any = None) -> bool:
        if self.time_zone.data and zones.is_known(self.time_zone.data):
            self.zone = ZoneInfo(self.time_zone.data)
        super().validate(extra_validators)
        starts, ends = self.starts.data, self.ends.data
        if starts and ends and ends.local <= starts.local and not self.ends.errors:
            self.ends.errors = (Disorder.ENDS_FIRST.label,)  # Along with whatever else is wrong, not in a second round.
        return not self.errors

    def new_event(self) -> NewEvent:
        return NewEvent(
            title=self.title.data,
            summary=self.summary.data,
            time_zone=self.time_zone.data,
            starts=self.starts.data,
            ends=self.ends.data,
            topics=tuple(self.topics.data or ()),
            seats=self.seats().by_mode,
            venue_name=self.venue_name.data if "venue_name" in self else "",
            link=self.link.data if "link" in self else "",
            restriction_reason=self.restriction_reason.data if "restriction_reason" in self else "",
        )


@blueprint.get("/events/new")
@requires(Right.EDIT_EVENTS)
def new_event() -> str:
    """Which series it belongs to, and what it starts from."""
    at = clock.now()
    ways = [(series, cloning.last_of_series(series.id, at=at)) for series in overseeing.all_series()]
    return render_template("staff/program/new.html", ways=ways, date_words=filters.event_date_words)


@blueprint.route("/events/new/<slug:slug>", methods=["GET", "POST"])
@requires(Right.EDIT_EVENTS)
def start_event(slug: str) -> ResponseReturnValue:
    series = listing.series(slug) or abort(404)
    return _start(series, None)


@blueprint.route("/events/<int:event_id>/copy", methods=["GET", "POST"])
@requires(Right.EDIT_EVENTS)
def copy_event(event_id: int) -> ResponseReturnValue:
    source = db.session.get(Event, event_id) or abort(404)
    return _start(source.series, source)


def _start(series: Series, source: Event | None) -> ResponseReturnValue:
    form = NewEventForm(data=_from_source(source) if source else _from_defaults(series))
    form.topics.offer((topic.id, topic.name) for topic in listing.topics())
    if series.slug == "webinars" and not (source and source.venue):
        del form.in_person, form.in_person_seats, form.venue_name
    is_narrowed = bool(source and restricting.is_narrowed_meeting(source))
    if not (is_narrowed and current_user.may(Right.ADMINISTER)):
        del form.restriction_reason
    series_id, source_id = series.id, source.id if source else None
    made: list[int] = []

    def work(at: datetime) -> None:
        new = form.new_event()
        event = (
            cloning.clone(source_id, new, by=member(), at=at)
            if source_id
            else starting.create(series_id, new, by=member(), at=at)
        )
        made[:] = [event.id]

    if request.method == "POST" and form.validate() and save(form, work):
        flash(_("A draft is made. Nobody sees it until you publish it."), "success")
        return redirect(url_for("staff.event", event_id=made[0]), 303)
    refused = bool(form.errors)
    html = render_template(
        "staff/program/start.html",
        form=form,
        series=db.session.get_one(Series, series_id),
        source=db.session.get(Event, source_id) if source_id else None,
        date_words=filters.event_date_words,
        is_narrowed=is_narrowed,
        page_error=refused,
    )
    return html, 422 if refused else 200


def _from_defaults(series: Series) -> dict[str, Any]:
    defaults = series.defaults
    zone = defaults.get("time_zone") or current_app.config["DEFAULT_TIME_ZONE"]
    today = clock.now().astimezone(ZoneInfo(zone)).date()
    times = defaults.get("times", {})
    opens = time.fromisoformat(times.get("starts", "13:00"))
    start = datetime.combine(_room_for(times.get("days", 1), today + timedelta(weeks=WEEKS_AHEAD)), opens)
    length = timedelta(days=times.get("days", 1) - 1, minutes=times.get("length_minutes", 60))
    seats = {Mode(mode): None if count == UNLIMITED else count for mode, count in defaults.get("capacity", {}).items()}
    return {
        "time_zone": zone,
        "starts": Moment.near(start, ZoneInfo(zone)),
        "ends": Moment.near(start + length, ZoneInfo(zone)),
        **SeatsForm.values_of(seats),
    }


def _room_for(days: int, day: date) -> date:
    """The day itself, or the Monday after it when so many days would run into its weekend."""
    runs_over = day.weekday() + days > FIRST_DAY_OFF
    return day + timedelta(days=DAYS_OF_WEEK - day.weekday()) if runs_over else day


def _from_source(source: Event) -> dict[str, Any]:
    """The same weekday and hour, the first time it lies far enough ahead."""
    earliest = clock.now().astimezone(source.zone).replace(tzinfo=None) + timedelta(weeks=1)
    start = source.starts_local or source.postponed_from_local or earliest
    weeks = max(0, -((start - earliest) // timedelta(weeks=1)))
    delta = timedelta(weeks=weeks)
    return {
        "title": source.title,
        "summary": source.summary,
        "topics": [topic.id for topic in source.topics],
        "time_zone": source.time_zone,
        "starts": Moment.near(start + delta, source.zone),
        "ends": Moment.near(source.ends_local + delta, source.zone) if source.ends_local else None,
        "venue_name": source.venue.name if source.venue else "",
        **SeatsForm.values_of(Seats.of(source).by_mode),
    }

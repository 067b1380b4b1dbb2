"""The console's first page: what comes next, what is missing, how registrations come in."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import filterfalse
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_security import current_user

from app import clock
from app.models import Event, EventState, MessageKind, Mode, Right
from app.operations.program import overseeing, sample_contacts
from app.operations.records import reporting
from app.operations.registration import reaching, room_wishes, vetting
from app.web.staff import blueprint
from app.web.staff.door import requires
from app.web.staff.mail_health import health
from app.web.staff.mail_notices import is_stale
from app.web.staff.messages import hidden_kinds
from app.web.staff.program.aftermath import reaches_nobody

NEXT_EVENTS = 8


@dataclass(frozen=True)
class Gap:
    """Something somebody has to do, and where."""

    words: str
    url: str


@blueprint.get("/")
@requires(Right.VIEW_EVENTS)
def home() -> ResponseReturnValue:
    at = clock.now()
    found = overseeing.find(overseeing.StaffFilter(), at=at, page=1, size=NEXT_EVENTS)
    return render_template(
        "staff/home.html",
        events=found.events,
        total=found.total,
        modes=list(Mode),
        gaps=list(_gaps(at)),
        points=_points(at),
        mail=health(hidden_kinds()),
    )


def _gaps(at: datetime) -> Iterator[Gap]:
    """What is missing, as far as this member may see it."""
    yield from _of_events(at)
    if current_app.config["PRODUCTION"] and current_user.may(Right.EDIT_EVENTS):
        yield from _samples(at)
    if current_user.may(Right.VIEW_NEEDS):
        yield from _open_requests()
    if current_user.may(Right.VIEW_VETTING):
        yield from _visitors(at)
    if current_user.may(Right.EDIT_PEOPLE):
        yield from _approvals(at)
    if current_user.may(Right.VIEW_PEOPLE):
        yield from _mail(at)


def _of_events(at: datetime) -> Iterator[Gap]:
    for event in reporting.without_join_link(at):
        words = _("“%(event)s” begins within a day and tells nobody how to join online.", event=event.title)
        yield Gap(words, _join_page(event))
    for notice in filterfalse(reaches_nobody, reporting.waiting_notices()):
        words = _("A change of %(event)s will be mailed in a few minutes.", event=notice.event.title)
        if current_user.may(Right.EDIT_EVENTS):
            words = " ".join((words, _("It can still be undone.")))
        yield Gap(words, url_for("staff.event", event_id=notice.event_id))


def _join_page(event: Event) -> str:
    """Where the way to join is entered, for those who may; the event for others."""
    if current_user.may(Right.EDIT_EVENTS):
        return url_for("staff.edit_event", event_id=event.id, part="joining")
    return url_for("staff.event", event_id=event.id)


def _samples(at: datetime) -> Iterator[Gap]:
    """Contacts that stand in our sample texts and reach nobody."""
    if sample_contacts.is_sample(current_app.config["ORGANIZATION_EMAIL"]):
        words = _(
            "People are told to write to %(address)s, which is a sample. Whoever runs this site sets"
            " ORGANIZATION_EMAIL.",
            address=current_app.config["ORGANIZATION_EMAIL"],
        )
        yield Gap(words, url_for("public.contact"))
    if found := sample_contacts.coming_with_samples(at):
        words = ngettext(
            "%(event)s names a sample contact that nobody answers. Put your own in its place.",
            "%(event)s, and others to come, %(num)s in all, name a sample contact that nobody answers. Put your own"
            " in its place.",
            len(found),
            event=found[0].title,
        )
        yield Gap(words, url_for("staff.edit_event", event_id=found[0].id, part="people"))


def _open_requests() -> Iterator[Gap]:
    for event, count in reporting.open_requests():
        words = ngettext(
            "%(event)s: %(num)s accessibility request is open.",
            "%(event)s: %(num)s accessibility requests are open.",
            count,
            event=event.title,
        )
        yield Gap(words, url_for("staff.needs", event_id=event.id))


def _visitors(at: datetime) -> Iterator[Gap]:
    """Who comes to a guarded site, and has not said what it must know: without it the site may not let them in."""
    for event, count in vetting.without_answer(at):
        words = ngettext(
            "%(event)s: %(num)s person has not answered whether they are a U.S. person.",
            "%(event)s: %(num)s people have not answered whether they are U.S. persons.",
            count,
            event=event.title,
        )
        yield Gap(words, url_for("staff.us_persons", event_id=event.id))


def _approvals(at: datetime) -> Iterator[Gap]:
    """Who waits for a yes: to attend at all, or to attend in person instead."""
    for event, count in reporting.waiting_for_approval(at):
        words = ngettext(
            "%(event)s: %(num)s registration waits for approval.",
            "%(event)s: %(num)s registrations wait for approval.",
            count,
            event=event.title,
        )
        yield Gap(words, url_for("staff.approvals", event_id=event.id))
    for event, count in room_wishes.at_coming_events(at):
        words = ngettext(
            "%(event)s: %(num)s person approved for online asks for the room.",
            "%(event)s: %(num)s people approved for online ask for the room.",
            count,
            event=event.title,
        )
        yield Gap(words, url_for("staff.approvals", event_id=event.id, _anchor="room"))


def _mail(at: datetime) -> Iterator[Gap]:
    """People whom mail does not reach, and mails that did not arrive."""
    for event, count in reaching.events_with_unreached(at):
        yield Gap(_unreached(event, count), url_for("staff.attendees", event_id=event.id, mail="bounced"))
    if is_stale(at):
        yield Gap(_("The mailbox for bounces has not been read for a while."), url_for("staff.mail_notices"))
    yield from _unsent(hidden_kinds())


def _unreached(event: Event, count: int) -> str:
    """The fact for everybody, and what to do about it for those who can."""
    if not current_user.may(Right.EDIT_PEOPLE):
        return ngettext(
            "%(event)s: mail to %(num)s person came back.",
            "%(event)s: mail to %(num)s people came back.",
            count,
            event=event.title,
        )
    if event.state is EventState.CANCELLED:
        return ngettext(
            "%(event)s is cancelled, and mail to %(num)s person came back. Correct the address, or call.",
            "%(event)s is cancelled, and mail to %(num)s people came back. Correct the addresses, or call.",
            count,
            event=event.title,
        )
    return ngettext(
        "%(event)s: mail to %(num)s person came back. Correct the address before the event.",
        "%(event)s: mail to %(num)s people came back. Correct the addresses before the event.",
        count,
        event=event.title,
    )


def _unsent(hidden: frozenset[MessageKind]) -> Iterator[Gap]:
    """Mails that did not arrive, event by event, and those besides."""
    rest = reporting.unsent_mails(hidden)
    named = reporting.unsent_by_event(hidden) if rest else []
    for event, count in named:
        rest -= count
        words = ngettext(
            "%(event)s: %(num)s mail did not arrive.",
            "%(event)s: %(num)s mails did not arrive.",
            count,
            event=event.title,
        )
        yield Gap(words, url_for("staff.messages", state="failed", event=event.id))
    others = ngettext("%(num)s other mail did not arrive.", "%(num)s other mails did not arrive.", rest)
    words = others if named else ngettext("%(num)s mail did not arrive.", "%(num)s mails did not arrive.", rest)
    if rest:
        yield Gap(words, url_for("staff.messages", state="failed"))


def _points(at: datetime) -> list[tuple[str, int]]:
    """Registrations by day, for the chart."""
    zone = ZoneInfo(current_app.config["DEFAULT_TIME_ZONE"])
    locale = str(get_locale() or "en")
    return [
        (format_date(each.day, "MMM d", locale=locale), each.count) for each in reporting.registrations_by_day(at, zone)
    ]

"""Publishing: what an event still lacks, and the step from draft to public."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from app.db import db
from app.models import ChangeNotice, Event, EventState, Mode, Registration
from app.models.labels import Labelled
from app.operations import auditing
from app.operations.program import sample_contacts
from app.operations.program.outside import outside
from app.operations.registration import allotting

# 41 CFR 102-3.150: the notice of an advisory committee's meeting appears at least this long before it.
FEDERAL_REGISTER_DAYS = 7


class Gap(Labelled):
    """Something an event lacks: "stop" blocks publishing, "warn" advises. The value begins with the page to go to."""

    START = "timing:start", _l("Say when it starts and ends."), "stop"
    SUMMARY = "basics:summary", _l("Write a summary: one or two sentences for lists and search."), "stop"
    SEATS = "place:seats", _l("Say how people attend: in person, online or both."), "stop"
    VENUE = "place:venue", _l("Say where people meet."), "stop"
    ID_TEXT = "place:id", _l("Say which ID people must bring, because it is checked at the door."), "stop"
    CONTACT = "people:contact", _l("Name a contact with an email address or a phone number."), "stop"
    ACCESS_CONTACT = "people:access", _l("Name whom to ask about accessibility, with an address or a number."), "stop"
    ACCESS_BY = "people:access-by", _l("Say by which day people should ask for accessibility needs."), "stop"
    PRIVACY = "notices:privacy", _l("Write the Privacy Act statement that the form shows."), "stop"
    OMB = (
        "notices:omb",
        _l("The form asks for the role, or a covered question: that needs an OMB number that has not expired."),
        "stop",
    )
    PAST = "timing:past", _l("It lies in the past. It will appear among the past events."), "warn"
    JOINING = "joining:link", _l("The way to join online is not entered yet."), "warn"
    RELEASE = "joining:release", _l("Say when the way to join is mailed."), "warn"
    NOTICE = (
        "committee:days",
        _l("A Federal Register notice is due 7 calendar days before a meeting."),
        "warn",
    )
    CITATION = "committee:citation", _l("Enter the docket and the Federal Register citation."), "warn"
    SAMPLES = "people:samples", _l("A contact is a sample that nobody answers. Put your own in its place."), "warn"
    ACCESS_SOON = "people:access-soon", _l("The last day to ask for accessibility needs is today, or is past."), "warn"
    OUTSIDE = "agenda:outside", _l("A session lies outside the event’s time. Move it or remove it."), "warn"
    CAPTIONS = "people:captions", _l("Say whether there are captions."), "warn"

    @property
    def blocks(self) -> bool:
        return self.tone == "stop"

    @property
    def page(self) -> str:
        """The page of the console on which it is mended."""
        return str(self.value).partition(":")[0]


class NotReadyError(Exception):
    """Something that every public event must say is missing."""

    def __init__(self, gaps: list[Gap]) -> None:
        super().__init__(*(gap.value for gap in gaps))
        self.gaps = gaps


class NotInThisStateError(Exception):
    """The event's state does not allow this step."""


class PeopleRegisteredError(Exception):
    """A public event cannot become a draft again once somebody registered."""


def missing(event: Event, at: datetime, *, is_for_real: bool = False) -> list[Gap]:
    """What the event lacks: first what blocks publishing, then advice. ``is_for_real``: no demonstration."""
    rules = (_basics, _place, _people, _notices, _joining, _committee)
    found = {gap for rule in rules for gap in rule(event, at)}
    if is_for_real and sample_contacts.has_samples(event):
        found.add(Gap.SAMPLES)
    return sorted(found, key=lambda gap: (not gap.blocks, list(Gap).index(gap)))


def blocking(event: Event, at: datetime) -> list[Gap]:
    return [gap for gap in missing(event, at) if gap.blocks]


def _basics(event: Event, at: datetime) -> Iterator[Gap]:
    if event.starts_at is None or event.ends_at is None:
        yield Gap.START
    elif event.ends_at <= at:
        yield Gap.PAST
    if outside(event, event.starts_local, event.ends_local):
        yield Gap.OUTSIDE
    if not event.summary:
        yield Gap.SUMMARY


def _place(event: Event, _at: datetime) -> Iterator[Gap]:
    if not event.pools:
        yield Gap.SEATS
    if event.pool(Mode.IN_PERSON) and event.venue is None:
        yield Gap.VENUE
    if event.venue and event.venue.id_checked and not event.venue.id_text:
        yield Gap.ID_TEXT


def _people(event: Event, at: datetime) -> Iterator[Gap]:
    if not (event.contact_name and (event.contact_email or event.contact_phone)):
        yield Gap.CONTACT
    reachable = event.accessibility_contact_email or event.accessibility_contact_phone
    if not (event.accessibility_contact_name and reachable):
        yield Gap.ACCESS_CONTACT
    if event.accessibility_by is None and event.takes_registrations:
        yield Gap.ACCESS_BY
    today = at.astimezone(event.zone).date()
    asks = event.state is EventState.DRAFT and event.takes_registrations and not event.has_ended(at)
    if asks and event.accessibility_by and event.accessibility_by <= today:
        yield Gap.ACCESS_SOON
    if not event.captions:
        yield Gap.CAPTIONS


def _notices(event: Event, at: datetime) -> Iterator[Gap]:
    if event.takes_registrations and not event.privacy_statement:
        yield Gap.PRIVACY
    if event.takes_registrations and event.asks_covered and not event.has_clearance(at):
        yield Gap.OMB


def _joining(event: Event, _at: datetime) -> Iterator[Gap]:
    if not event.pool(Mode.ONLINE):
        return
    if any(joining.is_entered for joining in event.session_joinings) and not (
        event.joining and event.joining.is_entered
    ):
        return  # Each session has its own way in.
    if event.joining is None or not event.joining.is_entered:
        yield Gap.JOINING
    if event.joining is None or not event.joining.has_release:
        yield Gap.RELEASE


def _committee(event: Event, at: datetime) -> Iterator[Gap]:
    if event.committee is None or event.has_ended(at):
        return
    if event.starts_local:
        today = at.astimezone(event.zone).date()
        if event.starts_local.date() - today < timedelta(days=FEDERAL_REGISTER_DAYS):
            yield Gap.NOTICE
    if not (event.committee.docket and event.committee.citation):
        yield Gap.CITATION


def publish(event_id: int, *, by: str, at: datetime) -> Event:
    """Make a draft public. Raises NotReadyError, NotInThisStateError."""
    event = allotting.lock_event(event_id)
    if event.state is not EventState.DRAFT:
        raise NotInThisStateError
    gaps = blocking(event, at)
    if gaps:
        raise NotReadyError(gaps)
    event.state = EventState.PUBLISHED
    event.published_at = event.changed_at = at
    auditing.record("published event", actor=by, subject="event", subject_id=event.id, event_id=event.id, at=at)
    return event


def withdraw(event_id: int, *, by: str, at: datetime) -> Event:
    """Make a public event a draft again, as long as nobody registered. Raises PeopleRegisteredError.

    A cancelled one too, once its cancelling cannot be undone and all were told: it may have been a slip, or a trial.
    """
    event = allotting.lock_event(event_id)
    if event.state not in (EventState.PUBLISHED, EventState.CANCELLED) or _is_being_cancelled(event):
        raise NotInThisStateError
    if db.session.scalar(select(func.count()).where(Registration.event_id == event.id)):
        raise PeopleRegisteredError
    event.state, event.published_at, event.changed_at = EventState.DRAFT, None, at
    event.postponed_from_local, event.change_reason = None, ""
    auditing.record("made draft again", actor=by, subject="event", subject_id=event.id, event_id=event.id, at=at)
    return event


def _is_being_cancelled(event: Event) -> bool:
    """Also while people are being told, a batch at a time."""
    goes_on = ChangeNotice.recipients.is_(None), ChangeNotice.withdrawn_at.is_(None)
    found = db.session.scalar(select(ChangeNotice.id).where(ChangeNotice.event_id == event.id, *goes_on).limit(1))
    return event.state is EventState.CANCELLED and found is not None

"""One event's page, for visitors and for the office's preview."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import gettext as _

from app import links
from app.formats import dates, json_ld
from app.models import Event, EventState, Material, Mode, Venue
from app.models.availability import Availability, availability
from app.operations.program.former_times import FormerTime
from app.web import filters, language
from app.web.showing.agenda import Day, agenda
from app.web.showing.cards import Card, State, card, state_of
from app.web.showing.former_words import former_of, former_words
from app.web.showing.panel import Panel, panel

STATUS = {
    Availability.POSTPONED: json_ld.EventStatus.POSTPONED,
    Availability.CANCELLED: json_ld.EventStatus.CANCELLED,
}
OFFER = {
    Availability.OPENS_LATER: json_ld.Availability.OPENS_LATER,
    Availability.OPEN: json_ld.Availability.OPEN,
    Availability.FEW_SEATS: json_ld.Availability.FEW_SEATS_LEFT,
    Availability.WAITING_LIST: json_ld.Availability.FULL,
    Availability.FULL: json_ld.Availability.FULL,
}


@dataclass(frozen=True)
class EventPage:
    """What templates/public/event.html places."""

    event: Event
    card: Card
    title: str
    when_words: str
    former: str  # The day or the hours for which it was planned before.
    hall: str  # Where exactly; nothing where the town is all that is known.
    us_times: list[tuple[str, list[str]]]
    state: State
    panel: Panel
    warning: str
    agenda: list[Day]
    agenda_note: str
    materials: list[Material]
    join_words: str
    needs_words: str
    has_times: bool
    is_held: bool  # Or will be: what says how to get there is of no use otherwise.
    comments_close: str
    json_ld: str


def event_page(event: Event, at: datetime) -> EventPage:
    found, former = availability(event, at), former_of(event, at)
    return EventPage(
        event=event,
        card=card(event, at),
        title=f"{event.title}, {filters.event_date_words(event)}",
        when_words=filters.event_when_words(event),
        hall=_hall(event.venue) if event.venue else "",
        former=former_words(event, former),
        us_times=filters.event_us_times(event),
        state=state_of(found),
        panel=panel(event, at),
        warning=_warning(found),
        agenda=agenda(event),
        agenda_note=_agenda_note(event, found),
        materials=event.published_materials(at),
        join_words=_join_words(event, at) if found is not Availability.CANCELLED else "",
        needs_words=_needs_words(event, found),
        has_times=filters.has_times(event),
        is_held=found is not Availability.CANCELLED,
        comments_close=_comments_close(event),
        json_ld=json_ld.script_text(json_ld.event_data(_facts(event, found, former))),
    )


def _hall(venue: Venue) -> str:
    address = filters.address_words(venue)
    if address == filters.town_words(venue):
        address = ""
    named = "" if venue.name == venue.city else venue.name
    return ", ".join(part for part in (named, venue.room, address) if part)


def _warning(found: Availability) -> str:
    if found is Availability.CANCELLED:
        return _("This event is cancelled")
    return _("This event is postponed") if found is Availability.POSTPONED else ""


def _agenda_note(event: Event, found: Availability) -> str:
    zone = _("All times are %(zone)s.", zone=dates.zone_words(event.time_zone, filters.locale()))
    if found is Availability.POSTPONED:
        return _("%(zone)s The hours are those that were planned; the new days follow.", zone=zone)
    return _("%(zone)s So it was planned.", zone=zone) if found is Availability.CANCELLED else zone


def _comments_close(event: Event) -> str:
    """A deadline that hangs on a meeting falls away with it, and while its new day is sought."""
    if event.state is not EventState.PUBLISHED or not (event.committee and event.committee.comments_close_at):
        return ""
    return filters.instant_words(event.committee.comments_close_at, event.time_zone)


def _join_words(event: Event, at: datetime) -> str:
    """How people who attend online will get in. The link itself stands on no page."""
    if Mode.ONLINE not in event.modes or not event.takes_registrations or event.has_ended(at):
        return ""
    if event.starts_at is None:
        return _("Once there is a new date, we mail the way to join to everyone registered.")
    released = event.joining.release_at if event.joining else None
    if released and released > at:
        when = filters.instant_words(released, event.time_zone)
        return _("We mail the way to join on %(when)s to everyone registered.", when=when)
    return _("We mail the way to join to everyone registered.")


def _needs_words(event: Event, found: Availability) -> str:
    """How to ask for what one needs to take part; a day that has passed is not told."""
    if found in {Availability.PAST, Availability.CANCELLED}:
        return _("Do you need the materials in another form? Write or call.")
    how = _("Write or call to tell us what you need to take part.")
    if found.takes_registrations:
        how = _("Tell us on the form what you need to take part, or write or call.")
    return f"{how} {filters.ask_by_words(event)}".strip()


def _facts(event: Event, found: Availability, former: FormerTime | None) -> json_ld.EventFacts:
    start, end = _times(event, ZoneInfo(event.time_zone))
    return json_ld.EventFacts(
        name=event.title,
        url=links.absolute(f"/events/{event.slug}", language.current()),
        organizer_name=current_app.config["ORGANIZATION_NAME"],
        organizer_url=links.absolute("/", language.current()),
        language=language.current(),
        status=STATUS.get(found, json_ld.EventStatus.MOVED if former else json_ld.EventStatus.SCHEDULED),
        start=start,
        end=end,
        previous_start=former.starts_at.astimezone(ZoneInfo(former.time_zone)) if former else None,
        venue=_place(event.venue) if event.venue else None,
        online=Mode.ONLINE in event.modes,
        description=event.summary,
        availability=OFFER.get(found),
        registration_opens=event.registration_opens_at,
    )


def _times(event: Event, zone: ZoneInfo) -> tuple[date | None, date | None]:
    """Start and end, or their days. While a new date is sought, search engines ask for the start that was given up."""
    if event.starts_at is None and event.postponed_from_local:
        return event.postponed_from_local.replace(tzinfo=zone), None
    if not (event.has_days and event.starts_at):
        return None, None
    if not event.has_hours:
        return filters.event_days(event)
    return event.starts_at.astimezone(zone), event.ends_at and event.ends_at.astimezone(zone)


def _place(venue: Venue) -> json_ld.Venue:
    parts = ("name", "street", "city", "region", "postal_code", "country")
    return json_ld.Venue(**{part: getattr(venue, part) for part in parts})

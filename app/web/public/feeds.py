"""The lists and single events as calendar files and Atom feeds."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

from flask import Response, abort, current_app, request, url_for
from flask_babel import gettext as _

from app import clock, links
from app.formats import atom, calendar, dates, file_names
from app.models import Event, EventState
from app.operations.program import listing
from app.operations.program.listing import EventFilter
from app.web import kept, language, site
from app.web.filters import event_when_words
from app.web.public import blueprint, entries
from app.web.public.event_filter import FilterForm, address
from app.web.showing.cards import where_words

MOST = 200
SINCE = date(2026, 1, 1)  # A feed's id names the day from which it is meant; it never changes.
CALENDAR = "text/calendar; charset=utf-8"
ATOM = "application/atom+xml; charset=utf-8"

Writer = Callable[[str, str, list[Event]], Response]


@blueprint.get("/events/<slug:slug>.ics")
def event_ics(slug: str) -> Response:
    found = listing.card(slug) or abort(404)
    if not found.has_days:
        abort(404)
    site.facts()
    kept.keep()
    response = Response(calendar.listing(found.title, [entries.entry(found)]), content_type=CALENDAR)
    response.headers["Content-Disposition"] = file_names.content_disposition(found.slug, "ics")
    return response


@blueprint.get("/events.ics")
def events_ics() -> Response:
    return _filtered_list(_as_calendar)


@blueprint.get("/events.atom")
def events_atom() -> Response:
    return _filtered_list(_as_feed)


@blueprint.get("/series/<slug:slug>.ics")
def series_ics(slug: str) -> Response:
    return _series(slug, _as_calendar)


@blueprint.get("/series/<slug:slug>.atom")
def series_atom(slug: str) -> Response:
    return _series(slug, _as_feed)


@blueprint.get("/topics/<slug:slug>.ics")
def topic_ics(slug: str) -> Response:
    return _topic(slug, _as_calendar)


@blueprint.get("/topics/<slug:slug>.atom")
def topic_atom(slug: str) -> Response:
    return _topic(slug, _as_feed)


def _filtered_list(write: Writer) -> Response:
    form = FilterForm.read(request.args, listing.choices())
    return _list(form.title, address(form.wanted), form.wanted, write)


def _series(slug: str, write: Writer) -> Response:
    found = listing.series(slug) or abort(404)
    return _list(found.full_name, url_for("public.series", slug=slug), EventFilter(series=slug), write)


def _topic(slug: str, write: Writer) -> Response:
    found = listing.topic(slug) or abort(404)
    return _list(found.name, url_for("public.topic", slug=slug), EventFilter(topic=slug), write)


def _list(title: str, page_path: str, wanted: EventFilter, write: Writer) -> Response:
    at = clock.now()
    found = listing.all_of(wanted, at=at, most=MOST)
    site.facts()
    kept.keep(listing.next_state_of(found, at))
    name = current_app.config["ORGANIZATION_NAME"]
    return write(_("%(office)s: %(list)s", office=name, list=title), page_path, found)


def _as_calendar(title: str, _page_path: str, events: list[Event]) -> Response:
    dated = [entries.entry(event) for event in events if event.has_days]
    return Response(calendar.listing(title, dated), content_type=CALENDAR)


def _as_feed(title: str, page_path: str, events: list[Event]) -> Response:
    feed = atom.Feed(
        id=atom.tag_uri(_host(), SINCE, page_path),
        title=title,
        url=_absolute(page_path),
        self_url=_absolute(request.full_path.rstrip("?")),
        author=current_app.config["ORGANIZATION_NAME"],
        updated=max((event.changed_at for event in events), default=datetime.combine(SINCE, datetime.min.time(), UTC)),
        language=language.current(),
        entries=[_feed_entry(event) for event in events],
    )
    return Response(atom.write_feed(feed), content_type=ATOM)


def _feed_entry(event: Event) -> atom.FeedEntry:
    return atom.FeedEntry(
        id=atom.tag_uri(_host(), SINCE, f"events/{event.id}"),
        title=event.title,
        url=_absolute(url_for("public.event", slug=event.slug)),
        updated=event.changed_at,
        published=event.published_at,
        summary=_told(event),
        categories=[event.series.name],
    )


def _told(event: Event) -> str:
    """Cancelled · Thursday, May 7, 2026, 1:00–2:00 p.m. Eastern Time · Online. Then the summary: who reads a feed sees
    nothing else, and sees from it what was moved."""
    states = {EventState.CANCELLED, EventState.POSTPONED}
    first = [str(event.state.label)] if event.state in states else []
    facts = " · ".join([*first, dates.plain(event_when_words(event)), where_words(event)])
    return " ".join(part for part in (f"{facts}.", event.summary) if part)


def _host() -> str:
    return str(urlsplit(current_app.config["BASE_URL"]).hostname)


def _absolute(path: str) -> str:
    """Never from the Host header. The path carries its language already."""
    return links.absolute(path)

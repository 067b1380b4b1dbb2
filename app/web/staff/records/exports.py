"""Lists as files: which there are, who took which, and taking one."""

from collections.abc import Mapping
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _

from app import clock
from app.db import transact
from app.formats.file_names import content_disposition
from app.formats.xlsx_file import TooManyRowsError
from app.models import Event, Right
from app.operations.records import exporting
from app.operations.records.exporting import Format, Order
from app.operations.records.profiles import PROFILES
from app.operations.records.profiles.profile import Choice
from app.operations.registration import filtering
from app.web.staff import blueprint
from app.web.staff.acting import load_event, member
from app.web.staff.door import requires
from app.web.staff.proof import is_just_proven
from app.web.staff.registration.attendees import EVENT, filter_in


@blueprint.get(f"{EVENT}/exports")
@requires(Right.EXPORT_LISTS)
def exports(event_id: int) -> ResponseReturnValue:
    """Asks for a fresh proof first, so that pressing the button is not met by a question."""
    if not is_just_proven():
        return _prove(event_id)
    event, asked = load_event(event_id), filter_in(request.args, event_id)
    return render_template(
        "staff/records/exports.html",
        event=event,
        profiles=PROFILES.values(),
        formats=Format,
        words=asked.words.values(),
        query=filtering.written(asked),
        days=[(day.isoformat(), format_date(day, "full")) for day in event.days],
        taken=exporting.taken(event_id),
        labels={name: profile.label for name, profile in PROFILES.items()},
        zone=ZoneInfo(event.time_zone),
    )


def _log_refusal() -> None:
    """Keep in the log who tried to take a list without the right to."""
    event_id, profile, actor = (request.view_args or {})["event_id"], request.form.get("profile", ""), member()
    transact(lambda at: exporting.record_refusal(event_id, profile, by=actor, at=at))


@blueprint.post(f"{EVENT}/exports")
@requires(Right.EXPORT_LISTS, told=_log_refusal)
def export(event_id: int) -> ResponseReturnValue:
    """Write the file, log it, and only then hand it out."""
    event = load_event(event_id)
    if not is_just_proven():
        return _prove(event_id)
    order, actor = _order(event, request.form), member()
    title = order.title
    with ExitStack() as kept:
        file = kept.enter_context(TemporaryFile())
        try:
            written = exporting.write(order, file, clock.now())
        except TooManyRowsError:
            flash(_("An Excel sheet does not hold so many rows. Take the list as CSV."), "error")
            return redirect(url_for("staff.exports", event_id=event_id), 303)
        transact(lambda at: exporting.record(order, written, by=actor, at=at))
        kept.pop_all()  # It is closed when the answer has been sent, and then it is gone.
    return _sent(file, order.format, title)


def _order(event: Event, values: Mapping[str, Any]) -> Order:
    """What was asked for; a profile or format that we do not have comes from no form of ours."""
    profile = PROFILES.get(values.get("profile", "")) or abort(404)
    kind = next((kind for kind in Format if kind.value == values.get("format")), None) or abort(404)
    known = set(event.day_keys)
    days = tuple(sorted(known.intersection(request.form.getlist("days"))))
    return Order(profile, kind, Choice(filter_in(values, event.id), days))


def _sent(file: Any, kind: Format, title: str) -> Response:
    response = send_file(file, mimetype=kind.content_type)
    response.headers["Content-Disposition"] = content_disposition(title, kind.value)
    response.headers["Cache-Control"] = "no-store"
    return response


def _prove(event_id: int) -> ResponseReturnValue:
    """Ask for the password or passkey again, and come back to the page with the lists."""
    query: dict[str, Any] = {**filtering.written(filter_in(request.values, event_id))}
    return redirect(url_for("security.verify", next=url_for("staff.exports", event_id=event_id, **query)), 303)

"""The office's own list: everybody the filter means, with every column and answer. Never accessibility needs."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import case, func, select

from app.db import db
from app.models import Approval, Event, Mode, PostponedAnswer, Registration, RegistrationSource, RegistrationState, Role
from app.models.registration import LINE
from app.operations.records.profiles.answers import answer_columns
from app.operations.records.profiles.columns import Column, Turn, choice, country, days, instant, number, yes_or_no
from app.operations.records.profiles.profile import Choice, Line, Profile, Reading
from app.operations.records.profiles.session_columns import session_columns
from app.operations.registration.cancelling import BOOKER, PERSON
from app.operations.registration.listing import BOOKED_BY
from app.operations.registration.undecided import asks_approval

AT_ONCE = 200  # Rows held in memory while a list is written.


def _title(event: Event) -> Turn:
    return {event.id: event.title}.get


def _single_spaced(_event: Event) -> Turn:
    return lambda name: " ".join(name.split())


def _by_whom(_event: Event) -> Turn:
    """Staff by their address; others by what they are."""
    words = {PERSON: _("the person"), BOOKER: _("whoever booked for them"), LINE: _("no answer to an offered seat")}
    return lambda actor: words.get(actor, actor)


_FULL_NAME = (
    Registration.first_name + " " + Registration.middle_name + " " + Registration.last_name + " " + Registration.suffix
)

# Kept when somebody is seated, so that who is moved back stands where they stood; but then they wait no more.
_POSITION = case((Registration.waits_for.is_not(None), Registration.position))

COLUMNS = (
    Column(_l("Event"), Registration.event_id, _title),
    Column(_l("Confirmation number"), Registration.number),
    choice(_l("State"), Registration.state, RegistrationState),
    number(_l("Joined the line as number"), _POSITION),
    choice(_l("Waits for"), Registration.waits_for, Mode),
    instant(_l("Seat held until"), Registration.offered_until),
    choice(_l("Attends"), Registration.mode, Mode),
    Column(_l("Last name"), Registration.last_name),
    Column(_l("First name"), Registration.first_name),
    Column(_l("Middle name"), Registration.middle_name),
    Column(_l("Suffix"), Registration.suffix),
    Column(_l("Full name"), _FULL_NAME, _single_spaced),
    Column(_l("Email address"), Registration.email),
    Column(_l("Organization"), Registration.organization),
    Column(_l("Job title"), Registration.job_title),
    country(_l("Country of work"), Registration.country),
    Column(_l("Country code"), Registration.country),
    choice(_l("Role"), Registration.role, Role),
    days(_l("Arrival days"), Registration.days),
    yes_or_no(_l("Wants news of the series"), Registration.wants_mail),
    Column(_l("Language of mails"), Registration.language),
    choice(_l("How registered"), Registration.source, RegistrationSource),
    instant(_l("Registered"), Registration.registered_at),
    instant(_l("Confirmed"), Registration.confirmed_at),
    instant(_l("Cancelled"), Registration.cancelled_at),
    Column(_l("Cancelled by"), Registration.cancelled_by, _by_whom),
    instant(_l("Pressed join"), Registration.joined_at),
    Column(_l("Booked by"), BOOKED_BY),
    choice(_l("After the postponement"), Registration.postponed_answer, PostponedAnswer),
)


def _decision(column: Any) -> Any:
    return select(column).where(Approval.registration_id == Registration.id).correlate(Registration).scalar_subquery()


# Of an event whose people the office approves.
DECISION = (
    instant(_l("Approved or declined"), _decision(Approval.decided_at)),
    Column(_l("Approved or declined by"), _decision(Approval.decided_by)),
)


def read(event: Event, wanted: Choice) -> Reading:
    """Rows and their number come from one statement, so that they agree while people register."""
    everybody = wanted.asked.matching(Registration.id).order_by(None).subquery()
    count = select(func.count()).select_from(everybody).scalar_subquery()
    decision = DECISION if asks_approval(event.id) else ()
    columns = (*COLUMNS, *decision, *session_columns(event), *answer_columns(event))
    query = wanted.asked.matching(*(column.value for column in columns), count)
    # Past the ORM, which would look at every row once more.
    result = db.session.connection().execute(query.execution_options(yield_per=AT_ONCE))
    blocks = result.partitions()
    first = next(blocks, None)
    headings = [column.heading(event) for column in columns]
    if not first:
        return Reading(headings, 0, iter(()))
    typed = [place for place, column in enumerate(columns) if column.is_typed]
    kinds = {place: column.kind for place, column in enumerate(columns) if column.kind}
    return Reading(headings, first[0][-1], _lines(chain((first,), blocks), columns, event), typed, kinds)


def _lines(blocks: Iterable[Sequence[Any]], columns: Sequence[Column], event: Event) -> Iterator[Line]:
    """Turn column by column, many rows at once: one by one takes longer than reading them."""
    turns = [(place, column.turn(event)) for place, column in enumerate(columns) if column.turn]
    for block in blocks:
        cells: list[Any] = list(zip(*block, strict=True))
        cells.pop()  # The number of rows.
        for place, turn in turns:
            cells[place] = map(turn, cells[place])
        yield from zip(*cells, strict=True)


ATTENDEES = Profile(
    "attendees",
    _l("Attendees"),
    _l("For the office itself: the people of the list with everything they told, except what they need to take part."),
    read,
    takes_filter=True,
)

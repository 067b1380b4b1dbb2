"""Taking events in from files, and the list of series and topics from the office's own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import select

from app.db import Model, db
from app.formats.plain_yaml import Named, UnreadableFileError
from app.models import Event, EventState, Reminder, Series, Topic, TopicKind
from app.models.search import event_search_key
from app.operations import auditing
from app.operations.program import keeping_series
from app.operations.program.event_file import EventFile
from app.operations.program.event_file_keys import COLUMNS, columns_of
from app.operations.program.event_file_questions import QuestionsReader
from app.operations.program.file_times import FileTime
from app.operations.program.file_values import at_name, default_of
from app.operations.program.planning import follow_starts
from app.operations.program.question_details import Home, copied, made, questions_of
from app.operations.program.restricting import is_narrowed_meeting
from app.operations.program.way_times import WAYS
from app.operations.registration import allotting, seating


def import_event(
    file: EventFile, *, actor: str, at: datetime, is_demo: bool = False, restriction_reason: str = ""
) -> Event:
    """Add the file's event. Raises EventFileError when its address is taken, when a series or topic is unknown, or
    when it narrows a committee meeting and nobody says why.
    """
    if db.session.scalar(select(Event.id).where(Event.slug == file.columns["slug"])):
        raise file.fault("slug", _("an event with this address is here already."))
    zone = ZoneInfo(file.columns["time_zone"])
    event = Event(series=_series(file), topics=_topics(file), asked_fields=file.asked_fields, is_demo=is_demo)
    _fill(event, "event", file.columns, zone)
    event.changed_at = at
    event.published_at = at if event.state is not EventState.DRAFT else None
    event.search_key = event_search_key(event)
    db.session.add(event)
    for mode, capacity in file.seats.items():
        allotting.add_pool(event, mode, capacity)
    _add_parts(event, file, zone)
    for place, one in enumerate(file.questions, start=1):
        event.questions.append(made(Home(), one.key, one.kind, one.wording, place=place, at=at))
    db.session.flush()
    follow_starts(event, at)
    for session, values in zip(event.sessions, file.lists["sessions"], strict=True):
        for mode, capacity in values["seats"].items():
            seating.add_pool(session, mode, capacity)
    db.session.flush()
    is_narrowed = is_narrowed_meeting(event)
    if is_narrowed and not restriction_reason:
        raise file.fault("rules", _("a committee meeting is public. Say with --reason why not everybody may register."))
    told = {"slug": event.slug} | ({"reason to restrict": restriction_reason} if is_narrowed else {})
    auditing.record(
        "imported",
        actor=actor,
        subject="event",
        subject_id=event.id,
        event_id=event.id,
        detail=told,
        at=at,
    )
    return event


def import_catalogue(series: Sequence[Named], topics: Sequence[Named]) -> list[Named]:
    """Add the series and topics that are new and bring the others up to date, in this order.

    Nothing is taken away: events may still use it. What staff changed of a series stays as they left it. Returns the
    series that are new.
    """
    known = set(db.session.scalars(select(Series.slug)))
    for place, entry in enumerate(series, start=1):
        values = {name: value for name, value in entry.items() if name != "questions"}
        _keep_series({"acronym": "", "description": "", "defaults": {}, **values, "place": place})
    for place, entry in enumerate(topics, start=1):
        kind = TopicKind(entry["kind"])
        _keep(Topic, {"acronym": "", "description": "", **entry, "kind": kind, "place": place})
    db.session.flush()
    return [entry for entry in series if entry["slug"] not in known]


def begin_with_questions(series: Sequence[Named], at: datetime) -> None:
    """Give new series the questions of the library that their entries name. From then on they are staff's to change.

    What staff take out of the library stands in it as asked no more, so a key that it lacks is a slip of the file.
    """
    library = {one.key: one for one in questions_of(Home())}
    for entry in series:
        home = Home(series_id=db.session.scalars(select(Series.id).where(Series.slug == entry["slug"])).one())
        wanted = entry.get("questions", ())
        if missing := [key for key in wanted if key not in library]:
            sentence = f"series.yaml: the library has no question {', '.join(missing)}."
            raise UnreadableFileError(sentence, entry.line_of("questions"))
        sources = [library[key] for key in wanted]
        db.session.add_all(copied(one, home, place, at) for place, one in enumerate(sources, start=1))
    db.session.flush()


def import_library(questions: Sequence[Named], at: datetime) -> None:
    """Add the questions that are new to the library, after the others. What staff made of it stays as it is."""
    reader = QuestionsReader(at.date(), _refuse)
    for entry in questions:
        reader.add(entry)
    standing = questions_of(Home())
    known, place = {one.key for one in standing}, len(standing)
    for number, one in enumerate(reader.read, start=1):
        if one.key not in known:
            db.session.add(made(Home(), one.key, one.kind, one.wording, place=place + number, at=at))
    db.session.flush()


def _refuse(source: Named, key: str, sentence: str) -> None:
    raise UnreadableFileError(f"questions.yaml: {key}: {sentence}.", source.line_of(key))


def _keep_series(values: dict[str, Any]) -> None:
    series = db.session.scalar(select(Series).where(Series.slug == values["slug"]))
    own = keeping_series.set_by_office(series) if series else {}
    _keep(Series, values)
    if series and own:
        keeping_series.set_again(series, own)


def _keep(model: type[Series] | type[Topic], values: dict[str, Any]) -> None:
    row = db.session.scalar(select(model).where(model.slug == values["slug"])) or model(slug=values["slug"])
    for name, value in values.items():
        setattr(row, name, _trimmed(value))
    db.session.add(row)


def _trimmed(value: Any) -> Any:
    """Without the line break that ends a long text in a file."""
    if isinstance(value, dict):
        return {name: _trimmed(inner) for name, inner in value.items()}
    return value.strip() if isinstance(value, str) else value


def _series(file: EventFile) -> Series:
    series = db.session.scalar(select(Series).where(Series.slug == file.series))
    if series is None:
        raise file.fault("series", _("there is no series “%(slug)s”.", slug=file.series))
    return series


def _topics(file: EventFile) -> list[Topic]:
    found = db.session.scalars(select(Topic).where(Topic.slug.in_(file.topics)).order_by(Topic.place)).all()
    for slug in file.topics:
        if slug not in {topic.slug for topic in found}:
            raise file.fault("topics", _("there is no topic “%(slug)s”.", slug=slug))
    return list(found)


def _add_parts(event: Event, file: EventFile, zone: ZoneInfo) -> None:
    for name, values in file.blocks.items():
        if name in WAYS.values():
            _fill(getattr(event, name), name, values, zone)  # The seats are there; these are their own times.
        else:
            setattr(event, name, _row(name, values, zone))
    event.reminders = _reminders(event, file, zone)
    event.speakers = [_row("speakers", values, zone, place) for place, values in enumerate(file.lists["speakers"])]
    event.answered_questions = [
        _row("answered_questions", values, zone, place)
        for place, values in enumerate(file.lists["answered_questions"], start=1)
    ]
    event.wordings = [_row("wordings", values, zone) for values in file.lists["wordings"]]
    for wording, values in zip(event.wordings, file.lists["wordings"], strict=True):
        wording.sentences = values["sentences"]
    event.materials = [_row("materials", values, zone, place) for place, values in enumerate(file.lists["materials"])]
    for values in file.lists["sessions"]:
        session = _row("sessions", values, zone)
        session.speakers = [event.speakers[index] for index in values["speakers"]]
        if values["joining"]:
            session.joining = _row("session_joining", values["joining"], zone)
        event.sessions.append(session)


def _reminders(event: Event, file: EventFile, zone: ZoneInfo) -> list[Reminder]:
    """Those of the file; where it names none, what every new event of the series begins with."""
    if not file.says("reminders"):
        return [Reminder.of(lead) for lead in event.series.leads]
    return [_row("reminders", values, zone) for values in file.lists["reminders"]]


def _row(part: str, values: dict[str, Any], zone: ZoneInfo, place: int | None = None) -> Any:
    row = COLUMNS[part][0]()
    _fill(row, part, values, zone)
    if place is not None:
        setattr(row, "place", place)  # noqa: B010  Speakers and materials have one; their common type does not.
    return row


def _fill(row: Model, part: str, values: dict[str, Any], zone: ZoneInfo) -> None:
    """Set every column that a file may name; a wall time sets the instant beside it, if there is one."""
    for name, column in columns_of(part).items():
        value = values.get(name, default_of(column))
        if isinstance(value, FileTime):
            if hasattr(row, at_name(name)):
                setattr(row, at_name(name), value.at(zone))
            value = value.local
        setattr(row, name, value)

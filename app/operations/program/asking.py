"""Asking: the questions of an event's form, of a series' next events, and of the library they are taken from.

A question is never overwritten. Saying it in other words adds a version, so that every answer keeps the words it was
given to; taking it away leaves it in place, retired, once somebody has answered.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select

from app.db import db
from app.models import Answer, Event, Question, QuestionKind, QuestionVersion, Registration, RegistrationState
from app.models.question import WORDED
from app.operations import auditing, meanwhile
from app.operations.program.planning import finish, open_for_edit, refuse_new_gaps
from app.operations.program.publishing import blocking
from app.operations.program.question_details import Home, Wording, copied, free_key, made, questions_of
from app.operations.program.telling import Picture, Telling
from app.operations.registration import allotting, option_seats

HOLD_NOTHING = (RegistrationState.CANCELLED, RegistrationState.NOT_APPROVED)


class NoSuchQuestionError(Exception):
    """Somebody deleted the question meanwhile."""


class OrderError(Exception):
    """A question that depends on another must stand after it. Carries the other's words."""


class NeededError(Exception):
    """Another question, whose words it carries, is shown for an answer that would be gone."""


class OptionTakenError(Exception):
    """More people have chosen an option than may: which option, and how many they are."""

    def __init__(self, option: str, people: int) -> None:
        super().__init__(option, people)
        self.option, self.people = option, people


def question(question_id: int, *, locked: bool = False) -> Question:
    """Raises NoSuchQuestionError."""
    found = db.session.get(Question, question_id, populate_existing=True, with_for_update=locked)
    if found is None:
        raise NoSuchQuestionError(question_id)
    return found


def add(home: Home, kind: QuestionKind, wording: Wording, *, by: str, at: datetime) -> Question:
    """Ask something new, after everything else. Raises OrderError, publishing.NotReadyError."""
    with _changing(home, "added question", by=by, at=at) as told:
        others = questions_of(home)
        key = free_key(wording.text, {one.key for one in others})
        added = made(home, key, kind, wording, place=_end(others), at=at)
        _refuse_before_lead(added, wording, others)
        db.session.add(added)
        told["question"] = [None, wording.text]
    return added


def shown(standing: Question) -> str:
    """A mark of what a form was shown with of a question."""
    return _mark(Wording.of(standing))


def _mark(wording: Wording) -> str:
    options = [(option.label, option.capacity) for option in wording.options]  # A new one has no key yet.
    return meanwhile.mark(vars(wording) | {"options": options})


def reword(question_id: int, wording: Wording, *, version: str | None = None, by: str, at: datetime) -> Question:
    """Say a question in other words, as a new version, or change how many may choose its options.

    ``version`` is the mark of what the form showed. Raises meanwhile.ChangedMeanwhileError, OrderError, NeededError,
    OptionTakenError, publishing.NotReadyError.
    """
    home = Home.of(question(question_id))
    with _changing(home, "changed question", by=by, at=at) as told:
        changed = question(question_id, locked=True)
        meanwhile.refuse(version, standing=shown(changed), typed=_mark(wording))
        if _mark(wording) == shown(changed):
            wording = Wording.of(changed)  # Pressed twice: an option that was new has its key by now.
        others = questions_of(home)
        _refuse_before_lead(changed, wording, others)
        if changed.kind.has_options:
            _refuse_if_needed(changed, others, {option.key for option in wording.options})
        told["question"] = [changed.current.text, wording.text]
        _write(changed, wording, at)
    return changed


def take(home: Home, ids: Iterable[int], *, by: str, at: datetime) -> list[Question]:
    """Copy questions of the library, or of the series, each with the one it depends on. Known ones are left out."""
    with _changing(home, "took questions", by=by, at=at) as told:
        others = questions_of(home)
        known, place = {one.key for one in others}, _end(others)
        wanted = [one for one in _with_leads(ids) if one.key not in known]
        taken = [copied(one, home, place + number, at) for number, one in enumerate(wanted)]
        db.session.add_all(taken)
        told["questions"] = [None, [one.current.text for one in taken]]
    return taken


def move(question_id: int, *, up: bool, by: str, at: datetime) -> None:
    """Put a question before the one above it, or after the one below. Raises OrderError."""
    home = Home.of(question(question_id))
    with _changing(home, "moved question", by=by, at=at) as told:
        asked = [one for one in questions_of(home) if one.is_asked]
        here = next((number for number, one in enumerate(asked) if one.id == question_id), None)
        there = None if here is None else here - 1 if up else here + 1
        if here is not None and there is not None and 0 <= there < len(asked):
            asked[here], asked[there] = asked[there], asked[here]
            told["question"] = [here + 1, there + 1]
        for number, one in enumerate(asked, start=1):
            one.place = number
        for one in asked:
            _refuse_before_lead(one, one.current, asked)


def remove(question_id: int, *, by: str, at: datetime) -> None:
    """Ask it no more. Once it was public it is only retired: somebody may be answering it now. Raises NeededError."""
    home = Home.of(question(question_id))
    with _changing(home, "removed question", by=by, at=at) as told:
        gone = question(question_id)
        _refuse_if_needed(gone, questions_of(home), set())
        told["question"] = [gone.current.text, None]
        if home.is_library or _is_public(home) or is_answered(gone):
            gone.retired_at = at
        else:
            db.session.delete(gone)


def bring_back(question_id: int, *, by: str, at: datetime) -> None:
    """Ask a retired question again, after everything else. Raises OrderError."""
    home = Home.of(question(question_id))
    with _changing(home, "asked question again", by=by, at=at) as told:
        back = question(question_id)
        others = questions_of(home)
        back.retired_at, back.place = None, _end(others)
        _refuse_before_lead(back, back.current, others)
        told["question"] = [None, back.current.text]


def _is_public(home: Home) -> bool:
    event = db.session.get(Event, home.event_id) if home.event_id else None
    return bool(event and event.published_at)


def is_answered(asked: Question) -> bool:
    """Whether anybody ever did."""
    return bool(db.session.scalar(select(exists().where(Answer.question_id == asked.id))))


def chosen(asked: Question) -> Counter[str]:
    """How many people hold each of its options."""
    held = select(Answer.value).join(Answer.registration).where(Answer.question_id == asked.id)
    values = db.session.scalars(held.where(Registration.state.not_in(HOLD_NOTHING)))
    return Counter(option for value in values for option in value)


@contextmanager
def _changing(home: Home, act: str, *, by: str, at: datetime) -> Iterator[dict[str, Any]]:
    """Under the event's lock, if it is an event's: what was changed becomes a new version of the event, and a line in
    the log; a change of what is asked under an OMB number, a line of its own."""
    told: dict[str, Any] = {}
    if home.event_id is None:
        yield told
        db.session.flush()
        auditing.record(act, actor=by, subject="question", subject_id=None, detail=home.to_json() | told, at=at)
        return
    event = open_for_edit(home.event_id, None)
    picture, gaps, before = Picture.of(event, at), blocking(event, at), covered_set(event)
    yield told
    db.session.flush()
    db.session.expire(event, ["questions"])
    refuse_new_gaps(event, gaps, at)
    finish(event, picture, told, by=by, at=at, tell=Telling(), act=act)
    if (after := covered_set(event)) != before:
        changed = {"before": before, "after": after, "omb_number": event.omb_number}
        act = "changed covered questions"
        auditing.record(act, actor=by, subject="event", subject_id=event.id, event_id=event.id, detail=changed, at=at)


def covered_set(event: Event) -> list[str]:
    """What the event asks under its OMB number: each question with the number of its wording."""
    asked = [one for one in event.questions if one.is_asked and one.current.is_covered]
    return [f"{one.key} ({one.current.number})" for one in asked]


def _end(questions: Sequence[Question]) -> int:
    return max((one.place for one in questions), default=0) + 1


def _write(changed: Question, wording: Wording, at: datetime) -> None:
    changed.is_for_speakers = wording.is_for_speakers
    values = wording.columns(changed)
    if any(getattr(changed.current, name) != values[name] for name in WORDED):
        number = len(changed.versions) + 1
        changed.versions.append(QuestionVersion(number=number, made_at=at, **values))
    db.session.flush()
    _limit(changed, wording)


def _limit(changed: Question, wording: Wording) -> None:
    """Say how many may choose each option; options that went lose their limit."""
    held = chosen(changed) if changed.kind.has_options else Counter[str]()
    capacities = {key: option.capacity for key, option in zip(changed.current.labels, wording.options, strict=True)}
    for option in {limit.option for limit in changed.limits} | capacities.keys():
        try:
            option_seats.limit_option(changed, option, capacities.get(option), held[option])
        except allotting.CapacityBelowTakenError as refusal:
            raise OptionTakenError(option, refusal.taken) from refusal


def _refuse_before_lead(moved: Question, wording: Wording | QuestionVersion, others: Iterable[Question]) -> None:
    if not wording.shown_when:
        return
    lead = next((one for one in others if one.key == wording.shown_when and one.is_asked), None)
    if lead is None or not lead.kind.can_lead or (lead.place, lead.id) >= (moved.place, moved.id or lead.id + 1):
        raise OrderError(lead.current.text if lead else "")


def _refuse_if_needed(lead: Question, others: Iterable[Question], options: set[str]) -> None:
    """Whether another question is shown for one of its answers, and with these left would never be shown again."""
    for one in others:
        if one.is_asked and one.current.shown_when == lead.key and not options.intersection(one.current.shown_values):
            raise NeededError(one.current.text)


def _with_leads(ids: Iterable[int]) -> list[Question]:
    """The questions with these ids and whatever they depend on, in their order."""
    found: dict[int, Question] = {}
    for one in db.session.scalars(select(Question).where(Question.id.in_(list(ids)))):
        siblings = {sibling.key: sibling for sibling in questions_of(Home.of(one))}
        following: Question | None = one
        while following is not None and following.id not in found:
            found[following.id] = following
            following = siblings.get(following.current.shown_when)
    return sorted(found.values(), key=lambda one: (one.place, one.id))

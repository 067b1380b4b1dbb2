"""What people answer: kept with their registration, together with the seats of options that only some may choose.

An answer holds its option's seat as long as the registration lives, also on the waiting list: who moves up from there
gets what they chose.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime

from flask_babel import format_date, get_locale
from flask_babel import gettext as _
from sqlalchemy import insert

from app.db import db
from app.formats.countries import country_name
from app.models import Answer, Event, Mode, OptionLimit, Question, QuestionKind, QuestionVersion, Registration
from app.models.question import YES, shown
from app.operations import auditing
from app.operations.registration import option_seats
from app.operations.registration.details import GivenAnswer
from app.operations.registration.submitting import RefusedInFieldError

ANSWER = "answer:"  # How a changed answer is called in the history and in mails: this, its key and its wording.
# Key, wording, what was answered before, what is answered now.
Difference = tuple[str, str, str, str]


class OptionFullError(RefusedInFieldError):
    """Others were faster: the option that was chosen has no seat any more."""

    def __init__(self, question_id: int) -> None:
        super().__init__(question_id)
        self.field = f"question-{question_id}"


def refuse_full(event: Event, answers: Iterable[GivenAnswer]) -> None:
    """Raise OptionFullError when a newcomer cannot have what these answers choose. The event must be locked."""
    for answer, limit in _limited(event, answers):
        if limit.is_full:
            raise OptionFullError(answer.question_id)


def keep(registration: Registration, answers: Sequence[GivenAnswer]) -> None:
    """Keep what a new registration of a locked event answered. Raises OptionFullError."""
    _take(registration.event, answers)
    write(registration.id, answers)


def write(registration_id: int, answers: Sequence[GivenAnswer]) -> None:
    """Write answers down none of whose options is limited."""
    if answers:
        rows = [one.columns | {"registration_id": registration_id} for one in answers]
        db.session.execute(insert(Answer), rows)


def free(registration: Registration) -> None:
    """Give back the seats of options that a registration held. What was answered stays on record."""
    give_back(registration.event, map(GivenAnswer.of, registration.answers))


def hold(event: Event, answers: Iterable[GivenAnswer]) -> None:
    """Take the seats of the options that these answers choose, for nobody's registration. Raises OptionFullError."""
    _take(event, answers)


def give_back(event: Event, answers: Iterable[GivenAnswer]) -> None:
    for _answer, limit in _limited(event, answers):
        option_seats.free_option(limit)


def hold_again(registration: Registration) -> list[Difference]:
    """Take the seats of options once more that a registration had given back.

    An option that others took meanwhile is chosen no more. Returns the answers that this changed.
    """
    event, before = registration.event, list(map(GivenAnswer.of, registration.answers))
    full = [
        (answer.question_id, limit.option)
        for answer, limit in _limited(event, before)
        if not option_seats.take_option(limit)
    ]
    changed = []
    for given in before:
        left = tuple(value for value in given.value if (given.question_id, value) not in full)
        if left != given.value:
            now = GivenAnswer(given.question_id, given.version_id, left) if left else None
            _write_over(registration, given.question_id, now)
            changed.append(_difference(event, given, now))
    return changed


def _write_over(registration: Registration, question_id: int, now: GivenAnswer | None) -> None:
    standing = next(one for one in registration.answers if one.question_id == question_id)
    if now:
        standing.value = list(now.value)
    else:
        registration.answers.remove(standing)


def replace(registration: Registration, answers: Iterable[GivenAnswer]) -> list[Difference]:
    """Put these in place of all answers that stand; one that stays the same keeps the wording it was given under.

    The event must be locked. Raises OptionFullError.
    """
    standing = {one.question_id: one for one in registration.answers}
    given = {one.question_id: one for one in answers}
    changed = [key for key in standing | given if _value(standing.get(key)) != _value(given.get(key))]
    before = {key: GivenAnswer.of(standing[key]) for key in changed if key in standing}
    after = {key: given[key] for key in changed if key in given}
    event = registration.event
    for _answer, limit in _limited(event, before.values()):
        option_seats.free_option(limit)
    _take(event, after.values())
    registration.answers = [one for key, one in standing.items() if key not in changed]
    db.session.flush()
    registration.answers += [Answer(**one.columns) for one in after.values()]
    return [_difference(event, before.get(key), after.get(key)) for key in changed]


def leave_hidden(registration: Registration, at: datetime) -> list[Difference]:
    """Drop answers to questions that are not asked of this person any more: in person, about lunch, of who now joins
    online. What is asked of nobody any more stays."""
    if not any(one.current.mode for one in registration.event.questions):
        return []
    given = list(map(GivenAnswer.of, registration.answers))
    return replace(registration, without_hidden(registration.event, registration.ways, given, at))


def without_hidden(
    event: Event, ways: Collection[Mode], given: Sequence[GivenAnswer], at: datetime
) -> list[GivenAnswer]:
    """What is left of these answers for somebody who attends so."""
    asked = event.asked_questions(at)
    seen = shown(asked, ways, {one.question_id: one.value for one in given})
    hidden = {one.id for one in asked} - {one.id for one in seen}
    return [one for one in given if one.question_id not in hidden]


def left_open(
    event: Event, ways: Collection[Mode], answers: Iterable[Answer | GivenAnswer], at: datetime
) -> list[Question]:
    """The questions that somebody who attends so must answer and has not."""
    given = {one.question_id: tuple(one.value) for one in answers}
    asked = shown(event.asked_questions(at), ways, given)
    return [one for one in asked if one.current.is_required and one.id not in given]


def unanswered(
    event: Event, ways: Collection[Mode], answers: Iterable[Answer | GivenAnswer], at: datetime
) -> list[str]:
    """The same in their words of now."""
    return [one.current.text for one in left_open(event, ways, answers, at)]


def still_open(registration: Registration, at: datetime) -> dict[str, list[str]]:
    """What a mail tells of them to somebody who waits, or for whom a seat is held."""
    if registration.waits_for is None:
        return {}
    found = unanswered(registration.event, registration.ways, registration.answers, at)
    return {"to_answer": found} if found else {}


def to_answer(registration: Registration, at: datetime) -> list[str]:
    """The same for somebody who came to this way of attending, where it has questions of its own."""
    if not any(one.current.mode and one.current.is_required for one in registration.event.questions):
        return []
    return unanswered(registration.event, registration.ways, registration.answers, at)


def arrive(registration: Registration, at: datetime) -> None:
    """Let go of answers that belonged to another way of attending, for somebody whom the waiting list seated
    or let go."""
    if dropped := leave_hidden(registration, at):
        auditing.record(
            "changed",
            actor="waiting list",
            subject="registration",
            subject_id=registration.id,
            event_id=registration.event_id,
            personal=told(dropped),
            at=at,
        )


def told(differences: Iterable[Difference]) -> dict[str, object]:
    """Changed answers as the history keeps them."""
    return {f"{ANSWER}{key}:{wording}": [old, new] for key, wording, old, new in differences}


def words(kind: QuestionKind, version: QuestionVersion, value: Sequence[str]) -> str:
    """An answer as a person reads it, options as they were worded when it was given."""
    if kind.has_options:
        return "; ".join(version.labels.get(one, one) for one in value)
    return "; ".join(_one_in_words(kind, one) for one in value)


def _one_in_words(kind: QuestionKind, value: str) -> str:
    match kind:
        case QuestionKind.YES_NO | QuestionKind.CONSENT:
            return _("Yes") if value == YES else _("No")
        case QuestionKind.COUNTRY:
            return country_name(value, str(get_locale()))
        case QuestionKind.DATE:
            return str(format_date(date.fromisoformat(value), "medium"))
        case _:
            return value


def _take(event: Event, answers: Iterable[GivenAnswer]) -> None:
    for answer, limit in _limited(event, answers):
        if not option_seats.take_option(limit):
            raise OptionFullError(answer.question_id)


def _limited(event: Event, answers: Iterable[GivenAnswer]) -> Iterator[tuple[GivenAnswer, OptionLimit]]:
    """The limited options that these answers choose."""
    chosen = list(answers)
    questions = {question.id: question for question in event.questions} if chosen else {}
    for answer in chosen:
        question = questions[answer.question_id]
        for value in answer.value if question.kind.has_options else ():
            if limit := question.limit(value):
                yield answer, limit


def _value(answer: Answer | GivenAnswer | None) -> tuple[str, ...]:
    return tuple(answer.value) if answer else ()


def _difference(event: Event, before: GivenAnswer | None, after: GivenAnswer | None) -> Difference:
    given = after or before
    assert given is not None
    question = next(one for one in event.questions if one.id == given.question_id)
    versions = {one.id: one for one in question.versions}
    old, new = (words(question.kind, versions[one.version_id], one.value) if one else "" for one in (before, after))
    return question.key, versions[given.version_id].text, old, new

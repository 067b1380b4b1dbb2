"""The questions of an event within a form: which are shown, what was answered, and what is still to be asked."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from babel.lists import format_list
from flask_babel import get_locale
from flask_babel import gettext as _
from wtforms import Field
from wtforms.form import BaseForm

from app.models import Answer, Mode, Question, QuestionKind
from app.models.question import shown
from app.operations.registration.details import GivenAnswer
from app.operations.registration.questioning import words
from app.web.question_fields import data_of, field_of, values_of

Standing = Answer | GivenAnswer
SHOWN = "shown"  # The form names each question that depends on others once its browser has shown it.


def newest_wording(questions: Iterable[Question]) -> int:
    """The latest change of any of these questions: a form carries it, and so tells which wording was seen."""
    return max((question.current.id for question in questions), default=0)


@dataclass
class Asked:
    """One question and its field."""

    question: Question
    field: Field
    depends: bool  # Shown for certain answers alone.
    standing: Standing | None = None
    is_shown: bool = False
    values: tuple[str, ...] = ()
    freed: tuple[str, ...] = ()  # Options that somebody else gives up in the same act.
    whose: str = ""  # Whom it is asked of, where that is not whoever fills the form.

    @property
    def closed(self) -> list[str]:
        """The options that nobody can take any more; what somebody holds already stays theirs."""
        held = {*(self.standing.value if self.standing else ()), *self.freed}
        return [option for option in self.question.full_options if option not in held]

    @property
    def option_hints(self) -> dict[str, str]:
        return {option: _("Taken. Nobody more can choose this.") for option in self.closed}

    def read(self) -> None:
        """Take the values from the field. Of options that are offered no more, what was chosen once stays."""
        self.values = values_of(self.question, self.field)
        if self.standing and self.question.kind.has_options:
            offered = self.question.current.labels
            if set(self.values) == {one for one in self.standing.value if one in offered}:
                self.values = tuple(self.standing.value)

    @property
    def given(self) -> GivenAnswer:
        if self.standing and tuple(self.standing.value) == self.values:
            return GivenAnswer.of(self.standing)
        return GivenAnswer(self.question.id, self.question.current.id, self.values)


@dataclass
class Questions:
    """All questions of one form, in their order."""

    asked: list[Asked] = field(default_factory=list)
    sent_markers: frozenset[str] = frozenset()
    prefix: str = ""  # What its fields' names begin with, in a form that asks the same of several people.
    closed_by: str = ""  # The field whose tick says that none of them is asked.
    of_all_ways: bool = False  # The form serves people who attend this way or that.

    @classmethod
    def put_into(
        cls,
        form: BaseForm,
        questions: Iterable[Question],
        modes: Sequence[Mode],
        *,
        sent: Any = None,
        standing: Iterable[Standing] = (),
        prefix: str = "",
        closed_by: str = "",
    ) -> "Questions":
        """Add a field for each question that can be asked of those who attend in one of these ways."""
        stands = {answer.question_id: answer for answer in standing}
        markers = [*sent.getlist(prefix + SHOWN), *sent] if sent else []
        made = cls(sent_markers=frozenset(markers), prefix=prefix, closed_by=closed_by)
        made.of_all_ways = len(modes) > 1
        for question in questions:
            if made._can_be_shown(question, modes):
                now = question.current
                depends = bool(closed_by or now.shown_when or (now.mode and made.of_all_ways))
                bound = bind(form, question, prefix + question.field_name)
                made.asked.append(Asked(question, bound, depends, stands.get(question.id)))
        for one in made.asked:
            stood = data_of(one.question, list(one.standing.value)) if one.standing and not sent else None
            one.field.process(sent, stood)
        return made

    def free(self, given_up: Mapping[int, tuple[str, ...]]) -> None:
        """Let options be chosen that somebody else gives up in the same act, by the question."""
        for one in self.asked:
            one.freed = given_up.get(one.question.id, ())

    def _can_be_shown(self, question: Question, modes: Sequence[Mode]) -> bool:
        now = question.current
        leads = not now.shown_when or bool(self.field_of(now.shown_when))
        return leads and (now.mode is None or now.mode in modes)

    def look(self, ways: Collection[Mode], *, closed: bool = False) -> None:
        """Find out which are shown to somebody who attends so and has answered so far; none of them if closed."""
        for one in self.asked:
            one.read()
        values = {one.question.id: one.values for one in self.asked}
        seen = {question.id for question in shown([one.question for one in self.asked], ways, values)}
        for one in self.asked:
            one.is_shown = not closed and one.question.id in seen

    def settle(
        self, ways: Collection[Mode], seen: int | None = None, *, demand: bool = True, closed: bool = False
    ) -> None:
        """After the fields were checked: hidden ones are in nobody's way, and shown ones say what they lack."""
        self.look(ways, closed=closed)
        for one in self.asked:
            if not one.is_shown:
                one.field.errors = ()
            elif not one.field.errors and not self._is_new(one, seen):
                one.field.errors = faults(one, demand=demand)

    def unseen(self, seen: int) -> list[Asked]:
        """What the answers lead to, or staff changed, after the form was shown: not an error, but still to be asked."""
        return [one for one in self.asked if one.is_shown and self._is_new(one, seen)]

    def _is_new(self, one: Asked, seen: int | None) -> bool:
        if seen is None:
            return False
        was_sent = {str(one.question.id), one.field.name} & self.sent_markers
        return one.question.current.id > seen or (one.depends and not was_sent)

    def given(self, standing: Iterable[Standing] = ()) -> tuple[GivenAnswer, ...]:
        """What was answered, and what stands of questions that this form does not ask."""
        asked = {one.question.id for one in self.asked}
        rest = [GivenAnswer.of(one) for one in standing if one.question_id not in asked]
        return (*(one.given for one in self.asked if one.is_shown and one.values), *rest)

    @property
    def repeatable(self) -> set[str]:
        """The fields that may be sent several times."""
        return {self.prefix + SHOWN} | {
            one.field.name for one in self.asked if one.question.kind is QuestionKind.CHOICES
        }

    @property
    def depend(self) -> bool:
        return any(one.depends for one in self.asked)

    def whom(self, one: Asked) -> str:
        """Of whom a question is asked, where that is not everybody: for staff, who see all questions at once."""
        now, said = one.question.current, [self.whose_way(one)]
        leads = [other.question for other in self.asked if now.shown_when and other.question.key == now.shown_when]
        for lead in leads:
            answers = [f"“{words(lead.kind, lead.current, [value])}”" for value in now.shown_values]
            either = format_list(answers, style="or", locale=get_locale())
            said.append(_("Only after %(answers)s to “%(question)s”.", answers=either, question=lead.current.text))
        return " ".join(filter(None, said))

    def whose_way(self, one: Asked) -> str:
        """The same of those that are asked of people who attend one way: without scripts everybody sees them."""
        mode = one.question.current.mode
        if not (mode and self.of_all_ways):
            return ""
        return _("Only for people in person.") if mode is Mode.IN_PERSON else _("Only for people online.")

    def field_of(self, key: str) -> str:
        """The name of the field on which another question depends."""
        return next((one.field.name for one in self.asked if one.question.key == key), "")


def bind(form: BaseForm, question: Question, name: str) -> Field:
    """Put a question's field into a form."""
    BaseForm.__setitem__(form, name, field_of(question))
    bound: Field = form[name]
    bound.description = question.current.help_text
    if question.current.is_required:
        bound.flags.required = True  # type: ignore[attr-defined]
    return bound


def faults(one: Asked, *, demand: bool = True) -> tuple[str, ...]:
    """What an answer lacks, or why it cannot be had."""
    if demand and one.question.current.is_required and not one.values:
        if one.question.kind is QuestionKind.CONSENT:
            return (_("Tick this box. You can register only if you agree."),)
        return (_("Answer “%(question)s”.", question=one.question.current.text),)
    if set(one.closed) & set(one.values):
        return (_("Others have just taken the last of what you chose. Choose again."),)
    return ()

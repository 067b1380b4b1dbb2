"""Questions that staff add to the form of an event, and what people answered.

A question never changes: editing it adds a version, and an answer points at the version that the person saw.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Json, Model, only_where
from app.models.labels import Labelled
from app.models.seat_pool import Mode

if TYPE_CHECKING:
    from app.models.registration import Registration

YES, NO = "yes", "no"
# The columns of a version that say how a question is asked.
WORDED = ("text", "help_text", "is_required", "is_covered", "mode", "shown_when", "shown_values", "options")
# What was typed: question id → the values, none of which is empty.
Values = Mapping[int, tuple[str, ...]]


class QuestionKind(Labelled):
    TEXT = "text", _l("One line of text")
    LONG_TEXT = "long-text", _l("Several lines of text")
    CHOICE = "choice", _l("One choice of several")
    CHOICES = "choices", _l("Any number of choices")
    YES_NO = "yes-no", _l("Yes or no")
    NUMBER = "number", _l("Whole number")
    DATE = "date", _l("Date")
    COUNTRY = "country", _l("Country")
    CONSENT = "consent", _l("Consent: one box to tick")

    @property
    def has_options(self) -> bool:
        return self in {QuestionKind.CHOICE, QuestionKind.CHOICES}

    @property
    def can_lead(self) -> bool:
        """Whether another question may be shown for one of its answers: these are a few, and known beforehand."""
        return self.has_options or self in {QuestionKind.YES_NO, QuestionKind.CONSENT}


class Question(Model):
    """Asked at one event; or kept for a series' next events; or, of neither, in the library for all."""

    __tablename__ = "question"
    __table_args__ = (
        CheckConstraint("event_id IS NULL OR series_id IS NULL", name="one_home"),
        Index("uq_question_event_key", "event_id", "key", unique=True, **only_where("event_id IS NOT NULL")),
        Index("uq_question_series_key", "series_id", "key", unique=True, **only_where("series_id IS NOT NULL")),
        Index("uq_question_library_key", "key", unique=True, **only_where("event_id IS NULL AND series_id IS NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"))
    # Stays the same in every copy, so that the same question is known again at the next event.
    key: Mapped[str] = mapped_column(String(60))
    kind: Mapped[QuestionKind]
    place: Mapped[int] = mapped_column(default=0)
    # Its answers go to the speakers, on a sheet that carries no names.
    is_for_speakers: Mapped[bool] = mapped_column(default=False)
    retired_at: Mapped[datetime | None]  # Not asked any more; what was answered stays.

    versions: Mapped[list[QuestionVersion]] = relationship(
        back_populates="question", order_by="QuestionVersion.number", cascade="all, delete-orphan", lazy="selectin"
    )
    limits: Mapped[list[OptionLimit]] = relationship(cascade="all, delete-orphan", lazy="selectin")

    @property
    def current(self) -> QuestionVersion:
        return self.versions[-1]

    @property
    def is_asked(self) -> bool:
        return self.retired_at is None

    @property
    def field_name(self) -> str:
        """What its field is called in a form."""
        return f"question-{self.id}"

    def limit(self, option: str) -> OptionLimit | None:
        return next((limit for limit in self.limits if limit.option == option), None)

    @property
    def full_options(self) -> tuple[str, ...]:
        return tuple(limit.option for limit in self.limits if limit.is_full)

    def is_shown(self, ways: Collection[Mode], values: Mapping[str, tuple[str, ...]]) -> bool:
        """Whether it is shown to somebody who attends so and gave these answers, by the questions' keys."""
        now = self.current
        if now.mode is not None and now.mode not in ways:
            return False
        return not now.shown_when or bool(set(now.shown_values).intersection(values.get(now.shown_when, ())))


class QuestionVersion(Model):
    """How a question was worded for a while."""

    __tablename__ = "question_version"
    __table_args__ = (UniqueConstraint("question_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"))
    number: Mapped[int]
    made_at: Mapped[datetime]

    text: Mapped[str] = mapped_column(String(300))
    help_text: Mapped[str] = mapped_column(Text, default="")
    is_required: Mapped[bool] = mapped_column(default=False)
    # Goes beyond what is needed to register: asked only under an OMB control number in force.
    is_covered: Mapped[bool] = mapped_column(default=False)
    mode: Mapped[Mode | None]  # None: for everyone who attends.
    # The key of an earlier question, and the answers to it for which this one is shown.
    shown_when: Mapped[str] = mapped_column(String(60), default="")
    shown_values: Mapped[list[str]] = mapped_column(default=list)
    # In order: {"key": …, "label": …}. The key stays when the label is changed.
    options: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list)

    question: Mapped[Question] = relationship(back_populates="versions")

    @property
    def labels(self) -> dict[str, str]:
        """Option → how it was worded."""
        return {option["key"]: option["label"] for option in self.options}


class OptionLimit(Model):
    """How many people may choose an option. Only operations/registration/allotting.py moves its figures."""

    __tablename__ = "option_limit"
    __table_args__ = (
        CheckConstraint("capacity >= 0", name="capacity_not_negative"),
        CheckConstraint("taken >= 0 AND taken <= capacity", name="never_oversold"),
    )

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"), primary_key=True)
    option: Mapped[str] = mapped_column(String(60), primary_key=True)
    capacity: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)

    @property
    def is_full(self) -> bool:
        return self.taken >= self.capacity


class Answer(Model):
    """What one registered person answered. Goes with the registration when that is erased."""

    __tablename__ = "answer"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True, index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))
    # One value, or of several choices all that were chosen: text, an option's key, yes, a figure, an ISO date or code.
    value: Mapped[list[str]]

    registration: Mapped[Registration] = relationship(back_populates="answers")
    question: Mapped[Question] = relationship()
    version: Mapped[QuestionVersion] = relationship()


class AnsweredQuestion(Model):
    """A question from the audience with the speakers' answer, as the office puts it up. Carries no name."""

    __tablename__ = "answered_question"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    place: Mapped[int] = mapped_column(default=0)
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text, default="")


def shown(questions: Iterable[Question], ways: Collection[Mode], values: Values) -> list[Question]:
    """Which questions somebody sees who attends so and answered so. A hidden question's answer counts for nothing.

    Who attends online and waits for the room sees those of both ``ways``.

    The questions come in their order; one that depends on another stands after it.
    """
    found, counted = [], dict[str, tuple[str, ...]]()
    for question in questions:
        if question.is_shown(ways, counted):
            found.append(question)
            counted[question.key] = values.get(question.id, ())
    return found

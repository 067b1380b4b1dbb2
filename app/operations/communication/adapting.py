"""Putting a kind of mail in the office's own words, for a series or one event; and going back to those before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select

from app.db import db
from app.formats import placeholders
from app.models import Event, MailWording, MailWords, MessageKind, Placeholder, Series
from app.models.mail_variants import Variant, variants_of
from app.models.mail_wording import ADAPTABLE, LONGEST_PART, placeholders_of, placeholders_of_subject, subject_needs
from app.operations import auditing, meanwhile
from app.operations.registration import allotting


@dataclass(frozen=True)
class Voice:
    """Whose words they are: an event's, or a series'."""

    event_id: int | None = None
    series_id: int | None = None

    @property
    def mine(self) -> ColumnElement[bool]:
        if self.event_id is not None:
            return MailWording.event_id == self.event_id
        return MailWording.series_id == self.series_id


def wordings(voice: Voice) -> dict[MessageKind, MailWords]:
    """Everything that is put in own words."""
    return {row.kind: row.words for row in db.session.scalars(select(MailWording).where(voice.mine))}


def inherited(event: Event) -> dict[MessageKind, MailWords]:
    """What an event says where it has no words of its own."""
    return wordings(Voice(series_id=event.series_id))


def from_series(event: Event) -> list[MessageKind]:
    """The kinds of mail in which an event speaks in the words of its series."""
    said = inherited(event).keys() - {one.kind for one in event.wordings}
    return [kind for kind in ADAPTABLE if kind in said]


def example_of(series_id: int) -> Event | None:
    """An event of the series to show a mail by: the newest."""
    chosen = select(Event).where(Event.series_id == series_id, Event.starts_at.is_not(None))
    return db.session.scalar(chosen.order_by(Event.starts_at.desc(), Event.id.desc()).limit(1))


def fault_of(values: dict[str, Any], among: Sequence[dict[str, Any]]) -> str:
    """What is wrong with one wording of a file, in words; nothing if it is sound."""
    kind: MessageKind = values["kind"]
    if kind not in ADAPTABLE:
        return _("the words of this mail cannot be changed")
    if sum(other.get("kind") is kind for other in among) > 1:
        return _("stands more than once")
    given = {name: text for name, text in values.items() if name != "kind" and text}
    if fault := _out_of_place(kind, given):
        return fault
    parts = said(kind, MailWords(**given))
    if any(len(part.text) > LONGEST_PART for part in parts):
        return _("is longer than %(length)s characters", length=LONGEST_PART)
    if found := [one for part in parts for one in placeholders.foreign(part.text, part.known)]:
        return _("%(typed)s is no placeholder of this mail", typed=found[0])
    return next((part.fault for part in parts if part.fault), "")


def _out_of_place(kind: MessageKind, given: dict[str, Any]) -> str:
    names = [variant.name for variant in variants_of(kind)]
    if given.get("sentence") and "" not in names:
        return _("people read it in several variants; give their sentences under “sentences”")
    if other := [name for name in given.get("sentences", {}) if name not in names or not name]:
        return _("%(typed)s is no variant of this mail", typed=other[0])
    return ""


@dataclass(frozen=True)
class Part:
    """One part of a mail in own words, with the placeholders that it may hold, and the one it must."""

    name: str
    text: str
    known: frozenset[str]
    needs: tuple[Placeholder, ...] = ()

    @property
    def fault(self) -> str:
        """What it fails to say, though nothing else in the mail does."""
        used = placeholders.used(self.text)
        missing = [f"{{{one.value}}}" for one in self.needs if one.value not in used] if self.text else []
        if not missing:
            return ""
        return _("Put %(names)s in it: nothing else in this place says it.", names=_(" and ").join(missing))


def said(kind: MessageKind, words: MailWords) -> list[Part]:
    """Every part that this kind has, by the name of its field."""
    known = frozenset(one.value for one in placeholders_of_subject(kind))
    parts = [Part("subject", words.subject, known, (subject_needs(kind),))]
    known = frozenset(one.value for one in placeholders_of(kind))
    parts += [Part(name, getattr(words, name), known) for name in ("introduction", "closing")]
    for variant in variants_of(kind):
        text = words.sentences.get(variant.name, "") if variant.name else words.sentence
        known = frozenset(one.value for one in placeholders_of(kind, variant))
        parts.append(Part(field_of(variant), text, known, variant.needs))
    return parts


def field_of(variant: Variant) -> str:
    """The name under which a form sends this variant's sentence."""
    return f"sentence-{variant.name}" if variant.name else "sentence"


def shown(words: MailWords | None) -> str:
    """A mark of the own words that a form was shown with."""
    return meanwhile.mark(_in_words(words or MailWords()))


def adapt(
    voice: Voice, kind: MessageKind, words: MailWords, *, by: str, at: datetime, version: str | None = None
) -> None:
    """Say it in these words from now on; without any, in those that were there before.

    ``version`` is the mark of what the form showed. Raises meanwhile.ChangedMeanwhileError.
    """
    _lock(voice)
    row = _row(voice, kind)
    meanwhile.refuse(version, standing=shown(row.words if row else None), typed=shown(words))
    if not words:
        restore(voice, kind, by=by, at=at)
        return
    if row and row.words == words:
        return
    if row is None:
        row = MailWording(event_id=voice.event_id, series_id=voice.series_id, kind=kind)
        db.session.add(row)
    row.words = words
    _record("adapted wording", voice, kind, words, by=by, at=at)


def restore(voice: Voice, kind: MessageKind, *, by: str, at: datetime, version: str | None = None) -> None:
    """Go back to the words that were there before. Raises meanwhile.ChangedMeanwhileError."""
    _lock(voice)
    if row := _row(voice, kind):
        meanwhile.refuse(version, standing=shown(row.words), typed="")
        db.session.delete(row)
        _record("restored wording", voice, kind, MailWords(), by=by, at=at)


def _row(voice: Voice, kind: MessageKind) -> MailWording | None:
    return db.session.scalar(select(MailWording).where(voice.mine, MailWording.kind == kind))


def _lock(voice: Voice) -> None:
    """Two who save at once come one after the other."""
    if voice.event_id is not None:
        allotting.lock_event(voice.event_id)
    else:
        db.session.get_one(Series, voice.series_id, with_for_update=True)


def _record(act: str, voice: Voice, kind: MessageKind, words: MailWords, *, by: str, at: datetime) -> None:
    subject, subject_id = ("event", voice.event_id) if voice.event_id is not None else ("series", voice.series_id)
    detail = {"kind": kind.value, **_in_words(words)}
    auditing.record(
        act, actor=by, subject=subject, subject_id=subject_id, event_id=voice.event_id, detail=detail, at=at
    )


def _in_words(words: MailWords) -> dict[str, Any]:
    return {name: value for name, value in (vars(words) | {"sentences": dict(words.sentences)}).items() if value}

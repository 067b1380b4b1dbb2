"""Own words of mails: an event's before its series', fixed when the mail is written, copied, restored."""

import pytest

from app.db import db, transact
from app.mail.wording import words_for
from app.models import AuditEntry, Event, MailWording, MailWords, MessageKind
from app.operations.communication import adapting
from app.operations.communication.adapting import Voice
from app.operations.program import cloning
from app.operations.program.moments import Moment
from app.operations.program.starting import NewEvent
from tests.support import factories as make

pytestmark = pytest.mark.usefixtures("app", "at")

KIND = MessageKind.CONFIRMED


def adapt(voice, text, kind=KIND):
    words = MailWords(introduction=text)
    transact(lambda at: adapting.adapt(voice, kind, words, by="editor@example.gov", at=at))


def said(event, language="en", kind=KIND):
    db.session.rollback()
    return words_for(kind, event.id, language).introduction


def test_it_works():
    event = make.event()
    assert said(event) == ""
    adapt(Voice(series_id=event.series_id), "The series.")
    assert said(event) == "The series."
    adapt(Voice(event_id=event.id), "The event.")
    assert said(event) == "The event."
    assert said(event, kind=MessageKind.CANCELLED) == ""
    assert said(make.event(series=event.series)) == "The series."
    assert said(make.event(series=make.series())) == ""


def test_mails_in_another_language_keep_the_words_of_the_house():
    event = make.event()
    adapt(Voice(event_id=event.id), "The event.")
    assert said(event, "es") == ""


def test_they_are_changed_in_place_and_restored():
    event = make.event()
    voice = Voice(event_id=event.id)
    for text in ("One.", "Two.", "Two."):
        adapt(voice, text)
    assert db.session.scalars(db.select(MailWording.introduction)).all() == ["Two."]
    transact(lambda at: adapting.restore(voice, KIND, by="editor@example.gov", at=at))
    transact(lambda at: adapting.restore(voice, KIND, by="editor@example.gov", at=at))
    assert said(event) == ""
    acts = db.session.scalars(db.select(AuditEntry.act).order_by(AuditEntry.id)).all()
    assert acts == ["adapted wording", "adapted wording", "restored wording"]


def test_no_words_are_the_words_from_before():
    event = make.event()
    adapt(Voice(event_id=event.id), "One.")
    adapt(Voice(event_id=event.id), "")
    assert not db.session.scalars(db.select(MailWording)).all()


def test_a_copy_of_the_event_says_it_too():
    event = make.event()
    adapt(Voice(event_id=event.id), "The event.")
    hours = [Moment(make.wall(text)) for text in ("2026-05-04 09:00", "2026-05-04 10:00")]
    new = NewEvent("Again", event.time_zone, *hours)
    copied = transact(lambda at: cloning.clone(event.id, new, by="editor@example.gov", at=at).id)
    assert said(db.session.get_one(Event, copied)) == "The event."


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"kind": MessageKind.TEST}, "cannot be changed"),
        ({"kind": MessageKind.OFFERED, "sentence": "x"}, "the sentence of this mail stays"),
        ({"kind": KIND, "closing": "{surname}"}, "{surname} is no placeholder"),
        ({"kind": MessageKind.TAKE_OVER, "closing": "{first_name}"}, "{first_name} is no placeholder"),
        ({"kind": KIND, "closing": "x" * 2001}, "is longer than 2000"),
    ],
)
def test_a_file_says_nothing_that_the_page_would_refuse(values, words):
    assert words in adapting.fault_of(values, [values])
    assert adapting.fault_of({"kind": KIND, "closing": "So."}, [{"kind": KIND}]) == ""
    assert "more than once" in adapting.fault_of({"kind": KIND}, [{"kind": KIND}] * 2)

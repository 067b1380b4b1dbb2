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
        ({"kind": MessageKind.OFFERED, "sentence": "x"}, "people read it in several variants"),
        ({"kind": MessageKind.OFFERED, "sentences": {"seat": "x"}}, "seat is no variant"),
        ({"kind": MessageKind.ANNOUNCEMENT, "sentence": "x"}, "people read it in several variants"),
        ({"kind": MessageKind.EVENT_CHANGED, "subject": "About {event}"}, "Put {subject} in it"),
        ({"kind": MessageKind.NEWS, "subject": "{subject}: {event}"}, "{event} is no placeholder"),
        ({"kind": KIND, "subject": "{event}: {subject}"}, "{subject} is no placeholder"),
        (
            {"kind": MessageKind.ADDRESS_ASKED, "sentences": {"by-booker": "Somebody asked."}},
            "Put {booker} and {new_address} in it",
        ),
        ({"kind": KIND, "subject": "Come"}, "Put {event} in it"),
        ({"kind": KIND, "subject": "{event} {manage_link}"}, "{manage_link} is no placeholder"),
        ({"kind": MessageKind.SESSION_OFFERED, "sentence": "A seat!"}, "Put {sessions} in it"),
        ({"kind": MessageKind.CANCELLED, "sentences": {"seat": "By {booker}."}}, "{booker} is no placeholder"),
        ({"kind": MessageKind.CANCELLED, "sentences": {"by-booker": "Gone."}}, "Put {booker} in it"),
        ({"kind": KIND, "closing": "{surname}"}, "{surname} is no placeholder"),
        ({"kind": MessageKind.TAKE_OVER, "closing": "{first_name}"}, "{first_name} is no placeholder"),
        ({"kind": KIND, "closing": "x" * 2001}, "is longer than 2000"),
    ],
)
def test_a_file_says_nothing_that_the_page_would_refuse(values, words):
    assert words in adapting.fault_of(values, [values])
    assert adapting.fault_of({"kind": KIND, "closing": "So."}, [{"kind": KIND}]) == ""
    sound = {"kind": MessageKind.CANCELLED, "subject": "Gone: {event}", "sentences": {"by-booker": "By {booker}."}}
    assert adapting.fault_of(sound, [sound]) == ""
    assert "more than once" in adapting.fault_of({"kind": KIND}, [{"kind": KIND}] * 2)


def item(event):
    return {"event": {"id": event.id}}


def test_a_mail_about_several_events_speaks_in_the_words_of_their_one_series():
    one = make.event()
    other, foreign = make.event(series=one.series), make.event(series=make.series())
    adapt(Voice(series_id=one.series_id), "The series.", kind=MessageKind.NEWS)
    adapt(Voice(event_id=one.id), "The event.", kind=MessageKind.NEWS)

    def of(*events, **more):
        db.session.rollback()
        facts = {"news": [item(event) for event in events], "left_out": 0, **more}
        return words_for(MessageKind.NEWS, None, "en", facts).introduction

    assert of(one) == "The event."
    assert of(one, other) == "The series."
    assert of(one, foreign) == ""
    assert of(one, other, left_out=3) == ""
    assert words_for(MessageKind.NEWS, None, "en", {"series": [one.series_id]}).introduction == "The series."
    assert words_for(MessageKind.NEWS, None, "en", {"series": []}).introduction == ""


def test_a_sentence_from_before_there_were_variants_is_said_in_each():
    event = make.event()
    row = {"event_id": event.id, "kind": KIND, "sentence": "You are in."}
    transact(lambda _at: db.session.add(MailWording(**row)))
    found = words_for(KIND, event.id, "en")
    assert found.sentences == {"in-person": "You are in.", "online": "You are in."}
    assert found.sentence == ""

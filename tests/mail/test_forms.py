"""Mails to many are made from one form: each says exactly what it would say if it were the only one."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st

from app.mail import forms, gaps
from app.mail.facts import cleaned, opened
from app.mail.people import person
from app.mail.rendering import Rendered, render
from app.models import MailWords, MessageKind
from tests.mail.samples import EVENT, PERSON, SAMPLES, facts
from tests.mail.test_final_bytes import HOSTILE
from tests.support.properties import STEADY

AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
OWN = MailWords(
    subject="{event} for {full_name}",
    introduction="Good day {first_name} of {organization}\n\n- {manage_link}\n- {event_link}",
    sentence="Number {confirmation_number}",
    closing="Your {organization}, {full_name}",
)
PERSONAL = [(kind, name) for kind, samples in SAMPLES.items() for name in samples if "registration" in samples[name]]
ANA = PERSON | {"full_name": "Ana Núñez", "first_name": "Ana", "email": "ana@a.example", "number": "AAAAAAAAAA"}
BEN = PERSON | {"full_name": "Ben <Okafor>", "first_name": "Ben", "email": "ben@b.example", "number": "BBBBBBBBBB"}
BEN |= {"id": 2, "organization": "B & C"}
CHANGES = {
    "title": "Another title",
    "starts_at": "2026-12-09T18:00:00+00:00",
    "join_released": True,
    "captions": "None",
}


@pytest.fixture(autouse=True)
def kept(office: Flask) -> Iterator[dict[Any, Any]]:
    """The forms that are kept; none to begin with."""
    forms = office.extensions.setdefault("mail-forms", {})
    forms.clear()
    return forms


def alone(kind: MessageKind, told: dict[str, Any], words: MailWords = forms.HOUSE) -> tuple[str, str, str]:
    """The mail as the templates write it for this one person."""
    told = cleaned(opened(told))
    with force_locale("en"):
        who = person(told["registration"], "en", was=told.get("was"))
        form = forms.made(kind, told, who, "en", AT, words=words, is_demo=False)
    subject = form.subject_for({})
    return subject, form.text.filled({}), form.html_for({}, subject)


def said(mail: Rendered) -> tuple[str, str, str]:
    return mail.subject, mail.text, mail.html


def written(who: dict[str, Any], event: dict[str, Any] = EVENT, **given: Any) -> Rendered:
    return render(MessageKind.CONFIRMED, facts(event, who), at=AT, **given)


@pytest.mark.parametrize(("kind", "name"), PERSONAL, ids=[f"{kind.value}{name}" for kind, name in PERSONAL])
@pytest.mark.parametrize("words", [forms.HOUSE, OWN], ids=["house", "office"])
def test_it_says_what_it_would_say_alone(kind: MessageKind, name: str, words: MailWords) -> None:
    told = SAMPLES[kind][name]
    words = words if told.get("event") else forms.HOUSE
    other = told | {"registration": told["registration"] | {"full_name": "Ben Okafor", "organization": "Else"}}
    render(kind, other, at=AT, words=words)
    assert said(render(kind, told, at=AT, words=words)) == alone(kind, told, words)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_whatever_somebody_is_called(text: str) -> None:
    written(ANA, words=OWN)
    who = BEN | {"full_name": text, "first_name": text, "organization": text}
    assert said(written(who, words=OWN)) == alone(MessageKind.CONFIRMED, facts(EVENT, who), OWN)


@pytest.mark.slow
@STEADY
@given(st.text(max_size=200), st.text(max_size=200))
def test_and_whatever_anybody_could_be_called(name: str, organization: str) -> None:
    who = BEN | {"full_name": name, "first_name": name, "organization": organization}
    assert said(written(who, words=OWN)) == alone(MessageKind.CONFIRMED, facts(EVENT, who), OWN)


def test_two_people_share_a_form_and_nothing_else(kept: dict[Any, Any]) -> None:
    mails = [written(who, words=OWN) for who in (ANA, BEN, ANA)]
    assert len(kept) == 1
    assert said(mails[0]) == said(mails[2])
    for mail, other in ((mails[0], BEN), (mails[1], ANA)):
        whole = mail.text + mail.html + mail.subject + (mail.calendar or b"").decode()
        assert not [value for key in ("first_name", "number", "email") if (value := other[key]) in whole]
    links = [{word for word in mail.text.split() if "/registrations/" in word} for mail in mails]
    assert len(links[0]) == len(links[1]) > 0
    assert not links[0] & links[1]


@pytest.mark.parametrize("field", CHANGES)
def test_a_changed_event_shows_in_the_next_mail(field: str) -> None:
    before = written(ANA)
    event = EVENT | {field: CHANGES[field]}
    assert said(written(ANA, event)) == alone(MessageKind.CONFIRMED, facts(event, ANA))
    assert written(ANA, event).html != before.html
    assert said(written(ANA)) == said(before)


def test_changed_words_show_in_the_next_mail() -> None:
    assert "Number AAAAAAAAAA" in written(ANA, words=OWN).text
    assert "No. AAAAAAAAAA" in written(ANA, words=replace(OWN, sentence="No. {confirmation_number}")).text
    assert "Number" not in written(ANA).text.replace("Confirmation number", "")
    assert "Demonstration" in written(ANA, is_demo=True).text
    assert "Demonstration" not in written(ANA).text


def test_what_somebody_typed_is_no_gap() -> None:
    mail = written(ANA | {"first_name": gaps.gap("manage_url"), "full_name": gaps.gap("number")})
    assert f"Hello {gaps.gap('manage_url')}," in mail.text


def test_only_so_many_are_kept_and_nothing_private(kept: dict[Any, Any]) -> None:
    for number in range(forms.MOST + 3):
        written(ANA, EVENT | {"id": number})
    assert len(kept) == forms.MOST
    newest = list(kept)[-1]
    for kind in MessageKind:
        if kind.tells_of_needs:
            for told in SAMPLES[kind].values():
                render(kind, told, at=AT)
    assert list(kept)[-1] == newest

"""A demonstration says that it is one: on every page, and in whatever it mails."""

import pytest

from app.mail.rendering import render
from app.models import MessageKind
from tests.mail.conftest import queue
from tests.mail.samples import SAMPLES
from tests.support import factories as make

pytestmark = pytest.mark.slow  # A table of every kind of mail.

WORDS = "Demonstration, not a government website"
KINDS = [(kind, name) for kind, samples in SAMPLES.items() for name in samples]


@pytest.mark.parametrize(("kind", "name"), KINDS, ids=[f"{kind.value}{name}" for kind, name in KINDS])
def test_every_mail_says_it_once(office, kind, name):
    mail = render(kind, SAMPLES[kind][name], is_demo=True)
    assert mail.text.startswith(WORDS)
    assert mail.html.count(WORDS) == 1


@pytest.mark.parametrize("kind", [MessageKind.CONFIRM_FOLLOWING, MessageKind.MY_LINKS, MessageKind.TEST])
def test_a_mail_about_no_event_says_it_while_samples_are_shown(smtp, drain, at, kind):
    make.event(is_demo=True)
    queue(kind=kind, facts=SAMPLES[kind][""] | {"registrations": []})
    drain()
    assert WORDS in text_of(smtp)


def test_an_office_with_events_of_its_own_alone_says_nothing_of_it(smtp, drain, at):
    make.event()
    queue(kind=MessageKind.CONFIRM_FOLLOWING, facts=SAMPLES[MessageKind.CONFIRM_FOLLOWING][""])
    drain()
    assert WORDS not in text_of(smtp)


def test_the_test_message_says_it(smtp, runner):
    make.event(is_demo=True)
    runner.invoke(args=["mail", "test", "ana@example.com"])
    assert WORDS in text_of(smtp)


def text_of(smtp):
    (message,) = smtp.sink.messages
    return message.get_body(("plain",)).get_content()

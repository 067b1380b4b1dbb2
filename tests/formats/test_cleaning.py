"""What is taken out of texts, and what must stay."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.formats.cleaning import header_value, many_lines, one_line, xml_text
from tests.support.properties import STEADY

BREAKS = ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\t"]
UNSEEN = ["\x00", "\x07", "\x1b", "\x7f", "\x9b", "\u202e", "\u2066", "\u200f", "\ufeff", "\U000e0041"]
KEPT = [
    "José Núñez",
    "Jose\u0301",
    "יוסף כהן",
    "प्रियंका शर्मा",
    "𠮷野",
    "山田\u3000太郎",
    "\u0645\u06cc\u200c\u0634\u0648\u0645",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "O\u2019Neil \\",
    "A\u00a0B",
]


@pytest.mark.parametrize("text", KEPT)
def test_it_keeps_every_script(text):
    assert one_line(text) == many_lines(text) == header_value(text) == xml_text(text) == text


@pytest.mark.parametrize("gap", BREAKS)
def test_a_break_becomes_a_space_on_one_line(gap):
    assert one_line(f" a{gap}b{gap}") == "a b"


@pytest.mark.parametrize("gap", [gap for gap in BREAKS if gap != "\t"])
def test_a_break_becomes_a_line_feed_in_many_lines(gap):
    assert many_lines(f"a{gap}b{gap}") == "a\nb"


@pytest.mark.parametrize("mark", UNSEEN)
def test_unseen_controls_go(mark):
    assert one_line(f"a{mark}b") == many_lines(f"a{mark}b") == "ab"


@pytest.mark.parametrize("mark", ["\ud800", "\ufdd0", "\ufffe", "\uffff", "\U0001ffff", "\U0010fffe"])
def test_what_is_no_character_is_marked(mark):
    assert one_line(mark) == xml_text(mark) == "\ufffd"


@pytest.mark.parametrize(
    "name",
    [
        "=?UTF-8?Q?=0ABcc=3A_x=40evil.example?=",
        "=\u202e?UTF-8?Q?=0ABcc=3A_x=40evil.example?=",
        "==??UTF-8?Q?=0D=0ABcc=3A_x=40evil.example?=",
        "A\r\nBcc: x@evil.example",
        "A\x85Bcc: x@evil.example",
    ],
)
def test_a_header_value_adds_no_header(name):
    message = EmailMessage(policy=policy.SMTP)
    message["Subject"] = header_value(name)
    message.set_content("text")
    assert "Bcc" not in message_from_bytes(message.as_bytes())
    assert b"\nbcc" not in message.as_bytes().lower()


@STEADY
@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_any_text_is_xml_afterwards(text):
    clean = xml_text(text)
    element = ET.fromstring(f"<a>{clean.translate({38: '&amp;', 60: '&lt;', 62: '&gt;'})}</a>")
    assert (element.text or "") == clean.replace("\r\n", "\n").replace("\r", "\n")

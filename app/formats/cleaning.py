"""Takes out of a text what a calendar, a mail header or an XML file cannot carry safely.

Letters of every script stay, and so do the joiners that Persian, Hindi and emoji families need.
"""

import re
from urllib.parse import quote

_BREAKS = "\n\x0b\x0c\r\x1c-\x1e\x85\u2028\u2029"
_LINE_BREAK = re.compile(f"\r\n|[{_BREAKS}]")
_GAP = re.compile(f"[ \t{_BREAKS}]+")
# A bidirectional control can turn round the text that follows it; a tag character hides text in plain sight.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\ufeff\U000e0000-\U000e007f]"
)
_PLANE_ENDS = "".join(chr(plane * 0x10000 + last) for plane in range(1, 17) for last in (0xFFFE, 0xFFFF))
_NOT_TEXT = re.compile(f"[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff{_PLANE_ENDS}]")
_NOT_XML = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f{_NOT_TEXT.pattern[1:]}")
_REPLACEMENT = "\ufffd"


def one_line(text: str) -> str:
    """The text on a single line: breaks become a space, unseen controls go."""
    if text.isprintable() and "  " not in text:  # Nearly every text: what could be taken out is no printable sign.
        return text.strip(" ")
    return _GAP.sub(" ", _visible(text)).strip(" ")


def many_lines(text: str) -> str:
    """The text with plain line feeds as its only controls."""
    return _LINE_BREAK.sub("\n", _visible(text)).replace("\t", " ").strip("\n ")


def header_value(text: str) -> str:
    """A line for a mail header that no reader can decode into something else.

    Python itself decodes an encoded word in a subject or a name and writes the line break inside it out raw,
    which adds a header of the sender's choice. So no encoded word may begin.
    """
    return one_line(text).replace("=?", "= ?")


def web_address(url: str) -> str:
    """The address in the characters that addresses are made of; everything else is percent-encoded."""
    return quote(url, safe=":/?#[]@!$&'()*+,;=%-._~", errors="replace")


def xml_text(text: str) -> str:
    """The text with a replacement mark for each character that XML forbids or advises against."""
    return _NOT_XML.sub(_REPLACEMENT, text)


def _visible(text: str) -> str:
    return _NOT_TEXT.sub(_REPLACEMENT, _UNSEEN.sub("", text))

"""A mail's bytes: its parts are put together in one go, and read again as strictly as they were written.

The email package does both for any mail there is, which takes it as long as everything else a mail needs. Ours have
one shape: parts of text in at most two multiparts. Whatever has another shape is refused.
"""

import re
from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Iterator, Sequence
from functools import lru_cache
from secrets import token_hex

Fields = list[tuple[str, str]]  # The names and values of one head, in order.
CRLF = b"\r\n"
_FIELD = re.compile(r"([!-9;-~]+):[ \t]*(.*)", re.DOTALL)
_NEXT_FIELD = re.compile(r"\r\n(?![ \t])")
_BOUNDARY = re.compile(r'multipart/[a-z]+;\s+boundary="?([0-9A-Za-z=._-]+)"?')


class MalformedError(Exception):
    """These bytes have not the shape of our mails."""


def quoted(content_type: str, text: str) -> bytes:
    """A part to be read: quoted-printable keeps each line short and what is English readable in the source."""
    body = CRLF.join(map(_quoted_line, text.replace("\r\n", "\n").split("\n")))
    return part(content_type, body, ("Content-Transfer-Encoding", "quoted-printable"))


@lru_cache(maxsize=4096)  # Most lines are the same in all mails that are made from one form.
def _quoted_line(line: str) -> bytes:
    return b2a_qp(line.encode()).replace(b"\n", CRLF)


def attached(name: str, content_type: str, content: bytes) -> bytes:
    fields = ("Content-Transfer-Encoding", "base64"), ("Content-Disposition", f'attachment; filename="{name}"')
    return part(content_type, encodebytes(content).replace(b"\n", CRLF), *fields)


def multipart(subtype: str, parts: Sequence[bytes]) -> tuple[str, bytes]:
    """The content type and the body. The boundary is random, so nobody has to look whether it occurs in a part."""
    boundary = f"part-{token_hex(16)}"
    mark = b"--" + boundary.encode()
    body = b"".join([*(mark + CRLF + one + CRLF for one in parts), mark, b"--", CRLF])
    return f'multipart/{subtype}; boundary="{boundary}"', body


def part(content_type: str, body: bytes, *fields: tuple[str, str]) -> bytes:
    return head([("Content-Type", content_type), ("MIME-Version", "1.0"), *fields]) + CRLF + body


def head(fields: Fields) -> bytes:
    """Values that were folded stay as they are: folding them anew would decode and write out what hides in them."""
    lines = (f"{name}: {value}".splitlines() for name, value in fields)
    return b"".join(line.encode("ascii") + CRLF for folded in lines for line in folded)


def heads(content: bytes) -> Iterator[Fields]:
    """The head of the message, then that of each part within. Raises MalformedError."""
    raw, empty_line, body = content.partition(CRLF + CRLF)
    fields = _fields(raw.decode("ascii", "replace"))
    yield fields
    types = [value for name, value in fields if name.lower() == "content-type"]
    if not empty_line or len(types) != 1:
        raise MalformedError("A part does not say what it is.")
    if not types[0].startswith("text/"):
        for one in _parts(types[0], body):
            yield from heads(one)


def _fields(raw: str) -> Fields:
    found = [_FIELD.fullmatch(line) for line in _NEXT_FIELD.split(raw)]
    if not all(found):
        raise MalformedError("There are lines among the headers that are none.")
    return [(one[1], one[2]) for one in found if one]


def _parts(content_type: str, body: bytes) -> list[bytes]:
    boundary = _BOUNDARY.fullmatch(content_type)
    if not boundary:
        raise MalformedError(f"There is a part of a kind that our mails do not have: {content_type}.")
    before, *parts, after = (CRLF + body).split(b"\r\n--" + boundary[1].encode())
    if before or not parts or after.strip() != b"--" or not all(one.startswith(CRLF) for one in parts):
        raise MalformedError("The parts do not follow each other as they should.")
    return [one.removeprefix(CRLF) for one in parts]

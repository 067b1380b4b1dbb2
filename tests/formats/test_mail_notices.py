"""What comes back by mail, as servers and programs of several makes write it; and what somebody writes to hurt."""

from email.message import Message
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path
from time import process_time

import pytest

from app.formats.mail_notices import LARGEST, Kind, read

SAMPLES = Path(__file__).parent / "mail_notices"
OURS = "<6f1d0c3a9b7e4f2d8a5c1e0b3d9f7a62@events.example.gov>"
VERP = "bounces+1k-abcdefghjkmnpqrs@events.example.gov"
UID = "0f3c9a7be2d14856a0c1d2e3f4a5b6c7d8e9f0a1@events.example.gov"
# Name → kind, the beginning of what was said, whether our return path and our Message-ID are found.
EXPECTED = {
    "postfix-unknown-user": (Kind.BOUNCED, "550 5.1.1 <ana.nunez@harbor.example>: Recipient address", True, True),
    "exchange-not-found": (Kind.BOUNCED, "550 5.1.10 RESOLVER.ADR.RecipientNotFound", False, True),
    "gmail-full": (Kind.BOUNCED, "552-5.2.2 The recipient's inbox is out of storage", True, True),
    "sendmail-no-host": (Kind.BOUNCED, "5.1.2 550 Host unknown", True, True),
    "exim-unrouteable": (Kind.BOUNCED, "550 5.1.1 Unrouteable address", True, True),
    "qmail-no-mailbox": (Kind.BOUNCED, "5.1.1 failure notice", False, True),
    "blocked-by-policy": (Kind.BOUNCED, "550 5.7.1 Message rejected by content policy", True, True),
    "global-status": (Kind.BOUNCED, "550 5.1.1 No such mailbox", True, True),
    "postfix-delayed": (Kind.DELAYED, "4.4.1 connect to store.harbor.example", True, True),
    "delivered": (Kind.OTHER, "relayed", True, False),
    "complaint": (Kind.COMPLAINT, "abuse", True, True),
    "outlook-away": (Kind.AUTO_REPLY, "Automatic reply: Confirmed: Filing an Entry", False, True),
    "sieve-vacation": (Kind.AUTO_REPLY, "On the road", True, True),
    "autoresponder-old": (Kind.AUTO_REPLY, "Thank you for your mail", True, False),
    "google-declined": (Kind.DECLINED, "", False, False),
    "outlook-declined": (Kind.DECLINED, "", False, False),
    "outlook-accepted": (Kind.OTHER, "", False, False),
    "letter": (Kind.OTHER, "", False, True),
}


def sample(name: str) -> bytes:
    return (SAMPLES / f"{name}.eml").read_bytes()


def test_every_sample_has_its_line() -> None:
    assert {path.stem for path in SAMPLES.glob("*.eml")} == set(EXPECTED)


@pytest.mark.parametrize("ending", [b"\r\n", b"\n"], ids=["crlf", "lf"])
@pytest.mark.parametrize("name", EXPECTED)
def test_it_works(name: str, ending: bytes) -> None:
    kind, words, has_path, has_id = EXPECTED[name]
    notice = read(sample(name).replace(b"\r\n", ending))
    assert notice.kind is kind
    assert notice.words.startswith(words)
    assert (VERP in notice.sent_to) is has_path
    assert (OURS in notice.message_ids) is has_id
    assert notice.calendar_uid == (UID if kind is Kind.DECLINED else "")


@pytest.mark.parametrize("keep", [1, 0])
@pytest.mark.parametrize("name", EXPECTED)
def test_cut_off_or_overwritten_anywhere_it_is_still_read(name: str, keep: int) -> None:
    content = sample(name)
    for place in range(0, len(content), 37):
        read(content[:place] + content[place + 40 :] * keep)
        read(content[:place] + b"\x00\xff\xfe=?x?q?=?=" + content[place:])


def nested(depth: int) -> bytes:
    inner: Message = MIMEText("deep")
    for _ in range(depth):
        outer = MIMEMultipart("mixed")
        outer.attach(inner)
        inner = MIMEMessage(outer)
    return inner.as_bytes()


def test_f24_a_hundred_parts_inside_each_other_are_not_opened() -> None:
    notice = read(nested(100))
    assert (notice.kind, notice.message_ids, notice.sent_to) == (Kind.OTHER, (), ())
    assert "not opened" in notice.words


def test_f24_of_a_huge_one_only_the_beginning_is_read() -> None:
    bounce = sample("postfix-unknown-user")
    assert read(bounce + b"x" * 50_000_000) == read(bounce)
    behind = bounce.replace(b"Content-Description: Delivery report", b"X-Filler: " + b"x" * LARGEST)
    assert read(behind).kind is Kind.BOUNCED  # By its subject; the report itself lies behind what is read.
    assert "5.1.1" in read(behind).words


HOSTILE = {
    "addresses": b"To: " + b"a@b.example, " * 15_000 + b"\r\n\r\n",
    "headers": b"X-A: b\r\n" * 30_000 + b"\r\n",
    "one long header": b"Subject: " + b"(" * 200_000 + b"\r\n\r\n",
    "references": b"References: " + b"<a@" * 60_000 + b"\r\n\r\n",
    "boundaries": b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\n" * 30_000,
    "folds": b"Subject: a" + b"\r\n " * 80_000 + b"\r\n\r\n",
    "report": b"Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\n"
    + b"Action: failed\r\n\r\n" * 12_000,
    "calendar": b"Content-Type: text/calendar\r\n\r\nMETHOD:REPLY\r\nUID:a\r\n" + b"ATTENDEE;PARTSTAT=" * 12_000,
    "text": b"From: MAILER-DAEMON\r\nSubject: Undelivered\r\n\r\n" + b"550 5." * 40_000,
    "ids": b"From: MAILER-DAEMON\r\n\r\n" + b"Message-ID: <a@b>\r\n" * 12_000,
    "nothing": b"",
    "binary": bytes(range(256)) * 1000,
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_what_is_written_to_hurt_costs_little(content: bytes) -> None:
    """In processor time, so that other programs do not count. Each takes far below a second."""
    begun = process_time()
    notice = read(content)
    assert process_time() - begun < 5
    assert len(notice.words) <= 400
    assert len(notice.sent_to) <= 20
    assert len(notice.message_ids) <= 20


def test_words_are_one_line_without_marks_that_turn_text_round() -> None:
    bounce = sample("postfix-unknown-user").replace(b"User unknown", "\u202egnp\x1b[31m \x00".encode())
    assert "\u202e" not in read(bounce).words
    assert "\x1b" not in read(bounce).words

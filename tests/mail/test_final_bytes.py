"""What a stranger typed cannot add a header, a recipient or a calendar line: looked at in the bytes that leave.

The cases begin with the number of their line in docs/bad-inputs.md.
"""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header

import pytest
import vobject

from app.mail.messages import ALLOWED_HEADERS, UnsendableError, assemble, check
from app.mail.mime import heads
from app.mail.rendering import render
from app.models import MessageKind
from tests.mail.samples import EVENT, PERSON, facts

AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
TO = "ana.nunez@example.com"
HIDDEN_BCC = "=?UTF-8?Q?=0ABcc=3A_x=40evil.example?="
HOSTILE = {
    "F03 encoded word": HIDDEN_BCC,
    "F03 encoded word in base64": "=?utf-8?b?CkJjYzogeEBldmlsLmV4YW1wbGU=?=",
    "F01 line feed": "A\nBcc: x@evil.example",
    "F01 carriage return": "A\r\nBcc: x@evil.example\r\n\r\nbody",
    "F16 bare carriage return": "A\rBcc: x@evil.example",
    "F05 ends in a line feed": "A\n",
    "F16 other line breaks": "A\x0bB\x0cC\x85D\u2028E\u2029F",
    "B06 null": "A\x00B",
    "B01 bidirectional": "A\u202egnp.exe\u2066",
    "F07 quotes and brackets": 'A "B" \\ <x@evil.example>, C',
    "F11 long": "x" * 200,
    "F11 long in other letters": "名" * 100,
    "F04 long with an encoded word": f"{'x' * 70} {HIDDEN_BCC} ñ",
    "F21 markup": "<script>alert(1)</script><img src=x onerror=alert(1)>&amp;{{ 7*7 }}%(x)s",
}


def sent(title="A webinar", name="Ana Núñez", **more):
    given = facts(EVENT | {"title": title}, PERSON | {"full_name": name, "first_name": name}, **more)
    rendered = render(MessageKind.CONFIRMED, given, "en", at=AT)
    return rendered, assemble(rendered, TO, name, message_id="<1@events.example>", at=AT)


def head(content):
    return message_from_bytes(content.partition(b"\r\n\r\n")[0] + b"\r\n\r\n", policy=policy.compat32)


@pytest.mark.usefixtures("office")
class TestHostileText:
    @pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
    def test_no_header_is_added_and_nobody_else_gets_it(self, text):
        _, content = sent(title=text, name=text)
        names = [name.lower() for name in head(content)]
        assert sorted(names) == sorted(set(names))
        assert set(names) <= ALLOWED_HEADERS
        assert b"\nbcc" not in content.lower()
        read = message_from_bytes(content, policy=policy.default)
        assert [address.addr_spec for address in read["To"].addresses] == [TO]
        assert set(read.keys()) == set(head(content).keys())

    @pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
    def test_lines_are_short_and_end_as_they_should(self, text):
        _, content = sent(title=text, name=text)
        assert b"\r" not in content.replace(b"\r\n", b"")
        assert b"\n" not in content.replace(b"\r\n", b"")
        assert max(map(len, content.split(b"\r\n"))) <= 998

    @pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
    def test_no_calendar_line_is_added(self, text):
        rendered, _ = sent(title=text, name=text)
        read = vobject.readOne(rendered.calendar.decode())
        assert len(list(read.components())) == 2  # The zone and the event.
        assert not set(rendered.calendar.decode()) & set("\x00\x0b\x0c\x85\u2028\u2029\u202e")

    @pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
    def test_html_shows_it_as_text(self, text):
        rendered, _ = sent(title=text, name=text)
        assert "<script" not in rendered.html
        assert "<img" not in rendered.html
        assert not set(rendered.text + rendered.html) & set("\x00\x0b\x0c\x85\u2028\u2029\u202e")

    def test_templates_are_not_written_by_strangers(self):
        rendered, _ = sent(title="{{ 7*7 }} %(title)s {% raw %}")
        assert "{{ 7*7 }} %(title)s {% raw %}" in rendered.text


@pytest.mark.usefixtures("office")
class TestShape:
    def test_an_invitation_has_its_parts_in_order(self):
        _, content = sent()
        message = message_from_bytes(content, policy=policy.default)
        assert [part.get_content_type() for part in message.walk()] == [
            "multipart/mixed",
            "multipart/alternative",
            "text/plain",
            "text/html",
            "text/calendar",
            "text/calendar",
        ]
        inline, attached = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
        assert inline.get_param("method") == "REQUEST"
        assert attached.get_filename() == "event.ics"
        assert inline.get_payload(decode=True) == attached.get_payload(decode=True)

    def test_headers_say_who_writes_and_who_answers(self):
        _, content = sent()
        message = message_from_bytes(content, policy=policy.default)
        assert message["From"] == "Office of Trade Relations <trade-events@events.example.gov>"
        assert message["Reply-To"] == "Webinar team <webinars@events.example.gov>"
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["Message-ID"] == "<1@events.example>"
        assert message["Date"].datetime == AT
        assert message["To"] == "Ana Núñez <ana.nunez@example.com>"

    def test_a_long_name_and_title_arrive_whole(self):
        title = "Ñandú y otras aves de comercio: " + "reglas " * 20
        _, content = sent(title=title.strip(), name="Ana María " * 5)
        message = message_from_bytes(content, policy=policy.default)
        assert message["Subject"] == f"Confirmed: {title.strip()}, Tue, Dec 8, 2026, 1:00 p.m. EST"
        assert str(make_header(decode_header(head(content)["To"]))) == f"{('Ana María ' * 5).strip()} <{TO}>"

    def test_f11_ten_thousand_letters_without_a_space_arrive_whole(self):
        word = "x" * 10_000
        rendered = render(MessageKind.CANCELLED_BY_STAFF, facts(reason=word, was="confirmed"), "en", at=AT)
        content = assemble(rendered, TO, "Ana", message_id="<1@events.example>", at=AT)
        assert max(map(len, content.split(b"\r\n"))) <= 998
        body = message_from_bytes(content, policy=policy.default).get_body(("plain",)).get_content()
        assert word in body.replace("\n", "")

    def test_a_domain_in_other_letters_is_written_for_servers(self):
        rendered = render(MessageKind.CONFIRMED, facts(), "en", at=AT)
        content = assemble(rendered, "ana@bücher.example", "Ana", message_id="<1@events.example>", at=AT)
        assert head(content)["To"] == "Ana <ana@xn--bcher-kva.example>"

    @pytest.mark.parametrize(
        "address",
        ["", "ana", "ana@x.gov,b@y.gov", "ana@x.gov b@y.gov", "<ana@x.gov>", "用户@x.gov", "a@x.gov\nBcc: b@y.gov"],
    )
    def test_an_address_that_cannot_be_carried_is_refused(self, address):
        rendered = render(MessageKind.CONFIRMED, facts(), "en", at=AT)
        with pytest.raises(UnsendableError):
            assemble(rendered, address, "Ana", message_id="<1@events.example>", at=AT)


GOOD = (
    b"Subject: S\r\nFrom: a@x.gov\r\nTo: ana.nunez@example.com\r\nDate: D\r\nMessage-ID: <1@x>\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nbody\r\n"
)


@pytest.mark.usefixtures("office")
class TestLastLook:
    def test_it_lets_a_sound_message_pass(self):
        check(GOOD, TO)

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            (b"Subject: S", b"Subject: S\r\nBcc: x@evil.example"),
            (b"Subject: S", b"Subject: S\r\nsubject: T"),
            (b"Message-ID: <1@x>\r\n", b""),
            (b"To: ana", b"To: x@evil.example, ana"),
            (b"To: ana.nunez", b"To: ben"),
            (b"body", b"bo\ndy"),
            (b"body", b"bo\rdy"),
            (b"body", b"x" * 999),
            (b"body", b"bo\x00dy"),
            (b"body", "señal".encode()),
            (b"body\r\n", b"body"),
            (
                b"text/plain\r\n\r\nbody",
                b"multipart/mixed; boundary=b\r\n\r\n--b\r\nBcc: x@evil.example\r\n\r\n\r\n--b--",
            ),
        ],
    )
    def test_it_stops_any_other(self, old, new):
        with pytest.raises(UnsendableError):
            check(GOOD.replace(old, new), TO)

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            (b"text/html; charset", b"message/rfc822; charset"),
            (b"text/html; charset", b"application/octet-stream; charset"),
            (b"Content-Disposition: attachment", b"Bcc: x@evil.example"),
            (b"Content-Disposition: attachment", b"attachment"),
            (b"\r\n\r\n--part-", b"\r\n\r\nBefore all parts.\r\n--part-"),
            (b"--\r\n\r\n--part-", b"--\r\n\r\nAfter the last part.\r\n--part-"),
            (b"Content-Type: text/plain", b"content-type: text/html\r\nContent-Type: text/plain"),
            (b"boundary=", b"boundary= "),
        ],
    )
    def test_it_stops_parts_that_ours_do_not_have(self, old, new):
        _, content = sent()
        assert old in content
        with pytest.raises(UnsendableError):
            check(content.replace(old, new), TO)

    @pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
    def test_it_reads_the_heads_that_others_read(self, text):
        _, content = sent(title=text, name=text)
        others = [[(name, str(value)) for name, value in part.items()] for part in message_from_bytes(content).walk()]
        assert list(heads(content)) == others

"""What a mail server may do wrong, at every point of the conversation, and what then becomes of the message."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from app.mail.conversation import Waits
from app.models import EmailState, RelayTrouble
from tests.support.faulty_smtp import Fault, Then

ANA, BEN = "ana.nunez@example.com", "ben@example.com"
LITTLE = 0.2  # Seconds: for a server that never answers. For one that does we have all the time there is.
TLS = {"MAIL_USE_TLS": True}
ACCOUNT = {"MAIL_USERNAME": "office", "MAIL_PASSWORD": "secret"}
AWAY, SENDER = RelayTrouble.AWAY, RelayTrouble.SENDER
QUEUED, RETRY, IN_DOUBT = EmailState.QUEUED, EmailState.RETRY, EmailState.IN_DOUBT
ACCEPTED, FAILED = EmailState.ACCEPTED, EmailState.FAILED
# When a line is cut amid a message, the rest may lie in our system's buffers, dot and all: we cannot always know.
UNSURE = (RETRY, IN_DOUBT)


@dataclass(frozen=True)
class Case:
    fault: Fault | None = None
    first: EmailState | tuple[EmailState, ...] = RETRY
    words: str = ""  # What staff read meanwhile.
    last: EmailState = ACCEPTED
    copies: int = 1  # That the server took.
    doubts: int = 0
    trouble: RelayTrouble | None = None
    waits: Waits = field(default_factory=Waits)
    config: dict[str, Any] = field(default_factory=dict)
    certificate: str = ""  # The address that it is for.
    ends: timedelta = timedelta(days=1)  # When its certificate does, from now.
    is_vouched_for: bool = True
    lacks: tuple[str, ...] = ()
    takes_at_most: int = 10**7


PLAIN = Case()  # A server that does nothing wrong.


def resets(at: str, share: float = 1.0) -> Fault:
    return Fault(at, then=Then.RESET, share=share)


def silent(at: str) -> Fault:
    return Fault(at, None, Then.SILENCE)


CASES = {
    # Before the server knows which message it is.
    "never greets": Case(silent("greeting"), trouble=AWAY, words="took too long|timed out", waits=Waits(answer=LITTLE)),
    "greets late": Case(Fault("greeting", pause=LITTLE), ACCEPTED),
    "greets byte by byte": Case(Fault("greeting", drips=True), ACCEPTED),
    "greets with 421": Case(Fault("greeting", b"421 Busy\r\n", Then.CLOSE), words="421 Busy", trouble=AWAY),
    "greets with 554": Case(Fault("greeting", b"554 Go away\r\n"), QUEUED, "554 Go away", trouble=SENDER),
    "hangs up at the greeting": Case(resets("greeting"), trouble=AWAY),
    "refuses EHLO": Case(Fault("ehlo", b"502 What?\r\n"), ACCEPTED),
    "refuses EHLO though we must encrypt": Case(
        Fault("ehlo", b"502 What?\r\n"),
        QUEUED,
        "STARTTLS",
        trouble=RelayTrouble.ENCRYPTION,
        config=TLS,
        certificate="127.0.0.1",
    ),
    # Encryption and account: nothing leaves unless both are as they should.
    "answers STARTTLS with 454": Case(
        Fault("starttls", b"454 Not now\r\n"), words="454", trouble=AWAY, config=TLS, certificate="127.0.0.1"
    ),
    "injects a line before encryption": Case(
        Fault("starttls", b"220 Go ahead\r\n250 Injected\r\n"),
        QUEUED,
        "more than it was asked",
        trouble=RelayTrouble.ENCRYPTION,
        config=TLS,
        certificate="127.0.0.1",
    ),
    "answers AUTH with 535": Case(
        Fault("auth", b"535 Wrong\r\n"),
        QUEUED,
        "535 Wrong",
        trouble=RelayTrouble.ACCOUNT,
        config=ACCOUNT,
    ),
    "answers AUTH with 454": Case(Fault("auth", b"454 Not now\r\n"), words="454 Not now", trouble=AWAY, config=ACCOUNT),
    # The sender and the recipient.
    "answers MAIL with 451": Case(Fault("mail", b"451 Later\r\n"), words="451 Later"),
    "answers MAIL with 552": Case(Fault("mail", b"552 Too much\r\n"), FAILED, "552", FAILED, 0),
    "answers MAIL with 550": Case(Fault("mail", b"550 Who?\r\n"), words="550 Who?", trouble=SENDER),
    "answers RCPT with 450": Case(Fault("rcpt", b"450 Greylisted\r\n"), words="450 Greylisted"),
    "answers RCPT with 452": Case(Fault("rcpt", b"452 Full\r\n"), words="452 Full"),
    "answers RCPT with 550": Case(Fault("rcpt", b"550 No\r\n"), FAILED, "550 No", FAILED, 0),
    "passes on mail of others only": Case(
        Fault("rcpt", b"554 5.7.1 <ana@example.com>: Relay access denied\r\n"), words="Relay access denied"
    ),
    "wants a name at RCPT": Case(Fault("rcpt", b"530 Authentication required\r\n"), words="530 Authentication"),
    "answers RCPT with 551": Case(Fault("rcpt", b"551 No\r\n"), FAILED, "551 No", FAILED, 0),
    "answers RCPT with 553": Case(Fault("rcpt", b"553 No\r\n"), FAILED, "553 No", FAILED, 0),
    "answers RCPT with 421 and closes": Case(Fault("rcpt", b"421 Bye\r\n", Then.CLOSE), words="421 Bye"),
    "is silent at RCPT": Case(silent("rcpt"), words="took too long|timed out", waits=Waits(answer=LITTLE)),
    # The message itself, up to the dot.
    "answers DATA with 451": Case(Fault("data", b"451 Later\r\n"), words="451 Later"),
    "answers DATA with 554": Case(Fault("data", b"554 No\r\n"), FAILED, "554 No", FAILED, 0),
    "resets after 354": Case(resets("data"), UNSURE),
    "resets at 1 % of the body": Case(resets("body", 0.01), UNSURE),
    "resets at 50 % of the body": Case(resets("body", 0.5), UNSURE),
    "resets at 99 % of the body": Case(resets("body", 0.99), UNSURE),
    # After the dot.
    "resets after the dot": Case(
        Fault("noted", None, Then.RESET), IN_DOUBT, "No answer after the whole message", copies=2, doubts=1
    ),
    "resets after the dot, untaken": Case(
        Fault("dot", None, Then.RESET), IN_DOUBT, "No answer after the whole message", doubts=1
    ),
    "is silent after the dot": Case(silent("noted"), IN_DOUBT, copies=2, doubts=1, waits=Waits(dot=LITTLE)),
    "answers late after the dot": Case(Fault("noted", pause=LITTLE), ACCEPTED),
    "answers the dot with 451": Case(Fault("dot", b"451 Later\r\n"), words="451 Later"),
    "answers the dot with 554": Case(Fault("dot", b"554 Spam\r\n"), FAILED, "554", FAILED, 0),
    # Answers that are none, or odd.
    "answers in single bytes": Case(Fault("noted", b"250-Taken\r\n250 Thanks\r\n", drips=True), ACCEPTED),
    "answers without an end": Case(Fault("rcpt", b"250-and\r\n" * 5000), words="no end"),
    "answers one line without an end": Case(Fault("rcpt", b"250 " + b"x" * 200_000), words="no end"),
    "answers in binary": Case(Fault("rcpt", b"\xff\xfe\x00\x1b[31m\r\n"), words="no number"),
    "answers twice": Case(Fault("rcpt", b"250 OK\r\n250 OK\r\n"), words="more than it was asked"),
    "resets before QUIT": Case(Fault("noted", then=Then.RESET), ACCEPTED),
    "closes after the message": Case(Fault("noted", then=Then.CLOSE), ACCEPTED),
    "offers nothing beyond plain letters": Case(None, ACCEPTED, lacks=("8BITMIME", "SMTPUTF8", "SIZE")),
    "offers no encryption though we must": Case(
        None, QUEUED, "STARTTLS", QUEUED, 0, trouble=RelayTrouble.ENCRYPTION, config=TLS
    ),
    "shows another's certificate": Case(
        None,
        QUEUED,
        "CERTIFICATE_VERIFY",
        QUEUED,
        0,
        trouble=RelayTrouble.ENCRYPTION,
        config=TLS,
        certificate="127.0.0.2",
    ),
    "shows a certificate that has ended": Case(
        None,
        QUEUED,
        "CERTIFICATE_VERIFY",
        QUEUED,
        0,
        trouble=RelayTrouble.ENCRYPTION,
        config=TLS,
        certificate="127.0.0.1",
        ends=timedelta(days=-1),
    ),
    "shows a certificate of its own making": Case(
        None,
        QUEUED,
        "CERTIFICATE_VERIFY",
        QUEUED,
        0,
        trouble=RelayTrouble.ENCRYPTION,
        config=TLS,
        certificate="127.0.0.1",
        is_vouched_for=False,
    ),
    "offers no way to sign in": Case(
        None, QUEUED, "AUTH", QUEUED, 0, trouble=RelayTrouble.ACCOUNT, config=ACCOUNT, lacks=("AUTH",)
    ),
}

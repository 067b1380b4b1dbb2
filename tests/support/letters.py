"""Reading the mail that left: the worker's batch delivered into the instance folder, opened as a mail program would."""

import mailbox
import re
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from threading import Event as Flag

from flask import Flask

from app.mail import transports
from app.worker import Postman, Timetable


def deliver(app: Flask) -> list[EmailMessage]:
    """Let the worker do what is due, and give every message that has left so far, oldest first."""
    postman = Postman("tests", transports.chosen(), Flag())
    Timetable().run_due()
    while postman.deliver_due():
        pass
    box = mailbox.Maildir(Path(app.config["INSTANCE_DIR"]) / "mail", create=False)
    parser = BytesParser(policy=default)
    letters = [parser.parsebytes(box.get_bytes(key)) for key in sorted(box.keys(), key=_written)]
    return [letter for letter in letters if isinstance(letter, EmailMessage)]


def _written(name: str) -> list[int]:
    """When a Maildir's file was written. Its name holds seconds and microseconds, without leading zeros."""
    return [int(number) for number in re.findall(r"\d+", name)][:2]


def to(letters: list[EmailMessage], address: str) -> list[EmailMessage]:
    return [letter for letter in letters if address in letter["To"]]


def text_of(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def own_link(letter: EmailMessage) -> str:
    """The path of the person's own page, from the text of the mail."""
    found = re.search(r"https?://[^/\s]+(/registrations/[^/\s>]+)", text_of(letter))
    assert found, text_of(letter)
    return found[1]

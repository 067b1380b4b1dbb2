"""Notices about a real mail: the samples of tests/formats/mail_notices, with that mail's own marks in them."""

from collections import Counter
from datetime import datetime
from pathlib import Path

from app import collecting, return_paths
from app.db import db, transact
from app.mail import delivery, transports
from app.models import BouncedAddress, MessageKind, NoticeKind, OutgoingEmail, Registration
from app.operations import notifying
from tests.formats.test_mail_notices import OURS, UID, VERP, sample
from tests.support import factories as make

RETURN_PATH = "Bounces@events.example.gov"


def about(mail: OutgoingEmail, name: str, *, path: bool = True, message_id: bool = True, uid: str = "") -> bytes:
    """The sample of this name, about this mail; without a mark, it keeps one that we never made."""
    content = sample(name)
    if path:
        content = content.replace(VERP.encode(), return_paths.of(mail.id).encode())
    if message_id and mail.message_id:
        content = content.replace(OURS.encode(), mail.message_id.encode())
    return content.replace(UID.encode(), f"{uid}@127.0.0.1".encode())


def put(maildir: Path, *messages: bytes) -> None:
    """Lay them into a Maildir, as a mail server does."""
    (maildir / "new").mkdir(parents=True, exist_ok=True)
    for content in messages:
        number = sum(1 for _ in maildir.rglob("*.mx"))
        (maildir / "new" / f"17638{number:05}.mx").write_bytes(content.replace(b"\r\n", b"\n"))


def registered(email: str = "Ana.Nunez@harbor.example") -> Registration:
    """Registered, and the confirmation has left."""
    found = make.registration(make.event(), email=email)
    tell(found.id)
    return found


def tell(registration_id: int, kind: MessageKind = MessageKind.CONFIRMED, key: str | None = None) -> int:
    def queue(at: datetime) -> int:
        mail = notifying.queue(kind, db.session.get_one(Registration, registration_id), at=at, key=key)
        db.session.flush()
        return mail.id

    mail_id = transact(queue)
    deliver()
    return mail_id


def deliver() -> None:
    while delivery.drain("tests", transports.chosen()).taken:
        pass


def mail(mail_id: int | None = None) -> OutgoingEmail:
    db.session.rollback()
    db.session.expire_all()
    query = db.select(OutgoingEmail).order_by(OutgoingEmail.id)
    return db.session.get_one(OutgoingEmail, mail_id) if mail_id else db.session.scalars(query).first()


def flags() -> list[BouncedAddress]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(db.select(BouncedAddress)))


def collect(maildir: Path, *messages: bytes) -> Counter[NoticeKind]:
    put(maildir, *messages)
    return collecting.collect()

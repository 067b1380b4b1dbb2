"""What comes back: each notice is filed once, and marks the mail and the address that it proves to be about.

A notice proves it by the return path, which carries our own digest, or by a Message-ID that only the receiver's side
can know. A forged one is filed and changes nothing. One that proves its mail changes no more than a flag: no seat, no
address and no date ever follows from it.
"""

from datetime import datetime

from sqlalchemy import exists, select

from app import return_paths
from app.db import db
from app.formats.mail_notices import Kind, Notice
from app.models import BouncedAddress, EmailState, MailNotice, MessageKind, NoticeKind, OutgoingEmail, Registration
from app.operations import already_told, auditing, notifying
from app.operations.communication import complaining

# It left, or may have. What was never handed over cannot come back.
HAS_LEFT = (EmailState.ACCEPTED, EmailState.SENDING, EmailState.IN_DOUBT)
DECLINED = "declined"


def file(notice: Notice, digest: str, at: datetime) -> NoticeKind | None:
    """File a notice and do what follows from it. None when it was filed before."""
    if db.session.scalar(select(exists().where(MailNotice.digest == digest))):
        return None
    kind = NoticeKind(notice.kind.value)
    mail = _mail(notice)
    filed = MailNotice(digest=digest, kind=kind, words=notice.words, email_id=mail.id if mail else None, read_at=at)
    db.session.add(filed)
    if mail and notice.kind is Kind.BOUNCED:
        _come_back(mail, notice.words, at)
    if mail and notice.kind is Kind.COMPLAINT and mail.state in HAS_LEFT:
        complaining.note(mail, notice.words, at)
    if notice.kind is Kind.DECLINED:
        answer = _answer_decline(notice.calendar_uid, at)
        filed.email_id = answer or filed.email_id
    return kind


def _mail(notice: Notice) -> OutgoingEmail | None:
    """The mail it is about, locked: by our own return path, else by the Message-ID."""
    numbers = [number for address in notice.sent_to if (number := return_paths.read(address)) is not None]
    wanted = OutgoingEmail.id.in_(numbers) if numbers else OutgoingEmail.message_id.in_(notice.message_ids)
    return db.session.scalars(select(OutgoingEmail).where(wanted).limit(1).with_for_update()).first()


def _come_back(mail: OutgoingEmail, words: str, at: datetime) -> None:
    if mail.state not in HAS_LEFT:
        return
    mail.enter(EmailState.BOUNCED, words, at)
    mail.leased_by = mail.leased_until = None
    flag = db.session.merge(BouncedAddress.of(mail, words, at))
    auditing.record(
        "mail came back",
        actor="worker",
        subject="registration" if mail.registration_id else "message",
        subject_id=mail.registration_id or mail.id,
        event_id=mail.event_id,
        detail={"message": mail.id, "why": flag.reason.value},
        at=at,
    )


def _answer_decline(calendar_uid: str, at: datetime) -> int | None:
    """A "no" in a calendar gives up no seat: people press it to tidy up. They get the way to cancel, once.

    Returns the mail that answers, now or an earlier time.
    """
    uid = calendar_uid.partition("@")[0]
    person = db.session.scalars(select(Registration).where(Registration.calendar_uid == uid).limit(1)).first()
    if person is None or not person.is_live or person.event.has_ended(at):
        return None
    if db.session.scalar(
        select(already_told.not_told(MessageKind.DECLINED, DECLINED)).where(Registration.id == person.id)
    ):
        notifying.queue(MessageKind.DECLINED, person, at=at, key=DECLINED)
        db.session.flush()
    told = OutgoingEmail.registration_id == person.id, OutgoingEmail.kind == MessageKind.DECLINED
    return db.session.scalars(select(OutgoingEmail.id).where(*told).limit(1)).first()

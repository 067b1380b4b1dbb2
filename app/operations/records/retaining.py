"""Keeping nothing longer than it is needed."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select, update

from app.db import db, leave_no_trace
from app.models import (
    AccessibilityRequest,
    BookedPlace,
    Booking,
    BouncedAddress,
    EmailState,
    Event,
    EventState,
    FollowRequest,
    FormSubmission,
    MailNotice,
    MessageKind,
    OutgoingEmail,
    PendingMove,
    Registration,
    UnwantedAddress,
    UsPersonAnswer,
)
from app.models.message_kind import KINDS_ABOUT_NEEDS
from app.operations.communication import subscribing
from app.operations.registration.proposing import LIFETIME

FORMS_ARE_KEPT = timedelta(hours=48)  # As long as somebody may come back to the page after a form.
NOTICES_ARE_KEPT, FLAGS_ARE_KEPT = timedelta(days=90), timedelta(days=365)
COMPLAINTS_ARE_KEPT = timedelta(days=3 * 365)
BATCH = 1000
# Mails that belong to no registration, and for how long it must be possible to say what became of them.
LIST_MAIL = (MessageKind.NEWS, MessageKind.CONFIRM_FOLLOWING, MessageKind.REGISTRATION_OPEN)
SETTLED = (EmailState.ACCEPTED, EmailState.FAILED, EmailState.WITHDRAWN, EmailState.BOUNCED)
LIST_MAIL_IS_KEPT = timedelta(days=30)
NEEDS_ARE_KEPT = timedelta(days=30)  # After the event: for what is still to be paid or answered.


def forget_submissions(at: datetime) -> int:
    """Delete sent forms after 48 hours, some at a time. Returns how many."""
    old = select(FormSubmission.id).where(FormSubmission.submitted_at < at - FORMS_ARE_KEPT).limit(BATCH)
    ids = db.session.scalars(old).all()
    db.session.execute(delete(FormSubmission).where(FormSubmission.id.in_(ids)))
    return len(ids)


def forget_moves(at: datetime) -> int:
    """Delete, a week after they asked, to whom people wanted to hand over or move. Returns how many."""
    old = select(PendingMove.registration_id).where(PendingMove.asked_at <= at - LIFETIME).limit(BATCH)
    ids = db.session.scalars(old).all()
    db.session.execute(delete(PendingMove).where(PendingMove.registration_id.in_(ids)))
    return len(ids)


def forget_booked_forms(at: datetime) -> int:
    """Delete, once an event is over, what was typed about people whom somebody booked. Returns how many."""
    kept = or_(BookedPlace.sealed_form.is_not(None), BookedPlace.new_email.is_not(None))
    over = select(BookedPlace.id).join(BookedPlace.booking).join(Booking.event).where(kept, _is_over_since(at))
    ids = db.session.scalars(over.limit(BATCH)).all()
    gone = {"sealed_form": None, "new_email": None, "new_email_at": None, "new_email_version": None}
    db.session.execute(update(BookedPlace).where(BookedPlace.id.in_(ids)).values(gone))
    return len(ids)


def _is_over_since(limit: datetime) -> ColumnElement[bool]:
    """Whether an event was over by then. One that was cancelled while it had no date is over since it was."""
    has_no_date = and_(Event.ends_at.is_(None), Event.state == EventState.CANCELLED, Event.changed_at <= limit)
    return or_(Event.ends_at <= limit, has_no_date)


def forget_follow_requests(at: datetime) -> int:
    """Delete, a week after they were typed, the addresses that nobody confirmed. Returns how many."""
    old = select(FollowRequest.id).where(FollowRequest.asked_at <= at - subscribing.LIFETIME).limit(BATCH)
    ids = db.session.scalars(old).all()
    db.session.execute(delete(FollowRequest).where(FollowRequest.id.in_(ids)))
    return len(ids)


def forget_list_mail(at: datetime) -> int:
    """Delete our copies of news and the like, thirty days after they were queued. Returns how many."""
    old = (
        OutgoingEmail.kind.in_(LIST_MAIL),
        OutgoingEmail.queued_at < at - LIST_MAIL_IS_KEPT,
        OutgoingEmail.state.in_(SETTLED),
    )
    ids = db.session.scalars(select(OutgoingEmail.id).where(*old).limit(BATCH)).all()
    db.session.execute(delete(OutgoingEmail).where(OutgoingEmail.id.in_(ids)))
    return len(ids)


def forget_notices(at: datetime) -> int:
    """Delete what was filed of bounces and the like after 90 days, and flags of addresses after a year."""
    old = select(MailNotice.id).where(MailNotice.read_at < at - NOTICES_ARE_KEPT).limit(BATCH)
    ids = db.session.scalars(old).all()
    db.session.execute(delete(MailNotice).where(MailNotice.id.in_(ids)))
    past = select(BouncedAddress.email_key).where(BouncedAddress.bounced_at < at - FLAGS_ARE_KEPT).limit(BATCH)
    keys = db.session.scalars(past).all()
    db.session.execute(delete(BouncedAddress).where(BouncedAddress.email_key.in_(keys)))
    return len(ids) + len(keys)


def forget_needs(at: datetime) -> int:
    """Erase, thirty days after an event, what people needed to take part, and who is a U.S. person. Returns how many.

    That includes our copies of mails about needs, to the people and to those who arranged it.
    """
    over = select(Event.id).where(_is_over_since(at - NEEDS_ARE_KEPT))
    done = 0
    for model in (AccessibilityRequest, UsPersonAnswer):
        of_event = select(model.registration_id).join(model.registration).where(Registration.event_id.in_(over))
        ids = db.session.scalars(of_event.limit(BATCH)).all()
        done += _erase(model, model.registration_id.in_(ids), len(ids))
    about = (
        OutgoingEmail.kind.in_(KINDS_ABOUT_NEEDS),
        OutgoingEmail.event_id.in_(over),
        OutgoingEmail.state.in_(SETTLED),
    )
    mails = db.session.scalars(select(OutgoingEmail.id).where(*about).limit(BATCH)).all()
    return done + _erase(OutgoingEmail, OutgoingEmail.id.in_(mails), len(mails))


def _erase(model: type[Any], which: ColumnElement[bool], count: int) -> int:
    if count:
        leave_no_trace()
        db.session.execute(delete(model).where(which))
    return count


def forget_complaints(at: datetime) -> int:
    """Delete, three years after it was made, that somebody wanted no mail to many. Returns how many."""
    old = select(UnwantedAddress.id).where(UnwantedAddress.complained_at < at - COMPLAINTS_ARE_KEPT).limit(BATCH)
    ids = db.session.scalars(old).all()
    db.session.execute(delete(UnwantedAddress).where(UnwantedAddress.id.in_(ids)))
    return len(ids)

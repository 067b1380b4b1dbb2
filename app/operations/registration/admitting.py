"""Who may register, as the event's rules say. What is refused here depends on the form and the event alone.

An invitation is part of the form: whoever has its link had the mail.
"""

from datetime import datetime

from sqlalchemy import select

from app import keys
from app.db import db
from app.models import Access, Event, Invitation, Registration
from app.models.search import search_key
from app.operations.registration.details import RegistrationDetails
from app.operations.registration.submitting import RefusedInFieldError


class WrongCodeError(RefusedInFieldError):
    """The event asks for a code, and this is not it."""

    field = "access_code"


class InvitationNeededError(RefusedInFieldError):
    """The event takes those whom the office invited, each once and under the invited address."""

    field = "email"


class OtherDomainError(RefusedInFieldError):
    """The event takes addresses of certain mail domains, and this is none of them."""

    field = "email"

    def __init__(self, domains: tuple[str, ...]) -> None:
        super().__init__(*domains)
        self.domains = domains


def needs_approval(event: Event) -> bool:
    """Whether the office looks at each registration before it takes a seat."""
    return bool(event.rules and event.rules.needs_approval)


def refuse_strangers(event: Event, details: RegistrationDetails) -> None:
    """Raises WrongCodeError, OtherDomainError or InvitationNeededError when the event is not open to this form."""
    if event.rules is None:
        return
    refuse_wrong_code(event, details.access_code)
    refuse_uninvited(event, details)
    refuse_other_domain(event, details.email_key)


def refuse_wrong_code(event: Event, typed: str) -> None:
    """Raises WrongCodeError."""
    rules = event.rules
    if rules and rules.access is Access.CODE and not is_code(rules.access_code, typed):
        raise WrongCodeError


def refuse_other_address(event: Event, email_key: str) -> None:
    """Whether a registration may move to another address. Raises InvitationNeededError, OtherDomainError."""
    if event.is_by_invitation:
        raise InvitationNeededError
    refuse_other_domain(event, email_key)


def refuse_other_domain(event: Event, email_key: str) -> None:
    """Raises OtherDomainError."""
    domains = event.rules.admitted_domains if event.rules else ()
    if domains and email_key.rpartition("@")[2] not in domains:
        raise OtherDomainError(domains)


def is_code(code: str, typed: str) -> bool:
    """Whether somebody typed the code, in capitals or not."""
    wanted = search_key(code)
    return bool(wanted) and keys.is_same(search_key(typed), wanted)


def refuse_uninvited(event: Event, details: RegistrationDetails) -> None:
    """Raise InvitationNeededError unless this form comes through an open invitation of its address.

    The event must be locked: an invitation is used once.
    """
    if not event.is_by_invitation:
        return
    row, version = details.invitation or (0, 0)
    found = db.session.get(Invitation, row, populate_existing=True) if row else None
    if (
        found is None
        or (found.event_id, found.link_version) != (event.id, version)
        or not found.is_open
        or found.email_key != details.email_key
        or details.is_guest
    ):
        raise InvitationNeededError


def use(event: Event, details: RegistrationDetails, registration: Registration | None, at: datetime) -> None:
    """The invitation has done its work: the address is registered now, or was so before."""
    if not event.is_by_invitation:
        return
    of_address = (Invitation.event_id == event.id, Invitation.email_key == details.email_key)
    found = db.session.scalar(select(Invitation).where(*of_address))
    if found and found.used_at is None and not details.is_guest:
        found.used_at, found.registration_id = at, registration.id if registration else None

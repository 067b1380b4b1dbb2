"""Who may register, as the event's rules say. What is refused here depends on the form and the event alone."""

from app import keys
from app.models import Access, Event
from app.models.search import search_key
from app.operations.registration.details import RegistrationDetails
from app.operations.registration.submitting import RefusedInFieldError


class WrongCodeError(RefusedInFieldError):
    """The event asks for a code, and this is not it."""

    field = "access_code"


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
    """Raises WrongCodeError or OtherDomainError when the event is not open to whoever filled the form."""
    rules = event.rules
    if rules is None:
        return
    if rules.access is Access.CODE and not is_code(rules.access_code, details.access_code):
        raise WrongCodeError
    refuse_other_domain(event, details.email_key)


def refuse_other_domain(event: Event, email_key: str) -> None:
    """Raises OtherDomainError."""
    domains = event.rules.admitted_domains if event.rules else ()
    if domains and email_key.rpartition("@")[2] not in domains:
        raise OtherDomainError(domains)


def is_code(code: str, typed: str) -> bool:
    """Whether somebody typed the code, in capitals or not."""
    wanted = search_key(code)
    return bool(wanted) and keys.is_same(search_key(typed), wanted)

"""Who may register, in words: before the form is filled, and beside the field that was refused."""

from flask_babel import gettext as _
from flask_babel import ngettext

from app.models import Access, Event
from app.operations.registration.admitting import OtherDomainError


def conditions(event: Event) -> list[str]:
    """What whoever wants to register needs or must know, a sentence each; nothing at most events."""
    rules = event.rules
    if rules is None:
        return []
    found = [_("The office approves each registration. You hold no seat before.")] if rules.needs_approval else []
    if rules.access is Access.CODE:
        found.append(_("You need the code from your invitation."))
    if rules.admitted_domains:
        found.append(domains_hint(event))
    if rules.most_colleagues and not event.is_by_invitation:
        found.append(
            ngettext(
                "One form registers you and %(num)s colleague.",
                "One form registers you and up to %(num)s colleagues.",
                rules.most_colleagues,
            )
        )
    return found + ([most_hint(event)] if rules.organization_cap else [])


def domains_hint(event: Event) -> str:
    """What the form says beside the address before it is typed, where only certain domains are admitted."""
    domains = event.rules.admitted_domains if event.rules else ()
    return _("Only addresses of these domains can register: %(domains)s.", domains=listed(domains)) if domains else ""


def most_hint(event: Event) -> str:
    """What the form says beside the organization."""
    most = event.rules.organization_cap if event.rules else None
    return f"{most_words(most)}." if most else ""


def most_words(most: int) -> str:
    return ngettext("At most %(num)s person of one organization", "At most %(num)s people of one organization", most)


def other_domain(refusal: OtherDomainError) -> str:
    return _("Use an address of one of these domains: %(domains)s.", domains=listed(refusal.domains))


def listed(domains: tuple[str, ...]) -> str:
    return ", ".join(f"@{domain}" for domain in domains)


def too_many_colleagues(most: int) -> str:
    if not most:
        return _("This event takes one person in one form. Remove your colleagues; each registers for themselves.")
    return ngettext(
        "One form takes %(num)s colleague at this event. Remove the others, and send another form for them.",
        "One form takes %(num)s colleagues at this event. Remove the others, and send another form for them.",
        most,
    )


def colleagues_hint(most: int) -> str:
    """What the form says before anybody is added."""
    return ngettext(
        "You can register %(num)s colleague too, who attends the same way for the same organization.",
        "You can register up to %(num)s colleagues too, who attend the same way for the same organization.",
        most,
    )

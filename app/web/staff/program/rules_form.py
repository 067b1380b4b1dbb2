"""The rules of registering for an event, beyond a free seat."""

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user
from wtforms import BooleanField
from wtforms.validators import ValidationError

from app.models import Access, Event, OverlapRule, Right
from app.models.registration_rules import LONGEST_OFFER, MOST_COLLEAGUES, mail_domains_in
from app.operations.program.details import Rules
from app.operations.program.restricting import restricts_anew
from app.web.choices import RadiosField
from app.web.staff.program.base_form import PartForm
from app.web.staff.program.fields import Line, Lines, WholeNumber, members
from app.web.staff.program.time_fields import WallTimeField

# An international domain stands here as mail carries it, beginning with xn--.
DOMAIN = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


def in_one_line(text: str | None) -> str:
    return ", ".join(mail_domains_in(text or ""))


class RulesForm(PartForm):
    """Its fields are named like those of ``Rules``; what is left at the usual value makes no rule."""

    kinds = (Rules,)
    access = RadiosField(_l("Who may register"), **members(Access))
    access_code = Line(_l("Code"), 60)
    access_domains = Lines(_l("Mail domains"), 1000, rows=3, filters=[in_one_line])
    needs_approval = BooleanField(_l("The office approves each registration"))
    asks_us_person = BooleanField(_l("Ask those who come in person whether they are a U.S. person"))
    lead_time_text = Lines(_l("What people must know before they book travel"), 500, rows=3)
    restriction_reason = Line(_l("Why not everyone may register"), 300)
    organization_cap = WholeNumber(
        _l("Most people of one organization"), 1, 1000, description=_l("Leave empty to take any number.")
    )
    most_colleagues = WholeNumber(
        _l("Most colleagues in one form"),
        1,
        MOST_COLLEAGUES,
        description=_l(
            "Leave empty so that everybody registers for themselves. The sender answers the event’s questions for each"
            " colleague; what needs consent, each ticks alone. Whoever has no address is booked under the sender’s."
        ),
    )
    offer_hours = WholeNumber(
        _l("Hours to accept an offered seat"),
        1,
        LONGEST_OFFER,
        description=_l("Leave empty to give a free seat at once to whoever waits longest."),
    )
    offers_skip_weekends = BooleanField(_l("Saturdays and Sundays do not count"))
    hand_over_until = WallTimeField(
        _l("Seats can be handed over until"),
        description=_l("Leave empty: as long as people can register. Lists for the door should not be out yet."),
    )
    overlap_rule = RadiosField(
        _l("When somebody picks two sessions that are held at the same time"), **members(OverlapRule)
    )

    def prepare(self, event: Event) -> None:
        self.event = event
        if event.committee is None:
            del self.restriction_reason

    def validate_restriction_reason(self, field: Line) -> None:
        if not restricts_anew(self.event, self.part(Rules, self.event)):
            return
        if not current_user.may(Right.ADMINISTER):
            raise ValidationError(_("A committee meeting is public. Ask an administrator to narrow who may register."))
        if not field.data:
            raise ValidationError(_("A committee meeting is public. Say why fewer people may register."))

    def validate_access_code(self, field: Line) -> None:
        if self.access.data is Access.CODE and not field.data:
            raise ValidationError(_("Enter the code that you give to the people who may register."))

    def validate_access_domains(self, field: Lines) -> None:
        domains = mail_domains_in(field.data or "")
        if self.access.data is Access.DOMAINS and not domains:
            raise ValidationError(_("Enter at least one mail domain."))
        for domain in domains:
            if not DOMAIN.fullmatch(domain):
                raise ValidationError(
                    _("“%(domain)s” is no mail domain. Enter one such as example.com.", domain=domain)
                )

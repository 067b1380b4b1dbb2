""" "Did you mean", in every form that takes an address: the public's and the office's."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from app.formats import mail_domains
from app.web.choices import RadiosField


class DoubtsAddress:
    """For forms with an address: what looks mistyped is asked about once, and never corrected unasked."""

    # Stands on the page only when the address looks mistyped; offers that one and the likely one.
    address_choice = RadiosField(_l("Which address is right?"), validate_choice=False)
    likely_address: str | None = None

    def doubt_address(self: Any, *, sent: bool) -> None:
        """Ask, if there is something to ask about what was sent."""
        typed = self.email.data if sent and "email" in self else ""
        self.likely_address = mail_domains.suggestion(typed or "")
        if self.likely_address:
            self.address_choice.choices = [(one, one) for one in (self.likely_address, typed)]
        else:
            del self.address_choice

    def validate_address_choice(self: Any, field: RadiosField) -> None:
        if field.data not in (self.likely_address, self.email.data):
            likely = self.likely_address
            raise ValidationError(
                _("Did you mean %(address)s? Choose the right address, or correct it.", address=likely)
            )

    @property
    def address(self: Any) -> str:
        """As it was typed, or as it was chosen of two."""
        chosen = self.address_choice.data if "address_choice" in self else ""
        return str(chosen or self.email.data or "")

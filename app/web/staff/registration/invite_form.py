"""The form into which the addresses of those who are invited are pasted."""

from collections.abc import Sequence
from typing import Any

from babel import Locale
from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from app.formats import mail_domains
from app.operations import meanwhile
from app.operations.registration import inviting
from app.web.choices import ChoiceField
from app.web.fields import LengthUpTo, TickField, many_lines, pasted_addresses

MOST = 500  # Addresses pasted at once.
SHOWN = 5
SEVERAL = 2  # So many mails leave only after another look.


class InviteForm(FlaskForm):
    addresses = TextAreaField(
        _l("Email addresses"),
        validators=[InputRequired(_l("Paste at least one address.")), LengthUpTo(50_000)],
        filters=[many_lines],
        description=_l(
            "One on each line, or with commas between them. Names around an address, as mail programs write them, are"
            " left out."
        ),
        render_kw={"rows": 8, "spellcheck": "false"},
    )

    language = ChoiceField(
        _l("Language of the mail"),
        description=_l("For whoever has not registered or followed us in another one."),
    )

    is_sure = TickField(_l("The addresses are right as they stand"))
    doubted: Sequence[str] = ()  # What some of them were probably meant to be.
    asked = HiddenField()  # Says of which addresses the page told how many get a mail.

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        codes = current_app.config["LANGUAGES"]
        self.language.choices = [
            SelectChoice(code, Locale.parse(code, sep="-").get_display_name() or code) for code in codes
        ]
        if len(codes) == 1:
            del self.language

    @property
    def chosen_language(self) -> str:
        return str(self.language.data if "language" in self else current_app.config["LANGUAGES"][0])

    def foresees(self, event_id: int) -> inviting.Invited | None:
        """What is to be looked at before several mails leave; none once it was, or for a single one."""
        mark = meanwhile.mark([sorted(self.found), self.chosen_language])
        foreseen = inviting.foresee(event_id, self.found)
        if foreseen.new < SEVERAL or self.asked.data == mark:
            return None
        self.asked.data = mark
        return foreseen

    def validate_addresses(self, field: TextAreaField) -> None:
        self.found, wrong = pasted_addresses(field.data or "")
        if wrong:
            shown = ", ".join(wrong[:SHOWN]) + (" …" if len(wrong) > SHOWN else "")
            raise ValidationError(
                _("Correct or remove these, then send again: %(wrong)s. Nobody was invited.", wrong=shown)
            )
        if not self.found:
            raise ValidationError(_("Paste at least one address."))
        if len(self.found) > MOST:
            raise ValidationError(_("Invite at most %(most)s at once. Nobody was invited.", most=MOST))
        self._doubt()

    def _doubt(self) -> None:
        """What looks mistyped is asked about once, and never corrected unasked."""
        self.doubted = [likely for likely in map(mail_domains.suggestion, self.found) if likely]
        if self.doubted and not self.is_sure.data:
            raise ValidationError(
                _(
                    "Did you mean %(likely)s? Correct it, or tick that the addresses are right. Nobody was invited.",
                    likely=", ".join(self.doubted[:SHOWN]),
                )
            )

"""The forms of an act for many people: what each of them reads, or why a rule is set aside."""

import re
from datetime import datetime
from secrets import token_hex

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField

from app.models import Event, Mode
from app.models.availability import takes
from app.web.fields import TickField, line_field
from app.web.staff.registration.approval_forms import SayYesForm
from app.web.staff.registration.person_forms import ReasonForm

MAIL, CANCEL = "mail", "cancellation"
PRESS = re.compile("[0-9a-f]{16}")


class CancelManyForm(FlaskForm):
    reason = line_field(
        _l("Reason"),
        most=300,
        description=_l("Each of them reads it in the mail, unless you write to nobody. It stands in the log."),
    )
    tell_nobody = TickField(_l("Write to nobody"))


class MailManyForm(FlaskForm):
    """Tells one press from another: the same page sent twice mails nobody twice."""

    press = HiddenField(filters=[lambda sent: sent if PRESS.fullmatch(sent or "") else token_hex(8)])


def form_for(act: str, event: Event, at: datetime) -> FlaskForm:
    """Moving people into a way that is closed now asks for a reason, as it does for one person alone."""
    if act == CANCEL:
        return CancelManyForm()
    if act == MAIL:
        return MailManyForm()
    if takes(event, Mode(act), at):
        return SayYesForm()
    return ReasonForm()

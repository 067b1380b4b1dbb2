"""The forms of an act for many people: what each of them reads, or why a rule is set aside."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from app.models import Event, Mode
from app.models.availability import takes
from app.web.fields import TickField, line_field
from app.web.staff.registration.approval_forms import SayYesForm
from app.web.staff.registration.person_forms import ReasonForm

MAIL, CANCEL = "mail", "cancellation"


class CancelManyForm(FlaskForm):
    reason = line_field(
        _l("Reason"),
        most=300,
        description=_l("Each of them reads it in the mail, unless you write to nobody. It stands in the log."),
    )
    tell_nobody = TickField(_l("Write to nobody"))


def form_for(act: str, event: Event, at: datetime) -> FlaskForm:
    """Moving people into a way that is closed now asks for a reason, as it does for one person alone."""
    if act == CANCEL:
        return CancelManyForm()
    if act == MAIL or takes(event, Mode(act), at):
        return SayYesForm()
    return ReasonForm()

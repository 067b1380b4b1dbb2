"""The rules of registering for an event, beyond a free seat."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from app.models import OverlapRule
from app.models.registration_rules import LONGEST_OFFER
from app.operations.program.details import Rules
from app.web.choices import RadiosField
from app.web.staff.program.fields import WholeNumber, members
from app.web.staff.program.forms import PartForm


class RulesForm(PartForm):
    """Its fields are named like those of ``Rules``; what is left at the usual value makes no rule."""

    kinds = (Rules,)
    offer_hours = WholeNumber(
        _l("Hours to accept an offered seat"),
        1,
        LONGEST_OFFER,
        description=_l("Leave empty to give a free seat at once to whoever waits longest."),
    )
    offers_skip_weekends = BooleanField(_l("Saturdays and Sundays do not count"))
    overlap_rule = RadiosField(
        _l("When somebody picks two sessions that are held at the same time"), **members(OverlapRule)
    )

"""The form of somebody at the venue without a registration."""

from dataclasses import asdict
from typing import Any

from flask_babel import format_date
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.fields.choices import SelectChoice

from app.models import Event, Helper, HelperRole
from app.operations.registration import helping
from app.operations.registration.helping import HelperDetails
from app.web.choices import CheckboxesField, ChoiceField, choice
from app.web.fields import line_field
from app.web.meanwhile import Difference, of_fields

TEXTS = ("first_name", "middle_name", "last_name", "suffix", "organization", "host")


class HelperForm(FlaskForm):
    """The second of two who change somebody sees what the first one changed."""

    shown = HiddenField()
    role = ChoiceField(_l("Comes as"), choices=[choice(one) for one in HelperRole])
    first_name = line_field(_l("First name"), most=100)
    middle_name = line_field(_l("Middle name"), most=100)
    last_name = line_field(_l("Last name"), most=100, required=_l("Enter the last name, or the only one."))
    suffix = line_field(_l("Suffix, such as Jr. or III"), most=20)
    organization = line_field(_l("Organization"), most=200)
    host = line_field(_l("Host"), most=200, description=_l("Whose guest it is. Empty: the event’s contact."))
    days = CheckboxesField(_l("Days they will come"), description=_l("No day ticked means every day."))

    def __init__(self, event: Event, standing: Helper | None = None) -> None:
        super().__init__(data=_values(standing) | {"shown": helping.shown(standing)} if standing else None)
        self.days.choices = [SelectChoice(day.isoformat(), format_date(day, "full")) for day in event.days]
        if len(event.days) < 2:
            del self.days

    def details(self) -> HelperDetails:
        texts = {name: self[name].data or "" for name in TEXTS}
        days = tuple(self.days.data or ()) if "days" in self else ()
        return HelperDetails(role=HelperRole(self.role.data), days=days, **texts)

    def compared_with(self, standing: Helper) -> list[Difference]:
        """What somebody else saved first beside what was typed; another press means it so."""
        self.shown.data = helping.shown(standing)
        return of_fields(self, _values(standing))


def _values(standing: Helper) -> dict[str, Any]:
    """What stands, as the form's fields hold it."""
    values = asdict(HelperDetails.of(standing))
    return values | {"role": standing.role.value, "days": list(standing.days)}

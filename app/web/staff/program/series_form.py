"""The form of a series: what it is called, and what its new events begin with."""

from typing import Any, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import ValidationError

from app.models import Series
from app.operations.program import keeping_series
from app.operations.program.series_details import SeriesDetails
from app.web.fields import TickField
from app.web.staff.program.fields import Line, Lines, WholeNumber, needed
from app.web.staff.program.forms import NoticesForm, PeopleForm

LONGEST_HOURS, LONGEST_DAYS = 8760, 365


class SeriesForm(FlaskForm):
    shown = HiddenField()
    name = Line(_l("Title"), 120, [needed(_l("Give the series a title."))])
    acronym = Line(_l("Acronym"), 20, description=_l("It stands in parentheses after the title."))
    summary = Lines(_l("Summary"), 300, [needed(_l("Say in a sentence what it is."))], rows=2)
    description = Lines(
        _l("Description"), rows=8, description=_l("Its page shows it. Paragraphs, **bold**, lists with “-”.")
    )
    contact_name = PeopleForm.contact_name
    contact_email = PeopleForm.contact_email
    contact_phone = PeopleForm.contact_phone
    accessibility_contact_name = PeopleForm.accessibility_contact_name
    accessibility_contact_email = PeopleForm.accessibility_contact_email
    accessibility_contact_phone = PeopleForm.accessibility_contact_phone
    privacy_statement = NoticesForm.privacy_statement
    omb_number = NoticesForm.omb_number
    omb_expires_on = NoticesForm.omb_expires_on
    omb_burden_minutes = NoticesForm.omb_burden_minutes
    registration_closes_hours_before = WholeNumber(
        _l("Registration ends so many hours before the start"),
        1,
        LONGEST_HOURS,
        description=_l("Leave empty: at the start."),
    )
    joining_release_hours_before = WholeNumber(
        _l("The way to join is given out so many hours before the start"), 1, LONGEST_HOURS
    )
    accessibility_days_before = WholeNumber(
        _l("People ask for what they need until so many days before the start"), 1, LONGEST_DAYS
    )
    also_coming = TickField(
        _l("Also in its coming events"),
        description=_l(
            "What you change here of a contact or a notice changes there, too, where all of that contact or notice is"
            " as the series had it. Nobody is written to."
        ),
    )

    @classmethod
    def showing(cls, series: Series) -> Self:
        return cls(data=SeriesDetails.of(series).values | {"shown": keeping_series.shown(series)})

    def validate_accessibility_days_before(self, field: Any) -> None:
        if field.data is None and not field.errors:
            raise ValidationError(_("Enter a number of days: each event needs a last day to ask."))

    @property
    def details(self) -> SeriesDetails:
        return SeriesDetails(**{name: self[name].data for name in SeriesDetails().values})

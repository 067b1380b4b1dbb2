"""The pages on which an event is edited, in the order in which it is planned."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.web.staff.program import base_form, forms
from app.web.staff.program.rules_form import RulesForm


@dataclass(frozen=True)
class Section:
    """One page of the event's editor. Its name is its address and its template."""

    name: str
    title: LazyString
    form: type[base_form.PartForm]


SECTIONS = {
    section.name: section
    for section in (
        Section("basics", _l("Basics"), forms.BasicsForm),
        Section("timing", _l("Time and registration"), forms.TimingForm),
        Section("place", _l("Place and seats"), forms.PlaceForm),
        Section("joining", _l("How to join"), forms.JoiningForm),
        Section("people", _l("People and accessibility"), forms.PeopleForm),
        Section("notices", _l("Fields and notices"), forms.NoticesForm),
        Section("rules", _l("Registration rules"), RulesForm),
        Section("committee", _l("Committee meeting"), forms.CommitteeForm),
    )
}

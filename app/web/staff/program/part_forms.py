"""The forms of what an event is made of: its sessions, speakers and materials."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.models import Event, MaterialKind
from app.operations.program.details import MaterialDetails, SessionDetails, SpeakerDetails
from app.operations.program.plain_details import Details
from app.web.staff.program.fields import Choice, Line, Lines, WholeNumber, is_web_address, needed
from app.web.staff.program.own_part_form import OwnPartForm
from app.web.staff.program.session_form import SessionForm
from app.web.staff.program.time_fields import WallTimeField


class SpeakerForm(OwnPartForm):
    kinds = (SpeakerDetails,)
    name = Line(_l("Name"), 200, [needed(_l("Enter the speaker’s name."))])
    job_title = Line(_l("Job title"), 200)
    organization = Line(_l("Organization"), 200)
    biography = Lines(_l("Biography"), 5000)
    place = WholeNumber(_l("Place in the list"), 0, 999)

    @classmethod
    def fresh(cls, event: Event) -> dict[str, Any]:
        return {"place": max((speaker.place for speaker in event.speakers), default=0) + 1}


class MaterialForm(OwnPartForm):
    kinds = (MaterialDetails,)
    kind = Choice(_l("Kind"), MaterialKind)
    title = Line(_l("Title"), 200, [needed(_l("Give it a title."))])
    url = Line(_l("Web address"), 2000, [needed(_l("Enter its web address.")), is_web_address])
    publish = WallTimeField(_l("Show it from"), description=_l("Leave empty to show it at once."))
    place = WholeNumber(_l("Place in the list"), 0, 999)

    @classmethod
    def fresh(cls, event: Event) -> dict[str, Any]:
        return {"place": max((material.place for material in event.materials), default=0) + 1}


@dataclass(frozen=True)
class Kind:
    """One kind of part: its form, and its words."""

    form: type[OwnPartForm]
    details: type[Details]
    new: LazyString
    change: LazyString


KINDS = {
    "sessions": Kind(SessionForm, SessionDetails, _l("New session"), _l("Change a session")),
    "speakers": Kind(SpeakerForm, SpeakerDetails, _l("New speaker"), _l("Change a speaker")),
    "materials": Kind(MaterialForm, MaterialDetails, _l("New material"), _l("Change a material")),
}

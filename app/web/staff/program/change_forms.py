"""The forms of the large changes: each asks why, and whether people hear of it."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from app.models import Event
from app.operations.program.details import Times
from app.web.choices import ChoiceField, RadiosField
from app.web.fields import TickField
from app.web.meanwhile import Difference
from app.web.staff.program import zones
from app.web.staff.program.base_form import PartForm, TellingFields
from app.web.staff.program.fields import option
from app.web.staff.program.session_form import COLLIDES
from app.web.staff.program.time_fields import FOLLOWS, NeededMoment, WallTimeField


class ChangeForm(TellingFields, PartForm):
    """A reason, and whether people hear of it."""

    meanwhile: Sequence[Difference] = ()  # What somebody else saved first.


class MoveForm(ChangeForm):
    kinds = (Times,)
    starts = WallTimeField(_l("New start"), [NeededMoment()])
    ends = WallTimeField(_l("New end"), [NeededMoment()], description=FOLLOWS)
    confirmed = HiddenField()  # Set by the second page, which shows what moves along.
    collides = TickField(COLLIDES)
    asks_to_collide = False


class ZoneForm(ChangeForm):
    time_zone = ChoiceField(_l("New time zone"), invalid_choice_message=_l("Choose a time zone from the list."))
    keeps = RadiosField(
        _l("What stays?"),
        choices=[
            option("instant", _l("The moment: people come at the same time, told by other clocks")),
            option("local", _l("The hour on the wall: it is held earlier or later than before")),
        ],
        invalid_choice_message=_l("Say what stays."),
    )

    @classmethod
    def more_values(cls, event: Event, values: dict[str, Any]) -> dict[str, Any]:
        return values | {"time_zone": event.time_zone}

    def prepare(self, event: Event) -> None:
        self.time_zone.choices = zones.choices(event.time_zone)

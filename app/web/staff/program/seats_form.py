"""How many seats there are, per way of attending: not offered, so many, or no limit."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form
from wtforms.validators import ValidationError

from app.models import Event, Mode
from app.operations.program.planning import Seats
from app.web.choices import RadiosField
from app.web.staff.program.fields import WholeNumber, option

MOST_SEATS = 1_000_000
NOT_OFFERED, LIMITED, UNLIMITED = "no", "limited", "unlimited"
CHOICES = [
    option(NOT_OFFERED, _l("Not offered")),
    option(LIMITED, _l("A number of seats")),
    option(UNLIMITED, _l("No limit")),
]
NAMES = {Mode.IN_PERSON: "in_person", Mode.ONLINE: "online"}


class SeatsForm(Form):
    in_person = RadiosField(_l("In person"), choices=CHOICES, default=NOT_OFFERED)
    in_person_seats = WholeNumber(_l("Seats in the room"), 0, MOST_SEATS)
    online = RadiosField(_l("Online"), choices=CHOICES, default=NOT_OFFERED)
    online_seats = WholeNumber(_l("Seats online"), 0, MOST_SEATS)
    # Asked when the number is lower than what is taken.
    shrinking = RadiosField(
        _l("More seats are taken than that. What should happen?"),
        choices=[option("yes", _l("Nobody loses a seat: lower the number as people leave"))],
        validate_choice=False,
    )

    @classmethod
    def seat_values(cls, event: Event) -> dict[str, Any]:
        return cls.values_of(Seats.of(event).by_mode)

    @classmethod
    def values_of(cls, by_mode: dict[Mode, int | None]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for mode, name in NAMES.items():
            offered = UNLIMITED if by_mode.get(mode, 0) is None else LIMITED
            values[name] = offered if mode in by_mode else NOT_OFFERED
            values[f"{name}_seats"] = by_mode.get(mode)
        return values

    def validate_in_person_seats(self, field: Any) -> None:
        _refuse_no_number(self.in_person, field)

    def validate_online_seats(self, field: Any) -> None:
        _refuse_no_number(self.online, field)

    def seats(self) -> Seats:
        by_mode: dict[Mode, int | None] = {}
        for mode, name in NAMES.items():
            if name in self and self[name].data != NOT_OFFERED:
                by_mode[mode] = self[f"{name}_seats"].data if self[name].data == LIMITED else None
        return Seats(by_mode, shrinking=self.shrinking.data == "yes")


def _refuse_no_number(choice: Any, number: Any) -> None:
    if choice.data == LIMITED and number.data is None and not number.errors:
        raise ValidationError(_("Enter how many seats there are."))

"""The form of one session: when and where it is held, for whom, and whether people pick it."""

from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from app.models import Event, EventSession, Mode, SessionKind
from app.operations.program.details import Details, SessionDetails
from app.operations.program.moments import Moment
from app.operations.program.session_seats import SessionSeats
from app.web.choices import ChoiceField
from app.web.fields import TickField
from app.web.staff.program.fields import Choice, Line, Lines, Ticks, needed, option
from app.web.staff.program.own_part_form import OwnPartForm
from app.web.staff.program.seats_form import NAMES, SeatsForm
from app.web.staff.program.time_fields import NeededMoment, WallTimeField

LENGTH = timedelta(minutes=60)


class SessionForm(SeatsForm, OwnPartForm):
    kinds = (SessionDetails,)
    title = Line(_l("Title"), 200, [needed(_l("Give the session a title."))])
    kind = Choice(_l("Kind"), SessionKind)
    mode = ChoiceField(
        _l("For whom"),
        choices=[
            option("", _l("Everyone")),
            option(Mode.IN_PERSON.value, _l("People in the room")),
            option(Mode.ONLINE.value, _l("People online")),
        ],
    )
    starts = WallTimeField(_l("Starts"), [NeededMoment()])
    ends = WallTimeField(_l("Ends"), [NeededMoment()])
    room = Line(_l("Room"), 100)
    description = Lines(_l("Description"), 5000)
    speakers = Ticks(_l("Speakers"))
    is_picked = TickField(
        _l("People choose this session when they register"),
        description=_l("It then has seats and a waiting list of its own. Otherwise everyone who attends may come."),
    )
    repeat_key = Line(
        _l("Repeated as"),
        60,
        description=_l("Held several times? Give each of its slots the same short word: nobody picks two of them."),
    )

    def prepare(self, event: Event) -> None:
        self.speakers.offer((speaker.id, speaker.name) for speaker in event.speakers)
        for mode, name in NAMES.items():
            if mode not in event.modes:
                del self[name]
                del self[f"{name}_seats"]

    @classmethod
    def fresh(cls, event: Event) -> dict[str, Any]:
        """A new session begins where the last one ends, and has no limit."""
        ends = max((session.ends_local for session in event.sessions), default=event.starts_local)
        unlimited = cls.values_of(dict.fromkeys(event.modes))
        if ends is None:
            return unlimited
        times = {"starts": Moment.near(ends, event.zone), "ends": Moment.near(ends + LENGTH, event.zone)}
        return unlimited | times

    @classmethod
    def standing(cls, row: EventSession, details: Details) -> dict[str, Any]:
        """A session that was open to everyone begins without a limit."""
        by_mode: dict[Mode, int | None] = dict.fromkeys(row.event.modes)
        seats = cls.values_of(SessionSeats.of(row).by_mode if row.is_picked else by_mode)
        return super().standing(row, details) | {"mode": row.mode.value if row.mode else ""} | seats

    def session_seats(self) -> SessionSeats:
        """None where it is open to everyone, and none for people whom it is not held for."""
        typed, audience = self.seats(), self._typed("mode", None)
        by_mode = {mode: seats for mode, seats in typed.by_mode.items() if audience in (None, mode)}
        return SessionSeats(by_mode if self.is_picked.data else {}, shrinking=typed.shrinking)

    def validate_is_picked(self, field: Any) -> None:
        if field.data and not self.session_seats().by_mode:
            raise ValidationError(_("Say below for whom it has seats."))

    def _typed(self, name: str, standing: Any) -> Any:
        if name == "mode":
            return Mode(self.mode.data) if self.mode.data else None
        return super()._typed(name, standing)

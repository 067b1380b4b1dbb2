"""The form of one session: when and where it is held, for whom, and whether people pick it."""

from dataclasses import fields
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from app.models import Event, EventSession, Mode, SessionKind
from app.models.joining import LONGEST_MINUTES
from app.operations.program.details import SessionDetails, SessionHowToJoin
from app.operations.program.moments import Moment
from app.operations.program.plain_details import Details
from app.operations.program.session_seats import SessionSeats
from app.web.choices import ChoiceField
from app.web.fields import TickField
from app.web.staff.program.fields import (
    Choice,
    Line,
    Lines,
    Ticks,
    WholeNumber,
    is_web_address,
    needed,
    option,
)
from app.web.staff.program.own_part_form import OwnPartForm
from app.web.staff.program.seats_form import NAMES, SeatsForm
from app.web.staff.program.time_fields import NeededMoment, WallTimeField

LENGTH = timedelta(minutes=60)
WAY_IN = [one.name for one in fields(SessionHowToJoin)]

COLLIDES = _l("Move it all the same: these people keep both, and the mail asks them to choose")


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
    link = Line(_l("Link"), 2000, [is_web_address], render_kw={"type": "url", "inputmode": "url"})
    dial_in = Line(_l("Number to dial"), 200)
    meeting_id = Line(_l("Meeting ID"), 100)
    passcode = Line(_l("Passcode"), 100)
    captions_link = Line(_l("Link to the captions"), 2000, [is_web_address], render_kw={"inputmode": "url"})
    release_minutes = WholeNumber(_l("Give it out so many minutes before the session"), 0, LONGEST_MINUTES)
    release = WallTimeField(_l("Or give it out at a set time"))
    write_again = TickField(_l("Write to everyone who has it that this changed"))
    repeat_key = Line(
        _l("Repeated as"),
        60,
        description=_l("Held several times? Give each of its slots the same short word: nobody picks two of them."),
    )

    # Asked when people hold both this session and another that would then be held at the same time.
    collides = TickField(COLLIDES)
    asks_to_collide = False

    def prepare(self, event: Event) -> None:
        self.speakers.offer((speaker.id, speaker.name) for speaker in event.speakers)
        for mode, name in NAMES.items():
            if mode not in event.modes:
                del self[name]
                del self[f"{name}_seats"]

        if Mode.ONLINE not in event.modes:
            for name in (*WAY_IN, "write_again"):
                del self[name]

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
        way_in = SessionHowToJoin.read(row.joining, row.event.zone) if row.joining else SessionHowToJoin()
        mode = {"mode": row.mode.value if row.mode else ""}
        return super().standing(row, details) | mode | seats | {name: getattr(way_in, name) for name in WAY_IN}

    def session_seats(self) -> SessionSeats:
        """None where it is open to everyone, and none for people whom it is not held for."""
        typed, audience = self.seats(), self._typed("mode", None)
        by_mode = {mode: seats for mode, seats in typed.by_mode.items() if audience in (None, mode)}
        return SessionSeats(by_mode if self.is_picked.data else {}, shrinking=typed.shrinking)

    def way_in(self) -> SessionHowToJoin | None:
        """None where nobody takes part online."""
        return SessionHowToJoin(**{name: self[name].data for name in WAY_IN}) if "link" in self else None

    def validate_release_minutes(self, field: Any) -> None:
        way_in = self.way_in()
        if way_in is None or way_in.is_empty:
            return
        if not (way_in.link or way_in.dial_in):
            raise ValidationError(_("Enter a link or a number to dial, or clear what stands beside it."))
        if (field.data is None) == (way_in.release is None):
            raise ValidationError(_("Say when it is given out: so many minutes before, or at a set time."))

    def validate_is_picked(self, field: Any) -> None:
        if field.data and not self.session_seats().by_mode:
            raise ValidationError(_("Say below for whom it has seats."))

    def _typed(self, name: str, standing: Any) -> Any:
        if name == "mode":
            return Mode(self.mode.data) if self.mode.data else None
        return super()._typed(name, standing)

"""What every form of an event's parts does: it shows what stands, and hands over what was typed as plain details."""

from dataclasses import fields
from datetime import datetime
from typing import Any, Self, TypeVar
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField

from app.models import Event
from app.operations.program.plain_details import Details
from app.operations.program.telling import Telling
from app.web.fields import TickField, sent_number
from app.web.staff.program.fields import Line, Lines, Ticks, needed
from app.web.staff.program.time_fields import WallTimeField, let_end_follow

Part = TypeVar("Part", bound=Details)


def summary_field() -> Lines:
    """Needed from the first draft on: nothing is published without it, and nothing published may lose it."""
    needs, hint = _l("Say in a sentence what it is about."), _l("One or two sentences, for lists and search.")
    return Lines(_l("Summary"), 400, [needed(needs)], rows=2, description=hint)


class ZonedForm(FlaskForm):
    """A form whose wall times are held against the clocks of a zone."""

    zone = ZoneInfo("UTC")

    def validate(self, extra_validators: Any = None) -> bool:
        if "starts" in self and "ends" in self:
            let_end_follow(self["starts"], self["ends"])
        sound = bool(super().validate(extra_validators))
        for field in self:
            if isinstance(field, WallTimeField):
                field.settle(self.zone)
        return sound and not self.errors


class PartForm(ZonedForm):
    """Some parts of an event, with the version of it that the page showed."""

    kinds: tuple[type[Details], ...] = ()
    version = HiddenField()
    saved_at: datetime | None = None

    @classmethod
    def showing(cls, event: Event) -> Self:
        values: dict[str, Any] = {}
        for kind in cls.kinds:
            details = kind.of(event)
            values |= {one.name: getattr(details, one.name) for one in fields(details)}
        form = cls(data=cls.more_values(event, values) | {"version": event.version})
        form.zone = event.zone
        form.prepare(event)
        return form

    @classmethod
    def more_values(cls, event: Event, values: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG003
        """What the form shows beside its details."""
        return values

    def prepare(self, event: Event) -> None:
        """Offer choices, and leave out what this event does not ask."""

    @property
    def shown_version(self) -> int:
        return sent_number(self.version.data)

    def details(self, event: Event) -> list[Details]:
        return [self.part(kind, event) for kind in self.kinds]

    def part(self, kind: type[Part], event: Event) -> Part:
        """What was typed; of a field that the form left out, what stands."""
        standing = kind.of(event)
        typed = {one.name: self._typed(one.name, getattr(standing, one.name)) for one in fields(kind)}
        return kind(**typed)

    def _typed(self, name: str, standing: Any) -> Any:
        if name not in self:
            return standing
        data = self[name].data
        if name == "place":
            return data or 0
        return tuple(data or ()) if isinstance(self[name], Ticks) else data

    def telling(self) -> Telling:
        """Whether people hear of it: they do, unless somebody ticks that this corrects a slip."""
        if "tell_nobody" not in self:
            return Telling()
        return Telling(quietly=self["tell_nobody"].data, reason=self["reason"].data)


class TellingFields:
    """For parts that people plan by."""

    tell_nobody = TickField(_l("Write to nobody"))
    reason = Line(_l("Reason, as people will read it"), 500)

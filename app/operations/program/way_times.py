"""When registration opens and ends for one way of attending alone, and whether it needs registering at all."""

from dataclasses import dataclass
from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo

from app.db import Model
from app.models import Event, Mode
from app.operations.program.moments import Moment
from app.operations.program.plain_details import Details

# A way of attending → how files, forms and shifts call it; the event's property of this name is its pool.
WAYS = {Mode.IN_PERSON: "in_person", Mode.ONLINE: "online"}
TIMES = ("opens", "closes")


@dataclass(frozen=True)
class WayTimes(Details):
    """The own times of the ways that an event offers; empty ones follow the event."""

    table: ClassVar[type[Model]] = Event
    in_person_opens: Moment | None = None
    in_person_closes: Moment | None = None
    in_person_required: bool = True
    online_opens: Moment | None = None
    online_closes: Moment | None = None
    online_required: bool = True

    @classmethod
    def read(cls, row: Any, zone: ZoneInfo) -> Self:
        values: dict[str, Any] = {}
        for mode, way in WAYS.items():
            if pool := row.pool(mode):
                values |= {f"{way}_{one}": _moment(pool, one, zone) for one in TIMES}
                values[f"{way}_required"] = pool.registration_required
        return cls(**values)

    def write(self, row: Any, zone: ZoneInfo) -> None:
        for mode, way in WAYS.items():
            pool = row.pool(mode)
            if pool is None:
                continue
            pool.registration_required = getattr(self, f"{way}_required")
            for one in TIMES:
                moment = getattr(self, f"{way}_{one}")
                setattr(pool, f"{one}_local", moment.local if moment else None)
                setattr(pool, f"{one}_at", moment.instant(zone) if moment else None)


def _moment(pool: Any, name: str, zone: ZoneInfo) -> Moment | None:
    return Moment.of(getattr(pool, f"{name}_local"), getattr(pool, f"{name}_at"), zone)

"""The form of one session, speaker or material: a row of its own, new or as it stands."""

from dataclasses import fields
from typing import Any, Self

from app.models import Event
from app.operations.program.plain_details import Details
from app.web.staff.program.base_form import PartForm


class OwnPartForm(PartForm):
    @classmethod
    def of_part(cls, event: Event, kind: type[Details], row: Any) -> Self:
        """As it stands; without a row, a new one."""
        values = cls.fresh(event) if row is None else cls.standing(row, kind.read(row, event.zone))
        form = cls(data=values | {"version": event.version})
        form.zone = event.zone
        form.prepare(event)
        return form

    @classmethod
    def fresh(cls, event: Event) -> dict[str, Any]:  # noqa: ARG003
        """What a new one begins with."""
        return {}

    @classmethod
    def standing(cls, row: Any, details: Details) -> dict[str, Any]:  # noqa: ARG003
        """What the form shows of one that stands."""
        return {one.name: getattr(details, one.name) for one in fields(details)}

    def typed(self, kind: type[Details]) -> Details:
        return kind(**{one.name: self._typed(one.name, None) for one in fields(kind)})

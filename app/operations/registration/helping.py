"""People who will be at the venue without a registration: added, changed and taken off the list by staff."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.models import Helper, HelperRole
from app.models.search import search_key
from app.operations import auditing, meanwhile
from app.operations.registration import allotting


class NoSuchHelperError(Exception):
    """Somebody else took this person off the list."""


@dataclass(frozen=True)
class HelperDetails:
    """What building security needs to know of one person. No days means every day."""

    role: HelperRole
    last_name: str
    first_name: str = ""
    middle_name: str = ""
    suffix: str = ""
    organization: str = ""
    host: str = ""
    days: tuple[str, ...] = ()

    @classmethod
    def of(cls, helper: Helper) -> "HelperDetails":
        values = {field.name: getattr(helper, field.name) for field in fields(cls)}
        return cls(**{**values, "days": tuple(helper.days)})


def helpers(event_id: int) -> list[Helper]:
    """Everybody on the list of an event, by name, alike on both databases."""
    found = db.session.scalars(select(Helper).where(Helper.event_id == event_id))
    return sorted(found, key=lambda helper: (search_key(f"{helper.last_name} {helper.first_name}"), helper.id))


def add(event_id: int, details: HelperDetails, *, by: str, at: datetime) -> Helper:
    """Put one person on the list. Raises allotting.NoSuchEventError."""
    allotting.lock_event(event_id)
    helper = Helper(event_id=event_id)
    _take_over(helper, details)
    db.session.add(helper)
    db.session.flush()
    _record("added helper", helper, by, at)
    return helper


def shown(helper: Helper) -> str:
    """A mark of what a page was shown with of one person."""
    return meanwhile.mark(asdict(HelperDetails.of(helper)))


def change(helper_id: int, details: HelperDetails, *, by: str, at: datetime, version: str | None = None) -> Helper:
    """Correct what stands of one person. ``version`` is the mark of what the form showed.

    Raises NoSuchHelperError, meanwhile.ChangedMeanwhileError.
    """
    helper = _load(helper_id)
    meanwhile.refuse(version, standing=shown(helper), typed=meanwhile.mark(asdict(details)))
    _take_over(helper, details)
    _record("changed helper", helper, by, at)
    return helper


def remove(helper_id: int, *, by: str, at: datetime, version: str | None = None) -> None:
    """Take one person off the list. Raises NoSuchHelperError, meanwhile.ChangedMeanwhileError."""
    helper = _load(helper_id)
    meanwhile.refuse(version, standing=shown(helper), typed="")
    _record("removed helper", helper, by, at)
    db.session.delete(helper)


def _load(helper_id: int) -> Helper:
    helper = db.session.get(Helper, helper_id, with_for_update=True, populate_existing=True)
    if helper is None:
        raise NoSuchHelperError(helper_id)
    return helper


def _take_over(helper: Helper, details: HelperDetails) -> None:
    for name, value in asdict(details).items():
        setattr(helper, name, list(value) if name == "days" else value)


def _record(act: str, helper: Helper, by: str, at: datetime) -> None:
    name = " ".join(part for part in (helper.first_name, helper.middle_name, helper.last_name, helper.suffix) if part)
    auditing.record(
        act,
        actor=by,
        subject="helper",
        subject_id=helper.id,
        event_id=helper.event_id,
        detail={"role": helper.role.value},
        personal={"name": name, "organization": helper.organization},
        at=at,
    )

"""What staff typed about an event: one class of plain details for each of its parts."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from app.db import Model
from app.models import (
    Access,
    CommitteeMeeting,
    Event,
    EventSession,
    Joining,
    Material,
    MaterialKind,
    Mode,
    OverlapRule,
    RegistrationRules,
    SessionJoining,
    SessionKind,
    Speaker,
    Venue,
)
from app.operations.program.moments import Moment
from app.operations.program.plain_details import Details


@dataclass(frozen=True)
class Basics(Details):
    table: ClassVar[type[Model]] = Event
    title: str = ""
    slug: str = ""
    summary: str = ""
    description: str = ""
    topics: tuple[int, ...] = ()
    credit_live: Decimal | None = None
    credit_recording: bool = False
    attended_figures: str = ""


@dataclass(frozen=True)
class Times(Details):
    table: ClassVar[type[Model]] = Event
    starts: Moment | None = None
    ends: Moment | None = None


@dataclass(frozen=True)
class RegistrationTimes(Details):
    table: ClassVar[type[Model]] = Event
    takes_registrations: bool = True
    registration_opens: Moment | None = None
    registration_closes: Moment | None = None
    shows_us_zones: bool = False
    may_end_early: bool = False


@dataclass(frozen=True)
class People(Details):
    table: ClassVar[type[Model]] = Event
    contact_name: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    accessibility_contact_name: str = ""
    accessibility_contact_email: str = ""
    accessibility_contact_phone: str = ""
    accessibility_by: date | None = None
    spoken_language: str = "English"
    interpretation: str = ""
    captions: str = ""


@dataclass(frozen=True)
class Notices(Details):
    table: ClassVar[type[Model]] = Event
    asked_fields: dict[str, Any] | None = None
    privacy_statement: str = ""
    omb_number: str = ""
    omb_expires_on: date | None = None
    omb_burden_minutes: int | None = None


@dataclass(frozen=True)
class Place(Details):
    table: ClassVar[type[Model]] = Venue
    part: ClassVar[str] = "venue"
    name: str = ""
    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = "US"
    room: str = ""
    id_checked: bool = False
    id_text: str = ""
    arrival_text: str = ""
    access_text: str = ""


@dataclass(frozen=True)
class HowToJoin(Details):
    table: ClassVar[type[Model]] = Joining
    part: ClassVar[str] = "joining"
    link: str = ""
    dial_in: str = ""
    meeting_id: str = ""
    passcode: str = ""
    captions_link: str = ""
    release: Moment | None = None
    release_minutes: int | None = None


@dataclass(frozen=True)
class SessionHowToJoin(HowToJoin):
    """The same of one session; it hangs on the session."""

    table: ClassVar[type[Model]] = SessionJoining


@dataclass(frozen=True)
class Committee(Details):
    table: ClassVar[type[Model]] = CommitteeMeeting
    part: ClassVar[str] = "committee"
    docket: str = ""
    citation: str = ""
    citation_url: str = ""
    comments_close: Moment | None = None
    comments_how: str = ""
    designated_officer: str = ""
    closed_to_public: bool = False


@dataclass(frozen=True)
class Rules(Details):
    """What the event asks of those who register, beyond a free seat."""

    table: ClassVar[type[Model]] = RegistrationRules
    part: ClassVar[str] = "rules"
    access: Access = Access.EVERYONE
    access_code: str = ""
    access_domains: str = ""
    needs_approval: bool = False
    organization_cap: int | None = None
    most_colleagues: int | None = None
    asks_us_person: bool = False
    lead_time_text: str = ""
    overlap_rule: OverlapRule = OverlapRule.REFUSE
    offer_hours: int | None = None
    offers_skip_weekends: bool = False
    hand_over_until: Moment | None = None

    def may_remove(self, row: RegistrationRules) -> bool:
        return row.paused_at is None  # Saving the rules does not reopen a registration that is held.


@dataclass(frozen=True)
class SessionDetails(Details):
    table: ClassVar[type[Model]] = EventSession
    part: ClassVar[str] = "sessions"
    title: str = ""
    kind: SessionKind = SessionKind.PLENARY
    mode: Mode | None = None
    starts: Moment | None = None
    ends: Moment | None = None
    room: str = ""
    description: str = ""
    speakers: tuple[int, ...] = ()
    is_picked: bool = False
    repeat_key: str = ""


@dataclass(frozen=True)
class SpeakerDetails(Details):
    table: ClassVar[type[Model]] = Speaker
    part: ClassVar[str] = "speakers"
    name: str = ""
    job_title: str = ""
    organization: str = ""
    biography: str = ""
    place: int = 0


@dataclass(frozen=True)
class MaterialDetails(Details):
    table: ClassVar[type[Model]] = Material
    part: ClassVar[str] = "materials"
    kind: MaterialKind = MaterialKind.SLIDES
    title: str = ""
    url: str = ""
    publish: Moment | None = None
    place: int = 0

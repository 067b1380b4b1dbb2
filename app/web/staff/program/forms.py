"""The forms in which an event is planned. They carry wording and shape, and hand over plain details."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional, Regexp, ValidationError

from app.models import Event
from app.models.joining import LONGEST_MINUTES
from app.operations.program import slugs
from app.operations.program.details import (
    Basics,
    Committee,
    HowToJoin,
    Notices,
    People,
    Place,
    RegistrationTimes,
    Times,
)
from app.operations.program.telling import Telling
from app.operations.program.way_times import TIMES, WAYS, WayTimes
from app.web.choices import ChoiceField
from app.web.fields import TickField, address
from app.web.staff.program.base_form import PartForm, TellingFields, summary_field
from app.web.staff.program.fields import (
    Credits,
    Line,
    Lines,
    Ticks,
    WholeNumber,
    is_phone,
    is_web_address,
    needed,
    option,
)
from app.web.staff.program.seats_form import SeatsForm
from app.web.staff.program.time_fields import Day, NeededMoment, WallTimeField


class BasicsForm(TellingFields, PartForm):
    kinds = (Basics,)
    title = Line(_l("Title"), 200, [needed(_l("Give the event a title."))])
    slug = Line(_l("Address"), 80, description=_l("The last part of the page’s address. It stays once published."))
    summary = summary_field()
    description = Lines(
        _l("Description"), rows=8, description=_l("Paragraphs, **bold**, lists with “-”, headings with “###”.")
    )
    topics = Ticks(_l("Topics"))
    credit_live = Credits(_l("Continuing-education credits for attending live"))
    credit_recording = TickField(_l("The recording counts toward credit as well"))
    attended_figures = Line(_l("Who came, in words"), 300, description=_l("After the event: “1,200 on site”."))

    def prepare(self, event: Event) -> None:
        if event.published_at:
            del self.slug

    def validate_slug(self, field: Any) -> None:
        if not slugs.SHAPE.fullmatch(field.data):
            raise ValidationError(_("Use small letters a to z, digits and single hyphens."))


class TimingForm(PartForm):
    kinds = (Times, RegistrationTimes, WayTimes)
    starts = WallTimeField(_l("Starts"), [NeededMoment()])
    ends = WallTimeField(_l("Ends"), [NeededMoment()])
    shows_us_zones = TickField(_l("Show Eastern, Central, Mountain and Pacific Time side by side"))
    may_end_early = TickField(_l("It may end early, when its business is done"))
    takes_registrations = TickField(_l("People register for it here"))
    registration_opens = WallTimeField(_l("Registration opens"), description=_l("Leave empty to open at once."))
    registration_closes = WallTimeField(_l("Registration ends"), description=_l("Leave empty: at the start."))
    in_person_opens = WallTimeField(_l("In person, opens"))
    in_person_closes = WallTimeField(_l("In person, ends"))
    in_person_required = TickField(_l("Who comes in person must register"))
    online_opens = WallTimeField(_l("Online, opens"))
    online_closes = WallTimeField(_l("Online, ends"))
    online_required = TickField(_l("Who follows online must register"))

    def prepare(self, event: Event) -> None:
        self.ways = [way for mode, way in WAYS.items() if event.pool(mode)]
        for way in set(WAYS.values()) - set(self.ways):
            for name in (*TIMES, "required"):
                del self[f"{way}_{name}"]
        if event.state.is_public:  # A public event moves by rescheduling, which takes everything else along.
            del self.starts, self.ends


class PlaceForm(TellingFields, SeatsForm, PartForm):
    kinds = (Place,)
    name = Line(_l("Name of the place"), 200)
    street = Line(_l("Street"), 200)
    city = Line(_l("City"), 100)
    region = Line(_l("State"), 100)
    postal_code = Line(_l("ZIP code"), 20)
    country = Line(
        _l("Country, in two letters"),
        2,
        [Regexp(r"^[A-Z]{2}$", message=_l("Use two letters: US."))],
        filters=[str.upper],
    )
    room = Line(_l("Room"), 100)
    id_checked = TickField(_l("IDs are checked at the door"))
    id_text = Lines(_l("Which ID to bring"), 1000, rows=2)
    arrival_text = Lines(_l("Arriving"), 2000, rows=2, description=_l("Entrance, checkpoint, how early to come."))
    access_text = Lines(_l("Access"), 2000, rows=2, description=_l("Step-free entrance, parking, seating."))

    @classmethod
    def more_values(cls, event: Event, values: dict[str, Any]) -> dict[str, Any]:
        return values | cls.seat_values(event)

    def validate_name(self, field: Any) -> None:
        others = (self.street, self.city, self.room, self.id_text, self.arrival_text, self.access_text)
        if not field.data and any(other.data for other in others):
            raise ValidationError(_("Name the place, or clear its other lines."))


class JoiningForm(PartForm):
    kinds = (HowToJoin,)
    link = Line(_l("Link"), 2000, [is_web_address], render_kw={"type": "url", "inputmode": "url"})
    dial_in = Line(_l("Number to dial"), 200)
    meeting_id = Line(_l("Meeting ID"), 100)
    passcode = Line(_l("Passcode"), 100)
    captions_link = Line(_l("Link to the captions"), 2000, [is_web_address], render_kw={"inputmode": "url"})
    release_minutes = WholeNumber(
        _l("Give it out so many minutes before the start"),
        0,
        LONGEST_MINUTES,
        description=_l("It then moves with the event. Or set a time below."),
    )
    release = WallTimeField(
        _l("Give it out"), description=_l("From then on people see it, and it is mailed to everyone confirmed online.")
    )
    write_again = TickField(_l("Write to everyone confirmed online that this changed"))

    def validate_release_minutes(self, field: Any) -> None:
        if field.data is not None and self.release.data:
            raise ValidationError(_("Choose one: so many minutes before the start, or a set time."))

    def telling(self) -> Telling:
        return Telling(how_to_join=self.write_again.data)


class PeopleForm(PartForm):
    kinds = (People,)
    contact_name = Line(_l("Name or desk"), 200)
    contact_email = Line(_l("Email"), 254, [address], render_kw={"inputmode": "email"})
    contact_phone = Line(_l("Phone"), 40, [is_phone], render_kw={"inputmode": "tel"})
    accessibility_contact_name = Line(_l("Name or desk"), 200)
    accessibility_contact_email = Line(_l("Email"), 254, [address], render_kw={"inputmode": "email"})
    accessibility_contact_phone = Line(_l("Phone"), 40, [is_phone], render_kw={"inputmode": "tel"})
    accessibility_by = Day(_l("Ask by this day"), description=_l("Later requests are met when possible."))
    spoken_language = Line(_l("Spoken language"), 60, [needed(_l("Say which language is spoken."))])
    interpretation = Line(_l("Interpretation"), 200, description=_l("“American Sign Language, in the hall and online”"))
    captions = Line(_l("Captions"), 200, description=_l("“Live captions, in the room and online”"))


class CommitteeForm(PartForm):
    kinds = (Committee,)
    docket = Line(_l("Docket number"), 40)
    citation = Line(_l("Federal Register citation"), 100)
    citation_url = Line(_l("Its web address"), 2000, [is_web_address], render_kw={"inputmode": "url"})
    comments_close = WallTimeField(_l("Comments are taken until"))
    comments_how = Lines(_l("How to send comments"), 2000)
    designated_officer = Line(_l("Designated Federal Officer"), 200)
    closed_to_public = TickField(_l("The meeting is closed to the public"))


ASKABLE = {
    "middle_name": _l("Middle name"),
    "suffix": _l("Suffix"),
    "job_title": _l("Job title"),
    "country": _l("Country where you work"),
    "role": _l("Role in the trade"),
}


HOW_ASKED = [
    option("", _l("Not asked")),
    option("optional", _l("Asked, optional")),
    option("required", _l("Asked, required")),
]


class NoticesForm(PartForm):
    kinds = (Notices,)
    privacy_statement = Lines(_l("Privacy Act statement"), rows=10)
    omb_number = Line(
        _l("OMB control number"), 20, [Optional(), Regexp(r"^[0-9]{4}-[0-9]{4}$", message=_l("Like 1651-0001."))]
    )
    omb_expires_on = Day(_l("Expires on"))
    omb_burden_minutes = WholeNumber(_l("Estimated minutes to fill in the form"), 1, 600)

    @classmethod
    def more_values(cls, event: Event, values: dict[str, Any]) -> dict[str, Any]:
        return values | {f"ask_{name}": event.asked_fields.get(name, "") for name in ASKABLE}

    @property
    def questions(self) -> list[Any]:
        return [self[f"ask_{name}"] for name in ASKABLE]

    def _typed(self, name: str, standing: Any) -> Any:
        if name == "asked_fields":
            answers = {asked: self[f"ask_{asked}"].data for asked in ASKABLE}
            return {asked: answer for asked, answer in answers.items() if answer}
        return super()._typed(name, standing)


for _name, _label in ASKABLE.items():
    setattr(NoticesForm, f"ask_{_name}", ChoiceField(_label, choices=HOW_ASKED))

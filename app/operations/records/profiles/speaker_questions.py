"""The sheet for the speakers: what the audience asks, and nothing of who asks it."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.formats.xlsx_file import Kind
from app.models import Event
from app.operations.program import hearing
from app.operations.records.profiles.profile import Choice, Profile, Reading


def read(event: Event, _choice: Choice) -> Reading:
    asked = hearing.heard(event.id)
    lines = ((str(number), text) for number, text in enumerate(asked, start=1))
    return Reading([_("Number"), _("Question")], len(asked), lines, kinds={0: Kind.FIGURE})


SPEAKER_QUESTIONS = Profile(
    "speaker-questions",
    _l("Questions for the speakers"),
    _l("For the speakers: what people asked when they registered. No names, no organizations."),
    read,
)

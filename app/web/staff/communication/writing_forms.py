"""The forms in which staff write to people, and the check of what they put in braces."""

from collections.abc import Container
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import Field, Form, HiddenField
from wtforms.validators import ValidationError

from app.formats import placeholders
from app.models import KeptText
from app.models.announcement import LONGEST_NOTICE, LONGEST_SUBJECT, LONGEST_TEXT
from app.models.placeholder import IN_SUBJECTS, IN_TEXTS
from app.operations.communication import writing
from app.operations.communication.writing import Words
from app.web.fields import TickField, sent_number
from app.web.meanwhile import Difference, of_fields
from app.web.staff.program.fields import Line, Lines, needed

MOST_NAMED = 8


class KnownPlaceholders:
    """In braces stands a placeholder of the list, and nothing else."""

    def __init__(self, known: Container[str]) -> None:
        self.known = known

    def __call__(self, _form: Form, field: Field) -> None:
        if found := placeholders.foreign(field.data or "", self.known):
            raise ValidationError(
                ngettext(
                    "%(typed)s is no placeholder for this field. Take one from the list, or leave the braces out.",
                    "%(typed)s are no placeholders for this field. Take some from the list, or leave the braces out.",
                    len(found[:MOST_NAMED]),
                    typed=", ".join(f"“{one}”" for one in found[:MOST_NAMED]),
                )
            )


class WordsForm(FlaskForm):
    """A subject and a text."""

    subject = Line(_l("Subject"), LONGEST_SUBJECT, [needed(_l("Write a subject.")), KnownPlaceholders(IN_SUBJECTS)])
    text = Lines(
        _l("Text"),
        LONGEST_TEXT,
        [needed(_l("Write what people should know.")), KnownPlaceholders(IN_TEXTS)],
        rows=12,
        description=_l(
            "Empty lines between paragraphs, “-” before points. Greeting, event and links come by themselves."
        ),
    )

    @property
    def words(self) -> Words:
        return Words(self.subject.data, self.text.data)


class AnnouncementForm(WordsForm):
    is_urgent = TickField(
        _l("Urgent"),
        description=_l(
            "Leaves at once, before all other mail. Its notice stands on the event’s pages until taken down."
        ),
    )
    notice = Line(_l("What the pages say, if it is urgent"), LONGEST_NOTICE, [KnownPlaceholders(())])
    version = HiddenField()

    def validate_notice(self, field: Any) -> None:
        if self.is_urgent.data and not field.data:
            raise ValidationError(_("Say in a sentence what visitors of the pages should know."))

    @property
    def words(self) -> Words:
        return Words(self.subject.data, self.text.data, self.is_urgent.data, self.notice.data)

    @property
    def shown_version(self) -> int:
        return sent_number(self.version.data)


class KeptTextForm(WordsForm):
    shown = HiddenField()
    name = Line(_l("Name"), 100, [needed(_l("Give it a name by which you find it again."))])

    @classmethod
    def showing(cls, kept: KeptText) -> "KeptTextForm":
        return cls(data={**_values(kept), "shown": writing.shown(kept)})

    def compared_with(self, standing: KeptText) -> list[Difference]:
        """What somebody else saved first beside what was typed; another press means it so."""
        self.shown.data = writing.shown(standing)
        return of_fields(self, _values(standing))


def _values(kept: KeptText) -> dict[str, str]:
    return {"name": kept.name, "subject": kept.subject, "text": kept.text}

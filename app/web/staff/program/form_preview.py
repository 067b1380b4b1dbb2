"""The questions of an event as people meet them, to be tried out: nothing that is typed here is kept."""

from typing import Any

from flask import render_template, request
from flask_babel import lazy_gettext as _l
from wtforms import Form

from app import clock
from app.models import Event, Mode, Right
from app.web.choices import RadiosField, choice
from app.web.questions import Questions, newest_wording
from app.web.staff import blueprint
from app.web.staff.acting import load_event
from app.web.staff.door import requires
from app.web.staff.program.question_places import EVENT


class PreviewForm(Form):
    """The part of the form with the event's own questions."""

    mode = RadiosField(_l("How you will attend"), validate_choice=False)

    def __init__(self, event: Event, sent: Any) -> None:
        super().__init__(sent)
        modes = event.modes or list(Mode)
        self.mode.choices = [choice(mode) for mode in modes]
        attends = [mode for mode in modes if mode.value == self.mode.data]
        if len(modes) == 1:
            attends = modes
            del self.mode
        self.questions = Questions.put_into(self, event.asked_questions(clock.now()), modes, sent=sent)
        if sent:
            self.validate()
            self.questions.settle(attends, newest_wording(event.questions))
        self.questions.look(attends)


@blueprint.get(f"{EVENT}/preview")
@requires(Right.VIEW_EVENTS)
def preview_questions(event_id: int) -> str:
    event = load_event(event_id)
    form = PreviewForm(event, request.args or None)
    return render_template("staff/program/question_preview.html", event=event, form=form, page_error=bool(form.errors))

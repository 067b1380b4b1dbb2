"""What the audience asks the speakers: a sheet without names, and the list of answers that is put up afterwards."""

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user
from flask_wtf import FlaskForm
from wtforms import HiddenField

from app import links
from app.db import transact
from app.models import AnsweredQuestion, Event, Right
from app.operations.meanwhile import ChangedMeanwhileError
from app.operations.program import hearing
from app.web.meanwhile import Difference, of_fields
from app.web.staff import blueprint
from app.web.staff.acting import form_page, load_event, member, say_gone
from app.web.staff.door import requires
from app.web.staff.program.fields import Lines, needed

SHEET = "/events/<int:event_id>/speaker-questions"
ANSWERED = "/events/<int:event_id>/answered"
LONGEST_QUESTION, LONGEST_ANSWER = 2000, 5000


class AnswerForm(FlaskForm):
    shown = HiddenField()
    question = Lines(_l("Question"), LONGEST_QUESTION, [needed(_l("Write the question."))], rows=3)
    answer = Lines(_l("Answer"), LONGEST_ANSWER, rows=8, description=_l("Without an answer it is not shown."))


def public_address(event: Event) -> str:
    """Where everybody reads the answers, once they are put up."""
    return links.absolute(f"/events/{event.slug}/answers")


@blueprint.get(SHEET)
@requires(Right.VIEW_PEOPLE)
def speaker_questions(event_id: int) -> str:
    event = load_event(event_id)
    return render_template(
        "staff/program/speaker_questions.html",
        event=event,
        heard=hearing.heard(event_id),
        listed={entry.question for entry in event.answered_questions},
        shown=hearing.shown,
        is_up=hearing.is_up(event, public_address(event)),
        may_edit=current_user.may(Right.EDIT_EVENTS),
        may_export=current_user.may(Right.EXPORT_LISTS),
    )


@blueprint.route(ANSWERED, methods=["GET", "POST"])
@requires(Right.EDIT_EVENTS)
def list_question(event_id: int) -> ResponseReturnValue:
    """Write an answer, to a question of the sheet or to another one. Nothing is listed before it is saved."""
    load_event(event_id)
    form = AnswerForm()
    if request.method == "GET" or "answer" not in request.form:
        return _answer_page(event_id, form)
    if not form.validate():
        return _answer_page(event_id, form)
    question, answer = form.question.data, form.answer.data
    transact(lambda at: hearing.note(event_id, question, answer, by=member(), at=at).id)
    return _saved(event_id)


@blueprint.route(f"{ANSWERED}/<int:entry_id>", methods=["GET", "POST"])
@requires(Right.EDIT_EVENTS)
def answered_question(event_id: int, entry_id: int) -> ResponseReturnValue:
    event = load_event(event_id)
    entry = _entry(event, entry_id)
    if entry is None:
        return _gone(event_id)
    form = AnswerForm(data={**_values(entry), "shown": hearing.shown(entry)})
    if not form.validate_on_submit():
        return _answer_page(event_id, form, heading=_("Change an answer"))
    question, answer, version = form.question.data, form.answer.data, form.shown.data
    try:
        transact(lambda at: hearing.answer(event_id, entry_id, question, answer, by=member(), at=at, version=version))
    except hearing.NoSuchEntryError:
        return _gone(event_id)
    except ChangedMeanwhileError:
        standing = _entry(load_event(event_id), entry_id) or abort(404)
        form.shown.data = hearing.shown(standing)
        found = of_fields(form, _values(standing))
        return _answer_page(event_id, form, heading=_("Change an answer"), meanwhile=found)
    return _saved(event_id)


def _entry(event: Event, entry_id: int) -> AnsweredQuestion | None:
    return next((one for one in event.answered_questions if one.id == entry_id), None)


def _values(entry: AnsweredQuestion) -> dict[str, str]:
    return {"question": entry.question, "answer": entry.answer}


def _gone(event_id: int) -> ResponseReturnValue:
    """Somebody else removed it. What was typed can be saved anew."""
    form = AnswerForm()
    say_gone(form, _("Somebody removed it meanwhile. Nothing you typed is lost: save to add it anew."))
    return _answer_page(event_id, form, is_gone=True, action=url_for("staff.list_question", event_id=event_id))


def _answer_page(
    event_id: int,
    form: AnswerForm,
    *,
    heading: str = "",
    action: str = "",
    meanwhile: Sequence[Difference] = (),
    is_gone: bool = False,
) -> ResponseReturnValue:
    return form_page(
        "staff/program/answered_question.html",
        form,
        meanwhile,
        is_gone=is_gone,
        event=load_event(event_id),
        heading=heading or _("Answer a question"),
        action=action or request.path,
    )


def _saved(event_id: int) -> ResponseReturnValue:
    flash(_("Saved."), "success")
    return redirect(url_for("staff.speaker_questions", event_id=event_id), 303)


@blueprint.post(f"{ANSWERED}/<int:entry_id>/removal")
@requires(Right.EDIT_EVENTS)
def drop_answered_question(event_id: int, entry_id: int) -> ResponseReturnValue:
    load_event(event_id)
    version = request.form.get("shown")
    try:
        _try(lambda at: hearing.drop(event_id, entry_id, by=member(), at=at, version=version))
    except ChangedMeanwhileError:
        flash(_("Somebody changed this answer meanwhile. Read it, then press once more."), "error")
    else:
        flash(_("Removed."), "success")
    return redirect(url_for("staff.speaker_questions", event_id=event_id), 303)


@blueprint.post(f"{ANSWERED}/material")
@requires(Right.EDIT_EVENTS)
def put_answers_up(event_id: int) -> ResponseReturnValue:
    url, title = public_address(load_event(event_id)), _("Questions and answers")
    _try(lambda at: hearing.put_up(event_id, title, url, by=member(), at=at))
    flash(_("The answers stand among the materials now."), "success")
    return redirect(url_for("staff.speaker_questions", event_id=event_id), 303)


def _try(work: Any) -> None:
    try:
        transact(work)
    except hearing.NoSuchEntryError:
        abort(404)

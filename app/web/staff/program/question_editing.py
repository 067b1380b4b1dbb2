"""Wording a question: a new one, or one that stands in other words."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from flask import abort, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.models import Question, QuestionKind, Right
from app.operations.meanwhile import ChangedMeanwhileError
from app.operations.program import asking
from app.operations.program.question_details import Home, questions_of
from app.web.meanwhile import Difference
from app.web.staff import blueprint
from app.web.staff.acting import form_page, member
from app.web.staff.door import requires
from app.web.staff.program.question_form import HINTS, QuestionForm
from app.web.staff.program.question_places import EVENT, LIBRARY, ONE, SERIES, Place, attempt, load


@blueprint.get(f"{EVENT}/new")
@blueprint.get(f"{SERIES}/new")
@blueprint.get(f"{LIBRARY}/new")
@requires(Right.EDIT_EVENTS)
def choose_question_kind(event_id: int | None = None, series_id: int | None = None) -> str:
    place = Place.of(Home(event_id, series_id))
    kinds = [(kind, HINTS[kind], place.url("new_question", kind=kind.value)) for kind in QuestionKind]
    return render_template("staff/program/question_kinds.html", place=place, event=place.event, kinds=kinds)


@blueprint.route(f"{EVENT}/new/<slug:kind>", methods=["GET", "POST"])
@blueprint.route(f"{SERIES}/new/<slug:kind>", methods=["GET", "POST"])
@blueprint.route(f"{LIBRARY}/new/<slug:kind>", methods=["GET", "POST"])
@requires(Right.EDIT_EVENTS)
def new_question(kind: str, event_id: int | None = None, series_id: int | None = None) -> ResponseReturnValue:
    chosen = next((one for one in QuestionKind if one.value == kind), None) or abort(404)
    place = Place.of(Home(event_id, series_id))
    form, url = QuestionForm(chosen, questions_of(place.home)), place.url()

    def work(at: datetime) -> int:
        return asking.add(place.home, chosen, form.wording, by=member(), at=at).id

    if form.validate_on_submit() and _saved(form, work):
        flash(_("Saved."), "success")
        return redirect(url, 303)
    return _form_page(Place.of(place.home), form, None)


@blueprint.route(ONE, methods=["GET", "POST"])
@requires(Right.EDIT_EVENTS)
def question(question_id: int) -> ResponseReturnValue:
    standing = load(question_id)
    home = Home.of(standing)
    earlier = [one for one in questions_of(home) if (one.place, one.id) < (standing.place, standing.id)]
    form = QuestionForm(standing.kind, earlier, standing)

    def work(at: datetime) -> int:
        return asking.reword(question_id, form.wording, version=form.version.data, by=member(), at=at).id

    try:
        if form.validate_on_submit() and _saved(form, work):
            flash(_("Saved."), "success")
            return redirect(Place.of(home).url(), 303)
    except ChangedMeanwhileError:
        standing = load(question_id)
        return _form_page(Place.of(home), form, standing, form.compared_with(standing))
    return _form_page(Place.of(home), form, load(question_id))


def _saved(form: QuestionForm, work: Callable[[datetime], Any]) -> bool:
    try:
        refusal = attempt(work)
    except asking.OptionTakenError as taken:
        form.say_taken(taken.option, ngettext("%(num)s person chose this.", "%(num)s people chose this.", taken.people))
        return False
    if refusal:
        form.form_errors.append(refusal)
    return not refusal


def _form_page(
    place: Place, form: QuestionForm, standing: Question | None, meanwhile: Sequence[Difference] = ()
) -> ResponseReturnValue:
    return form_page(
        "staff/program/question.html",
        form,
        meanwhile,
        place=place,
        event=place.event,
        standing=standing,
        is_answered=bool(standing and asking.is_answered(standing)),
        chosen=asking.chosen(standing) if standing and standing.kind.has_options else {},
    )

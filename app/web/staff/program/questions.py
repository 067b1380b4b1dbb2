"""The questions of an event, of a series and of the library: in order, taken over, moved, taken away."""

from collections.abc import Callable
from datetime import datetime

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_security import current_user

from app import clock
from app.models import Question, Right
from app.operations.program import asking, overseeing
from app.operations.program.question_details import Home, questions_of
from app.web.staff import blueprint
from app.web.staff.acting import member, tell
from app.web.staff.door import requires
from app.web.staff.program.question_places import EVENT, LIBRARY, ONE, SERIES, Place, attempt, load


@blueprint.get(EVENT)
@blueprint.get(SERIES)
@blueprint.get(LIBRARY)
@requires(Right.VIEW_EVENTS)
def questions(event_id: int | None = None, series_id: int | None = None) -> str:
    place = Place.of(Home(event_id, series_id))
    found = questions_of(place.home)
    known = {one.key for one in found}
    return render_template(
        "staff/program/questions.html",
        place=place,
        event=place.event,
        asked=[one for one in found if one.is_asked],
        retired=[one for one in found if not one.is_asked],
        offered=[] if place.home.is_library else _offered(place, known),
        all_series=overseeing.all_series() if place.home.is_library else [],
        lacks_clearance=bool(place.event and place.event.asks_covered and not place.event.has_clearance(clock.now())),
        wording={one.key: one.current.text for one in found},
        may_edit=current_user.may(Right.EDIT_EVENTS),
        may_see_people=current_user.may(Right.VIEW_PEOPLE),
    )


def _offered(place: Place, known: set[str]) -> list[tuple[str, list[Question]]]:
    """What can be taken, from the series and from the library, each without what is there already."""
    sources = [(_("From the library"), Home())]
    if place.event:
        sources.insert(0, (_("From the series"), Home(series_id=place.event.series_id)))
    heaps = [(label, [one for one in questions_of(home) if one.is_asked]) for label, home in sources]
    return [(label, left) for label, heap in heaps if (left := [one for one in heap if one.key not in known])]


@blueprint.post(f"{EVENT}/taken")
@blueprint.post(f"{SERIES}/taken")
@requires(Right.EDIT_EVENTS)
def take_questions(event_id: int | None = None, series_id: int | None = None) -> ResponseReturnValue:
    place = Place.of(Home(event_id, series_id))
    url = place.url()
    ids = [int(one) for one in request.form.getlist("question") if one.isascii() and one.isdigit() and len(one) < 10]
    if not ids:
        flash(_("Tick the questions that you want to take."), "error")
        return redirect(url, 303)
    taken: list[int] = []

    def work(at: datetime) -> None:
        taken[:] = [one.id for one in asking.take(place.home, ids, by=member(), at=at)]

    return _done(url, attempt(work), ngettext("%(num)s question taken.", "%(num)s questions taken.", len(taken)))


@blueprint.post(f"{ONE}/place/<any(up, down):way>")
@requires(Right.EDIT_EVENTS)
def move_question(question_id: int, way: str) -> ResponseReturnValue:
    return _act(question_id, lambda at: asking.move(question_id, up=way == "up", by=member(), at=at), _("Moved."))


@blueprint.post(f"{ONE}/removal")
@requires(Right.EDIT_EVENTS)
def remove_question(question_id: int) -> ResponseReturnValue:
    done = _("It is asked no more. What was answered stays.")
    return _act(question_id, lambda at: asking.remove(question_id, by=member(), at=at), done)


@blueprint.post(f"{ONE}/return")
@requires(Right.EDIT_EVENTS)
def ask_again(question_id: int) -> ResponseReturnValue:
    done = _("It is asked again, after all others.")
    return _act(question_id, lambda at: asking.bring_back(question_id, by=member(), at=at), done)


def _act(question_id: int, work: Callable[[datetime], None], done: str) -> ResponseReturnValue:
    url = Place.of(Home.of(load(question_id))).url()
    return _done(url, attempt(work), done)


def _done(url: str, refusal: str, done: str) -> ResponseReturnValue:
    tell(done, refusal)
    return redirect(url, 303)

"""Trying a verb from a form: what it refuses becomes words beside the field that can mend it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import abort
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.db import transact
from app.operations.program import arranging, extending, planning, publishing, rescheduling
from app.operations.program.ordering import OutOfOrderError
from app.operations.program.restricting import NarrowedMeetingError, RestrictionUnexplainedError
from app.operations.program.session_seats import SessionInUseError
from app.operations.program.slugs import SlugTakenError
from app.operations.registration.allotting import CapacityBelowTakenError, NoSuchEventError
from app.operations.registration.moving_sessions import Collision, SessionsCollideError
from app.web.staff.program.seats_form import NAMES

PLAIN: dict[type[Exception], Any] = {
    publishing.NotInThisStateError: _l("The event’s state has changed meanwhile. Look at it again before you go on."),
    publishing.PeopleRegisteredError: _l(
        "Somebody has registered, so it cannot become a draft again. Cancel it instead."
    ),
    rescheduling.NothingMovesError: _l("That is where it is now. Nothing would change."),
    NarrowedMeetingError: _l(
        "A committee meeting is public, and this event’s rules narrow who may register. Open it to everybody first; an"
        " administrator can narrow it again, with a reason."
    ),
    planning.NotADraftError: _l("Only a draft that nobody registered for can be deleted."),
}
ON_FIELD: dict[type[Exception], tuple[str, Any]] = {
    SlugTakenError: ("slug", _l("Another page has this address. Choose another one.")),
    RestrictionUnexplainedError: ("restriction_reason", _l("Say why. It stands in the log.")),
    extending.NotLaterError: (
        "registration_closes",
        _l("Enter a time that is still to come, and later than the end in force."),
    ),
    arranging.SessionEndsFirstError: ("ends", _l("The end must be after the start.")),
    arranging.SessionElsewhereError: ("starts", _l("The event is not held on this day.")),
}


def save(form: Any, work: Callable[[datetime], Any]) -> bool:
    """Do the work; when it is refused, say so in the form. EditedMeanwhileError is the caller's."""

    def noted(at: datetime) -> None:
        work(at)
        form.saved_at = at

    try:
        transact(noted)
    except (NoSuchEventError, arranging.NoSuchPartError):
        abort(404)
    except REFUSALS as refusal:
        explain(form, refusal)
        return False
    return True


REFUSALS: tuple[type[Exception], ...] = (
    *PLAIN,
    *ON_FIELD,
    OutOfOrderError,
    CapacityBelowTakenError,
    SessionInUseError,
    SessionsCollideError,
    planning.ModeInUseError,
    publishing.NotReadyError,
)


def explain(form: Any, refusal: Exception) -> None:
    """Put the refusal's words where they help."""
    match refusal:
        case OutOfOrderError():
            for disorder in refusal.disorders:
                _beside(form, disorder.field, disorder.label)
        case publishing.NotReadyError():
            form.form_errors.extend(str(gap.label) for gap in refusal.gaps)
        case planning.ModeInUseError():
            _beside(form, NAMES[refusal.mode], _in_use(refusal.people, refusal.pending))
        case SessionInUseError() | SessionsCollideError():
            _explain_picks(form, refusal)
        case CapacityBelowTakenError():
            _ask_for_decision(form, refusal)
        case _ if type(refusal) in ON_FIELD:
            _beside(form, *ON_FIELD[type(refusal)])
        case _:
            form.form_errors.append(str(PLAIN[type(refusal)]))


def _in_use(people: int, pending: int) -> str:
    registered = ngettext(
        "%(num)s person is registered for this. Move or cancel them first.",
        "%(num)s people are registered for this. Move or cancel them first.",
        people,
    )
    waiting = ngettext(
        "%(num)s person waits for approval for this. Move or decline them first.",
        "%(num)s people wait for approval for this. Move or decline them first.",
        pending,
    )
    return " ".join(words for count, words in ((people, registered), (pending, waiting)) if count)


def picked_words(people: int) -> str:
    return ngettext(
        "%(num)s person has picked this session. Move them to another one first, or keep seats for them.",
        "%(num)s people have picked this session. Move them to another one first, or keep seats for them.",
        people,
    )


def _explain_picks(form: Any, refusal: SessionInUseError | SessionsCollideError) -> None:
    if isinstance(refusal, SessionsCollideError):
        form.asks_to_collide = True
        _beside(form, "collides", " ".join(map(_collision_words, refusal.collisions)))
        return
    _beside(form, NAMES[refusal.mode] if refusal.mode else "is_picked", picked_words(refusal.people))


def _collision_words(found: Collision) -> str:
    return ngettext(
        "%(num)s person has picked “%(one)s” and “%(other)s”, which would be held at the same time.",
        "%(num)s people have picked “%(one)s” and “%(other)s”, which would be held at the same time.",
        found.people,
        one=found.title,
        other=found.other,
    )


def _beside(form: Any, name: str, words: Any) -> None:
    if name in form:
        form[name].errors = [*form[name].errors, str(words)]
    else:
        form.form_errors.append(str(words))


def _ask_for_decision(form: Any, refusal: CapacityBelowTakenError) -> None:
    words = ngettext(
        "%(num)s seat is taken. Enter a higher number, or choose below how to get there.",
        "%(num)s seats are taken. Enter a higher number, or choose below how to get there.",
        refusal.taken,
    )
    if refusal.mode:
        _beside(form, f"{NAMES[refusal.mode]}_seats", words)
    form.asks_shrinking = True

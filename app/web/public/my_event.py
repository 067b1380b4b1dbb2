"""What became of the event of somebody's registration, and of what they hold there, for their own page."""

from flask_babel import gettext as _

from app.models import EventState, Registration


def notice(mine: Registration) -> str:
    """Nothing while the event is held as planned."""
    if mine.event.state is EventState.CANCELLED:
        return _("The event is cancelled.")
    return _postponed(mine) if mine.event.state is EventState.POSTPONED else ""


def _postponed(mine: Registration) -> str:
    if mine.is_pending:
        return _("The event is postponed. Your registration waits for approval as before.")
    if not mine.has_place:
        return _("The event is postponed.")
    if mine.keeps_turn:
        return _("The event is postponed. You keep your seat online and your place in line for the new date.")
    if mine.waits_for:
        return _("The event is postponed. You keep your place in line for the new date.")
    return _("The event is postponed. You keep your seat for the new date.")

"""After a postponement nobody is given or offered a seat on a new day before the mails that name it are queued: until
then staff can take the day back. Mail to many leaves last, so the mail of a seat may come first; it names the day too.
"""

from sqlalchemy import exists, select

from app.db import db
from app.models import ChangeNotice, Event, EventState
from app.models.change_notice import OF_UNTOLD_DATE


def has_one(event: Event) -> bool:
    """Whether an event that was postponed is on again, and people have still to be told when."""
    waits = exists().where(ChangeNotice.event_id == event.id, OF_UNTOLD_DATE)
    return event.state is EventState.PUBLISHED and bool(db.session.scalar(select(waits)))


def lines_rest(event: Event) -> bool:
    """Whether nobody is called in the lines of its sessions: it has no date, or people have still to be told of it."""
    return event.state is EventState.POSTPONED or has_one(event)


def tells_of(notice: ChangeNotice) -> bool:
    """Whether this is the notice that such an event waits for."""
    return bool(notice.before["state"] == EventState.POSTPONED.value)

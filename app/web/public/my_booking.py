"""One's own page for somebody whom a colleague registered: to take it over, and to answer what nobody else could."""

from datetime import datetime

from flask import redirect, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.db import transact
from app.models import Registration
from app.operations.registration import managing, questioning
from app.web.public import blueprint, own


@blueprint.post("/registrations/<token>/own")
def take_over_booked(token: str) -> BaseResponse:
    """From now on the person manages alone what somebody else booked for them."""
    mine = own.registration(token)
    own.check_key(mine)
    mine_id = mine.id
    transact(lambda at: managing.take_over(mine_id, at=at))
    return redirect(url_for("public.registration", token=token), 303)


def unanswered(mine: Registration, at: datetime) -> int:
    """How many answers the event still needs of somebody who did not fill the form themselves."""
    if mine.place is None:
        return 0
    return questioning.count_unanswered(mine.event, mine.mode, mine.answers, at)

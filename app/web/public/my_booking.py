"""One's own page for somebody whom a colleague registered: to take it over."""

from flask import redirect, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.db import transact
from app.operations.registration import managing
from app.web.public import blueprint, own


@blueprint.post("/registrations/<token>/own")
def take_over_booked(token: str) -> BaseResponse:
    """From now on the person manages alone what somebody else booked for them."""
    mine = own.registration(token)
    own.check_key(mine)
    mine_id = mine.id
    transact(lambda at: managing.take_over(mine_id, at=at))
    return redirect(url_for("public.registration", token=token), 303)

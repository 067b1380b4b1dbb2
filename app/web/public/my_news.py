"""News of the series on a person's own page: whether it comes, and one press to stop it or to have it.

The page's link came by mail to the address, so that a press here needs no second mail to confirm it.
"""

from flask import redirect, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.db import transact
from app.models import Registration, Rhythm
from app.operations.communication import following
from app.operations.communication.following import Standing
from app.operations.communication.wishing import Wish
from app.web import language
from app.web.public import blueprint, own


def of(mine: Registration) -> Standing | None:
    """How the address stands with the event's series; None without an address."""
    return following.standing(mine.email_key, mine.event.series_id) if mine.email_key else None


@blueprint.post("/registrations/<token>/news/<any(follow, stop):act>")
def my_news(token: str, act: str) -> BaseResponse:
    mine = own.registration(token)
    own.check_key(mine)
    if mine.email and act == "stop":
        _stop(mine.email, mine.event.series_id)
    elif mine.email:
        _follow(mine.email, mine.event.series_id)
    return redirect(url_for("public.registration", token=token) + "#news", 303)


def _stop(email: str, series_id: int) -> None:
    transact(lambda at: following.unfollow(email, series_id, at=at))


def _follow(email: str, series_id: int) -> None:
    wish, shown_in = Wish(series=frozenset({series_id})), language.current()
    transact(lambda at: following.follow(email, wish, rhythm=Rhythm.WEEKLY, language=shown_in, at=at).id)

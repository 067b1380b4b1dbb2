"""After a postponement: one page, two buttons. Nobody has to answer, and nobody loses a seat by not answering."""

from flask import make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.db import transact
from app.models import Registration
from app.operations.registration import standing_by
from app.operations.registration.changing import NotLiveError
from app.web import refusals
from app.web.public import blueprint, own
from app.web.public.form_key import issue

REFUSED = (NotLiveError, standing_by.NoPlaceYetError, standing_by.NotPostponedError)
VERBS = {"keep": standing_by.keep, "give-up": standing_by.give_up}


@blueprint.get("/registrations/<token>/postponed")
def postponed(token: str) -> str:
    return _page(token, own.registration(token))


@blueprint.post("/registrations/<token>/postponed/<any('keep', 'give-up'):answer>")
def answer_postponed(token: str, answer: str) -> BaseResponse:
    mine = own.registration(token)
    own.check_key(mine)
    mine_id, verb = mine.id, VERBS[answer]
    try:
        transact(lambda at: verb(mine_id, at=at).id)
    except REFUSED as refusal:
        return make_response(_page(token, own.registration(token), refusal), 409)
    return redirect(url_for("public.postponed", token=token), 303)


def _page(token: str, mine: Registration, refusal: Exception | None = None) -> str:
    return render_template(
        "public/postponed.html",
        token=token,
        registration=mine,
        event=mine.event,
        form_key=issue(own.purpose(mine)),
        messages=[refusals.sentence_for(refusal)] if refusal else [],
    )

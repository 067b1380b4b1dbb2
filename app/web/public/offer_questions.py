"""The questions that come with an offered seat, one press from the page on which it is accepted.

Its link opens the offer alone: so only what has no answer yet is asked here, and nothing that was answered is shown.
"""

from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app import clock
from app.db import transact
from app.models import Question, Registration
from app.operations.registration import completing
from app.operations.registration.cancelling import EventOverError
from app.operations.registration.changing import NotLiveError
from app.operations.registration.details import GivenAnswer
from app.operations.registration.questioning import OptionFullError
from app.web import refusals
from app.web.public import blueprint, offers
from app.web.public.form_key import KeyedForm
from app.web.questions import Asked, bind, faults


class OpenQuestions(KeyedForm):
    """A field for each question that has no answer yet."""

    def __init__(self, formdata: Any = None, *, purpose: str, questions: list[Question]) -> None:
        super().__init__(formdata, purpose=purpose)
        self.asked = [Asked(one, bind(self, one, one.field_name), depends=False, is_shown=True) for one in questions]
        for one in self.asked:
            one.field.process(formdata)
        self.ensure_key()

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        for one in self.asked:
            one.read()
            one.field.errors = one.field.errors or faults(one)
        return not self.errors

    @property
    def given(self) -> list[GivenAnswer]:
        return [one.given for one in self.asked if one.values]


@blueprint.route("/registrations/<token>/offer/questions", methods=["GET", "POST"])
def offer_questions(token: str) -> BaseResponse | str:
    mine = offers.of_token(token)
    questions = offers.left_open(mine, clock.now())
    sent = request.form if request.method == "POST" else None
    form = OpenQuestions(sent, purpose=f"offer-questions-{mine.id}", questions=questions)
    return _page(token, mine, form) if sent is None or not questions else _answer(token, mine, form)


def _answer(token: str, mine: Registration, form: OpenQuestions) -> BaseResponse:
    if not form.validate():
        return make_response(_page(token, mine, form), form.status)
    mine_id, given = mine.id, form.given
    try:
        transact(lambda at: completing.complete(mine_id, given, at=at))
    except OptionFullError as refusal:
        form.refuse_in_field(refusal.field, refusals.sentence_for(refusal))
        return make_response(_page(token, offers.of_token(token), form), 422)
    except (EventOverError, NotLiveError) as refusal:
        return make_response(offers.page(token, offers.of_token(token), refusal), 409)
    return redirect(url_for("public.offer", token=token), 303)


def _page(token: str, mine: Registration, form: OpenQuestions) -> str:
    return render_template("public/offer_questions.html", token=token, registration=mine, event=mine.event, form=form)

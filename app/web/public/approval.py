"""One's own page on which the office's question before approval is answered."""

from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse
from wtforms import HiddenField, TextAreaField, ValidationError

from app.db import transact
from app.models import Registration
from app.operations.registration import approving
from app.web import refusals
from app.web.fields import text_field
from app.web.public import blueprint, own, settled
from app.web.public.form_key import KeyedForm

LONGEST_ANSWER = 2000


class ReplyForm(KeyedForm):
    """What the person answers, and which question the page showed."""

    number = HiddenField()
    answer = text_field(
        _l("Your answer"), most=LONGEST_ANSWER, required=_l("Write your answer."), render_kw={"rows": 6}
    )

    def validate_answer(self, field: TextAreaField) -> None:
        if not field.data:
            raise ValidationError(_("Write your answer."))


@blueprint.route("/registrations/<token>/question", methods=["GET", "POST"])
def answer_question(token: str) -> BaseResponse | str:
    mine = settled.changeable(token)
    form = ReplyForm(request.form if request.method == "POST" else None, purpose=own.purpose(mine))
    if request.method == "POST":
        return _send(token, mine, form)
    form.ensure_key()
    if mine.approval:
        form.answer.data, form.number.data = mine.approval.answer, str(mine.approval.questions)
    return _page(token, mine, form)


def _send(token: str, mine: Registration, form: ReplyForm) -> BaseResponse | str:
    if not form.validate():
        return make_response(_page(token, mine, form), form.status)
    mine_id, text, number = mine.id, form.answer.data or "", _number(form.number.data)
    try:
        transact(lambda at: approving.answer(mine_id, text, number=number, at=at).id)
    except approving.NoQuestionError as refusal:
        mine = own.registration(token)
        form.form_errors.append(refusals.sentence_for(refusal))
        form.number.data = str(mine.approval.questions) if mine.approval else ""
        return make_response(_page(token, mine, form), 409)
    return redirect(url_for("public.registration", token=token, _anchor="approval"), 303)


def _number(typed: Any) -> int:
    """The question that the page showed; what is no number names none."""
    return int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) < 6 else 0


def _page(token: str, mine: Registration, form: ReplyForm) -> str:
    return render_template("public/question.html", token=token, registration=mine, event=mine.event, form=form)

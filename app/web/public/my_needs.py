"""One's own page to ask for what one needs to take part, or for more of it. It never shows what was asked."""

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse
from wtforms import Field, ValidationError

from app.db import transact
from app.models import Registration
from app.operations.registration import answering, asking_for_access
from app.operations.registration.cancelling import EventOverError
from app.operations.registration.changing import NotLiveError
from app.web import limits, refusals
from app.web.needs_fields import needs_field, needs_of, needs_text_field
from app.web.public import blueprint, own, settled
from app.web.public.form_key import KeyedForm


class NeedsForm(KeyedForm):
    needs, needs_text = needs_field(), needs_text_field()

    def validate_needs(self, field: Field) -> None:
        if not (field.data or self.needs_text.data):
            raise ValidationError(_("Tick what you need, or write it below."))


@blueprint.route("/registrations/<token>/needs", methods=["GET", "POST"])
def ask_for_needs(token: str) -> BaseResponse | str:
    mine = settled.changeable(token)
    form = NeedsForm(request.form if request.method == "POST" else None, purpose=own.purpose(mine))
    if request.method == "GET":
        form.ensure_key()
        return _page(token, mine, form)
    if not limits.allows("needs", limits.FIND):
        form.form_errors.append(limits.TOO_MANY)
        return make_response(_page(token, mine, form), 429, limits.AFTER_AN_HOUR)
    if not form.validate():
        return make_response(_page(token, mine, form), form.status)
    mine_id, wanted = mine.id, needs_of(form)
    try:
        transact(lambda at: asking_for_access.ask(mine_id, wanted, at=at))
    except (NotLiveError, EventOverError) as refusal:
        form.form_errors.append(refusals.sentence_for(refusal))
        return make_response(_page(token, own.registration(token), form), 409)
    return redirect(url_for("public.registration", token=token, _anchor="needs"), 303)


def _page(token: str, mine: Registration, form: NeedsForm) -> str:
    return render_template(
        "public/needs.html",
        token=token,
        registration=mine,
        event=mine.event,
        form=form,
        has_asked=answering.request_of(mine.id) is not None,
    )

"""One's own page on which the question of a guarded site is answered, or answered anew. It never shows the answer."""

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse
from wtforms import Field

from app import clock
from app.db import transact
from app.models import Registration
from app.operations.registration import vetting
from app.web.public import blueprint, own, settled
from app.web.public.form_key import KeyedForm
from app.web.vetting_fields import HINT, answer_of, demand, us_person_field


class UsPersonForm(KeyedForm):
    us_person = us_person_field(description=HINT)

    def validate_us_person(self, field: Field) -> None:
        demand(field, needed=True)


@blueprint.route("/registrations/<token>/us-person", methods=["GET", "POST"])
def answer_us_person(token: str) -> BaseResponse | str:
    mine = settled.changeable(token)
    form = UsPersonForm(request.form if request.method == "POST" else None, purpose=own.purpose(mine))
    if request.method == "GET" or not is_asked(mine):
        form.ensure_key()
        return _page(token, mine, form)
    if not form.validate():
        return make_response(_page(token, mine, form), form.status)
    mine_id, told = mine.id, answer_of(form)
    assert told
    transact(lambda at: vetting.answer(mine_id, told, at=at))
    return redirect(url_for("public.registration", token=token, _anchor="us-person"), 303)


def is_asked(mine: Registration) -> bool:
    """Whether the site wants to know it of this person now."""
    is_over = mine.event.is_settled(clock.now())
    return mine.is_live and not is_over and vetting.asks(mine.event) and vetting.may_come(mine)


def _page(token: str, mine: Registration, form: UsPersonForm) -> str:
    return render_template(
        "public/us_person.html", token=token, registration=mine, event=mine.event, form=form, is_asked=is_asked(mine)
    )

"""One mail when registration for an event opens: a page with one field."""

from flask import abort, make_response, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from app.db import transact
from app.models.availability import Availability
from app.operations.communication import alerting
from app.web import language, limits, refusals
from app.web.public import blueprint, desks
from app.web.public.address_forms import AddressForm
from app.web.public.desks import Desk
from app.web.public.entry_fields import trap_field
from app.web.showing import panel


class AlertForm(AddressForm):
    """An address, and a field that only programs fill in."""

    website = trap_field()


@blueprint.route("/events/<slug:slug>/opening", methods=["GET", "POST"])
def opening_alert(slug: str) -> BaseResponse | str:
    desk = desks.get(slug) or abort(404)
    form = AlertForm(request.form if request.method == "POST" else None, purpose=f"opening-{desk.event.id}")
    if request.method == "GET":
        form.ensure_key()
        return _page(desk, form)
    if not limits.allows("opening", limits.FOLLOW):
        form.form_errors.append(limits.TOO_MANY)
        return make_response(_page(desk, form), 429, limits.AFTER_AN_HOUR)
    if not form.validate():
        return make_response(_page(desk, form), form.status)
    return _ask(desk, form)


def _ask(desk: Desk, form: AlertForm) -> BaseResponse | str:
    event_id, address = desk.event.id, form.address
    try:
        transact(lambda at: alerting.ask(event_id, address, language=language.current(), at=at))
    except alerting.NothingToOpenError as refusal:
        form.form_errors.append(refusals.sentence_for(refusal))
        return make_response(_page(desk, form), 409)
    return render_template("public/opening_alert_kept.html", event=desk.event, address=address)


def _page(desk: Desk, form: AlertForm) -> str:
    return render_template(
        "public/opening_alert.html",
        event=desk.event,
        form=form,
        opens_later=desk.availability is Availability.OPENS_LATER,
        sentence=panel.sentence(desk.event, desk.availability, desk.whole_mode),
    )

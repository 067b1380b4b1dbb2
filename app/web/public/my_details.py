"""A person changes their details and answers; what staff changed meanwhile is not undone unseen."""

from collections.abc import Sequence

from flask import abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.db import transact
from app.formats.countries import country_name
from app.models import Registration
from app.operations.meanwhile import ChangedMeanwhileError
from app.operations.registration import changing
from app.operations.registration.cancelling import BOOKER, PERSON, EventOverError
from app.operations.registration.submitting import RefusedInFieldError
from app.web import refusals
from app.web.filters import instant_words, locale
from app.web.meanwhile import Difference, of_person
from app.web.public import blueprint, desks, own, settled
from app.web.public.desks import Desk
from app.web.public.registration_forms import ChangeForm
from app.web.questions import Asked


@blueprint.route("/registrations/<token>/change", methods=["GET", "POST"])
def change_registration(token: str) -> BaseResponse | str:
    desk = desks.of(settled.changeable(token).event_id) or abort(404)
    mine = own.registration(token)  # A desk that is read anew takes everything out of the session.
    if request.method == "POST":
        return _change(token, mine, desk)
    return _page(token, mine, _filled_in(mine, desk))


def told(mine: Registration) -> list[tuple[str, str]]:
    """What somebody told of themselves beside name and organization, as it stands."""
    role = str(mine.role.label) if mine.role else ""
    rows = [
        (_("Job title"), mine.job_title),
        (_("Country where you work"), country_name(mine.country, locale())),
        (_("Role"), role),
    ]
    return [(label, text) for label, text in rows if text]


def gave_up(mine: Registration) -> str:
    """When a registration was cancelled, and who did it."""
    if mine.cancelled_at is None:
        return _("This registration is cancelled. You hold no seat.")
    when = instant_words(mine.cancelled_at, mine.event.time_zone)
    if mine.cancelled_by == PERSON:
        return _("You cancelled this registration on %(when)s. You hold no seat.", when=when)
    if mine.cancelled_by == BOOKER:
        return _("Whoever registered you cancelled this registration on %(when)s. You hold no seat.", when=when)
    return _("This registration was cancelled on %(when)s. You hold no seat.", when=when)


def _filled_in(mine: Registration, desk: Desk) -> ChangeForm:
    form = ChangeForm(desk=desk, purpose=own.purpose(mine), mine=mine, obj=mine)
    form.renew_key()
    if "role" in form:
        form.role.data = mine.role.value if mine.role else ""
    return form


def _page(
    token: str,
    mine: Registration,
    form: ChangeForm,
    *,
    more: Sequence[Asked] = (),
    meanwhile: Sequence[Difference] = (),
) -> str:
    if more:
        form.renew_key()
    return render_template(
        "public/change.html",
        token=token,
        registration=mine,
        event=mine.event,
        form=form,
        more=more,
        meanwhile=meanwhile,
    )


def _change(token: str, mine: Registration, desk: Desk) -> BaseResponse | str:
    form = ChangeForm(request.form, desk=desk, purpose=own.purpose(mine), mine=mine)
    if not form.validate():
        return make_response(_page(token, mine, form), form.status)
    if form.unseen:
        return _page(token, mine, form, more=form.unseen)
    mine_id, version, details = mine.id, form.shown.data, form.details(email=mine.email or "", mode=mine.mode)
    try:
        transact(lambda at: changing.change_details(mine_id, details, at=at, version=version))
    except RefusedInFieldError as refusal:
        form.refuse_in_field(refusal.field, refusals.sentence_for(refusal))
        return make_response(_page(token, own.registration(token), form), 422)
    except (changing.NotLiveError, EventOverError) as refusal:
        form.form_errors.append(refusals.sentence_for(refusal))
        return make_response(_page(token, own.registration(token), form), 409)
    except ChangedMeanwhileError:
        mine = own.registration(token)
        form.shown.data = changing.shown(mine)
        return make_response(_page(token, mine, form, meanwhile=of_person(form, mine.event, mine, details)), 409)
    return redirect(url_for("public.registration", token=token), 303)

"""What is held of an address, which may stand in no registration: somebody follows news, or was invited."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from app import clock
from app.db import transact
from app.models import Right
from app.operations.records import disclosing, erasing
from app.web.fields import email_field
from app.web.staff import blueprint
from app.web.staff.acting import member, tell
from app.web.staff.door import requires
from app.web.staff.proof import is_just_proven
from app.web.staff.records.erasing import ErasureForm, as_download, counted, with_copies
from app.web.staff.registration.loading import load


class WhoseForm(FlaskForm):
    """It travels in forms alone, so that no address stands in an address."""

    email = email_field(_l("Email address"), required=_l("Enter the address of whoever asks."))


class EraseAddressForm(WhoseForm, ErasureForm):
    """Both at once: whose it is, and that it shall go."""


@blueprint.route("/held", methods=["GET", "POST"])
@requires(Right.ADMINISTER)
def held_of_address() -> ResponseReturnValue:
    if not is_just_proven():
        return _prove()
    form = WhoseForm()
    if not form.validate_on_submit():
        return _page(form)
    return _page(form, email=form.email.data, erasure=EraseAddressForm(formdata=None, email=form.email.data))


@blueprint.post("/held/file")
@requires(Right.ADMINISTER)
def take_held_of_address() -> ResponseReturnValue:
    """Logged first, then handed out."""
    if not is_just_proven():
        return _prove()
    form, actor = WhoseForm(), member()
    if not form.validate_on_submit():
        return _page(form)
    email = form.email.data or ""
    transact(lambda at: disclosing.taken(email, by=actor, at=at))
    return as_download(disclosing.person_at(email), "held")


@blueprint.post("/held/erasure")
@requires(Right.ADMINISTER)
def erase_address() -> ResponseReturnValue:
    if not is_just_proven():
        return _prove()
    form, actor = EraseAddressForm(), member()
    email = form.email.data or ""
    if not form.validate_on_submit():
        return _page(form, email="" if form.email.errors else email, erasure=form)
    refusal = with_copies(lambda: disclosing.person_at(email), lambda at: erasing.erase_address(email, by=actor, at=at))
    tell(_("Everything that was held under this address is erased."), refusal)
    return redirect(url_for("staff.held_of_address"), 303)


def _prove() -> ResponseReturnValue:
    return redirect(url_for("security.verify", next=url_for("staff.held_of_address")), 303)


def _page(form: FlaskForm, *, email: str | None = "", erasure: FlaskForm | None = None) -> ResponseReturnValue:
    is_refused, found = request.method == "POST" and bool(form.errors), _found(email) if email else {}
    html = render_template(
        "staff/records/held.html", form=form, email=email, erasure=erasure, page_error=is_refused, **found
    )
    return html, 422 if is_refused else 200


def _found(email: str) -> dict[str, Any]:
    whose, at = disclosing.person_at(email), clock.now()
    mine = [load(one) for one in whose.registration_ids]
    return {
        "counts": counted(whose),
        "registrations": mine,
        "coming": [one for one in mine if one.is_live and not one.event.is_settled(at)],
        "is_committee": any(one.event.committee for one in mine),
    }

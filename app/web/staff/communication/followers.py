"""Who follows by mail, in numbers; and one address, for the person who calls."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user
from flask_wtf import FlaskForm

from app.db import transact
from app.models import Rhythm, Right, Subscriber
from app.operations.communication import complaining, following, overviewing_followers, wishing
from app.operations.communication.wishing import Wish
from app.operations.registration.details import email_key
from app.web.fields import email_field
from app.web.staff import blueprint, rail
from app.web.staff.door import requires


class AddressForm(FlaskForm):
    email = email_field(
        _l("Email address"),
        required=_l("Enter the whole address."),
        description=_l("The whole address. Each look is kept in the log."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


@blueprint.get("/followers")
@requires(Right.VIEW_EVENTS)
def followers() -> str:
    return _page(AddressForm())


@blueprint.post("/followers/search")
@requires(Right.VIEW_PEOPLE)
def find_follower() -> ResponseReturnValue:
    """By POST, so that no address stands in a log of addresses."""
    form = AddressForm()
    if not form.validate():
        return _page(form), 422
    email, by = form.email.data, current_user.email
    found_id = transact(lambda at: _id_of(overviewing_followers.look_up(email, by=by, at=at)))
    return _page(form, email=email, found=following.of_id(found_id) if found_id else None)


def _id_of(found: Subscriber | None) -> int | None:
    return found.id if found else None


def _page(form: AddressForm, *, email: str = "", found: Subscriber | None = None) -> str:
    return render_template(
        "staff/communication/followers.html",
        overview=overviewing_followers.overview(),
        rhythms=list(Rhythm),
        form=form,
        searched=email,
        found=found,
        unwanted=complaining.of_address(email_key(email)) if email else None,
        follows=wishing.names(Wish.followed(found)),
        may_look=current_user.may(Right.VIEW_PEOPLE),
        may_stop=current_user.may(Right.EDIT_PEOPLE),
        held_url=rail.way_to("staff.held_of_address"),
        page_error=bool(form.errors),
    )


@blueprint.post("/followers/<int:subscriber_id>/stop")
@requires(Right.EDIT_PEOPLE)
def stop_follower(subscriber_id: int) -> ResponseReturnValue:
    by = current_user.email
    stopped = transact(lambda at: overviewing_followers.stop_for(subscriber_id, by=by, at=at))
    flash(_("No more news goes to this address.") if stopped else _("It has stopped already."), "success")
    return redirect(url_for("staff.followers"), 303)

"""Registering by invitation: the link from the mail opens the event's form, once, for the invited address."""

from flask import abort, make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app import links
from app.db import db
from app.models import Invitation, InvitationState
from app.web.public import blueprint, desks
from app.web.public.registering import closed, form_page, send
from app.web.public.registration_forms import RegistrationForm


@blueprint.route("/invitations/<token>", methods=["GET", "POST"])
def invitation(token: str) -> BaseResponse | str:
    reference = links.read_reference(links.INVITED, token) or abort(404)
    event_id = (db.session.get(Invitation, reference.id) or abort(404)).event_id
    desk = desks.of(event_id) or abort(404)
    mine = db.session.get_one(Invitation, reference.id)  # A desk that is read anew takes everything out of the session.
    if mine.link_version != reference.version or not mine.is_open or not desk.event.is_by_invitation:
        return _over(mine, 409 if request.method == "POST" else 200)
    if request.method == "POST":
        return send(desk, mine)
    form = RegistrationForm(desk=desk, invitation=mine)
    if not desk.for_invited.takes_registrations:
        return closed(desk, 200, form)
    form.renew_key()
    return form_page(desk, form)


def _over(mine: Invitation, status: int) -> BaseResponse:
    """The link has done its work, or was taken back: the way on."""
    is_given_up = mine.registration is not None and not mine.registration.is_live
    if mine.state is InvitationState.USED and is_given_up:
        sentence = _(
            "This invitation was used, and the registration ended. To come after all, write to the contact:"
            " the office can invite you again."
        )
    elif mine.state is InvitationState.USED:
        sentence = _("This invitation was used. The link to the registration was mailed to the invited address.")
    else:
        sentence = _("This invitation is not valid any more. Look for a newer mail from us, or write to the contact.")
    page = render_template(
        "public/invitation_over.html",
        event=mine.event,
        sentence=sentence,
        may_find=not is_given_up,
        page_error=status == 409,
    )
    return make_response(page, status)

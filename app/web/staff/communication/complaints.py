"""An address that marked mail to many as unwanted: what follows from it, and how staff take it back with a reason."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import current_user

from app.db import db, transact
from app.models import OutgoingEmail, Right, UnwantedAddress
from app.operations.communication import complaining
from app.web.staff import blueprint
from app.web.staff.door import requires
from app.web.staff.messages import hidden_kinds
from app.web.staff.registration.person_forms import ReasonForm


@blueprint.route("/messages/complaints/<int:flag_id>", methods=["GET", "POST"])
@requires(Right.EDIT_PEOPLE)
def complaint(flag_id: int) -> ResponseReturnValue:
    flag = db.session.get(UnwantedAddress, flag_id) or abort(404)
    form, actor, email_id = ReasonForm(), current_user.email, flag.email_id
    if form.validate_on_submit():
        reason = form.reason.data or ""
        transact(lambda at: complaining.lift(flag_id, reason=reason, by=actor, at=at))
        flash(_("Announcements and news go to this address again."), "success")
        return redirect(_way_back(email_id), 303)
    is_refused = request.method == "POST"
    html = render_template(
        "staff/communication/complaint.html",
        flag=flag,
        form=form,
        mail=_mail(email_id),
        back_url=_way_back(email_id),
        page_error=is_refused,
    )
    return (html, 422) if is_refused else html


def _mail(email_id: int | None) -> OutgoingEmail | None:
    """The mail that was marked, while we have it and the reader may see it."""
    found = db.session.get(OutgoingEmail, email_id) if email_id else None
    return found if found and found.kind not in hidden_kinds() else None


def _way_back(email_id: int | None) -> str:
    return url_for("staff.message", message_id=email_id) if _mail(email_id) else url_for("staff.mail_notices")

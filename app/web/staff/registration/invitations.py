"""Those whom the office invites to one event: their addresses pasted, each with a mail, a state, and two acts."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_security import current_user
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import InputRequired, ValidationError

from app.db import db
from app.models import Invitation, Right
from app.operations.registration import inviting
from app.web.fields import LengthUpTo, many_lines, one_line, pasted_addresses
from app.web.paging import Paging, requested_page
from app.web.staff import blueprint
from app.web.staff.door import requires
from app.web.staff.listing import Chip
from app.web.staff.registration.attendees import EVENT
from app.web.staff.registration.loading import attempt, load_event, member

MOST = 500  # Addresses pasted at once.
PAGE_SIZE = 50
SHOWN = 5
INVITATION = f"{EVENT}/invitations/<int:invitation_id>"


class InviteForm(FlaskForm):
    addresses = TextAreaField(
        _l("Email addresses"),
        validators=[InputRequired(_l("Paste at least one address.")), LengthUpTo(50_000)],
        filters=[many_lines],
        description=_l(
            "One on each line, or with commas between them. Names around an address, as mail programs write them, are"
            " left out."
        ),
        render_kw={"rows": 8, "spellcheck": "false"},
    )

    def validate_addresses(self, field: TextAreaField) -> None:
        self.found, wrong = pasted_addresses(field.data or "")
        if wrong:
            shown = ", ".join(wrong[:SHOWN]) + (" …" if len(wrong) > SHOWN else "")
            raise ValidationError(
                _("Correct or remove these, then send again: %(wrong)s. Nobody was invited.", wrong=shown)
            )
        if not self.found:
            raise ValidationError(_("Paste at least one address."))
        if len(self.found) > MOST:
            raise ValidationError(_("Invite at most %(most)s at once. Nobody was invited.", most=MOST))


@blueprint.route(f"{EVENT}/invitations", methods=["GET", "POST"])
@requires(Right.VIEW_PEOPLE)
def invitations(event_id: int) -> ResponseReturnValue:
    load_event(event_id)
    if request.method == "POST" and not current_user.may(Right.EDIT_PEOPLE):
        abort(403)
    form, actor = InviteForm(), member()
    if form.validate_on_submit():
        made: list[inviting.Invited] = []
        refusal = attempt(lambda at: made.append(inviting.invite(event_id, form.found, by=actor, at=at)))
        if refusal is None:
            flash(_invited_words(made[-1]), "success")
            return redirect(url_for("staff.invitations", event_id=event_id), 303)
        form.form_errors.append(refusal)
    return _page(event_id, form), 422 if form.errors else 200


def _invited_words(invited: inviting.Invited) -> str:
    words = ngettext("%(num)s invitation is being mailed.", "%(num)s invitations are being mailed.", invited.new)
    if invited.standing:
        words += " " + ngettext(
            "%(num)s address was invited or registered before and gets no second mail.",
            "%(num)s addresses were invited or registered before and get no second mail.",
            invited.standing,
        )
    return words


def _page(event_id: int, form: InviteForm) -> str:
    event, begins, page = load_event(event_id), one_line(request.args.get("q", ""))[:100], requested_page(request.args)
    found, total = inviting.invitations(event_id, begins=begins, page=page, size=PAGE_SIZE)
    return render_template(
        "staff/registration/invitations.html",
        event=event,
        form=form,
        invitations=found,
        begins=begins,
        chips=[Chip(_("Search: %(text)s", text=begins), _url(event_id))] if begins else [],
        paging=Paging(page, total, PAGE_SIZE),
        page_url=lambda number: _url(event_id, q=begins or None, page=number if number > 1 else None),
        may_edit=current_user.may(Right.EDIT_PEOPLE),
        page_error=bool(form.errors),
    )


def _url(event_id: int, **values: Any) -> str:
    return url_for("staff.invitations", event_id=event_id, **values)


@blueprint.post(f"{INVITATION}/message")
@requires(Right.EDIT_PEOPLE)
def send_invitation_again(event_id: int, invitation_id: int) -> ResponseReturnValue:
    _load(event_id, invitation_id)
    actor = member()
    refusal = attempt(lambda at: inviting.resend(invitation_id, by=actor, at=at))
    return _done(event_id, _("The invitation is on its way once more."), refusal)


@blueprint.post(f"{INVITATION}/revocation")
@requires(Right.EDIT_PEOPLE)
def revoke_invitation(event_id: int, invitation_id: int) -> ResponseReturnValue:
    _load(event_id, invitation_id)
    actor = member()
    refusal = attempt(lambda at: inviting.revoke(invitation_id, by=actor, at=at))
    return _done(
        event_id, _("The invitation is taken back. Its link opens nothing any more; nobody was told."), refusal
    )


def _load(event_id: int, invitation_id: int) -> None:
    found = db.session.get(Invitation, invitation_id)
    if found is None or found.event_id != event_id:
        abort(404)


def _done(event_id: int, words: str, refusal: object) -> ResponseReturnValue:
    flash(str(refusal or words), "error" if refusal else "success")
    return redirect(url_for("staff.invitations", event_id=event_id), 303)

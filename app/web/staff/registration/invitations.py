"""Those whom the office invites to one event: their addresses pasted, each with a mail, a state, and two acts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_security import current_user

from app.db import db
from app.models import Invitation, Right
from app.operations.registration import invited, inviting
from app.operations.registration.invited import InvitedFilter, Standing
from app.web.fields import one_line
from app.web.paging import Paging, requested_page
from app.web.staff import blueprint
from app.web.staff.acting import load_event, member, tell
from app.web.staff.door import requires
from app.web.staff.listing import Chip
from app.web.staff.registration.attendees import EVENT
from app.web.staff.registration.invite_form import InviteForm
from app.web.staff.registration.loading import attempt

PAGE_SIZE = 50
INVITATION = f"{EVENT}/invitations/<int:invitation_id>"


@blueprint.route(f"{EVENT}/invitations", methods=["GET", "POST"])
@requires(Right.VIEW_PEOPLE)
def invitations(event_id: int) -> ResponseReturnValue:
    load_event(event_id)
    if request.method == "POST" and not current_user.may(Right.EDIT_PEOPLE):
        abort(403)
    form, actor = InviteForm(), member()
    if form.validate_on_submit():
        if foreseen := form.foresees(event_id):
            return _page(event_id, form, foreseen)
        made: list[inviting.Invited] = []
        language = form.chosen_language

        def work(at: datetime) -> None:
            made.append(inviting.invite(event_id, form.found, by=actor, at=at, language=language))

        refusal = attempt(work)
        if refusal is None:
            flash(_invited_words(made[-1]), "success")
            return redirect(url_for("staff.invitations", event_id=event_id), 303)
        form.form_errors.append(refusal)
    return _page(event_id, form), 422 if form.errors else 200


def _invited_words(done: inviting.Invited) -> str:
    words = ngettext("%(num)s invitation is being mailed.", "%(num)s invitations are being mailed.", done.new)
    if done.standing:
        words += " " + ngettext(
            "%(num)s address was invited or registered before and gets no second mail.",
            "%(num)s addresses were invited or registered before and get no second mail.",
            done.standing,
        )
    return words


def _page(event_id: int, form: InviteForm, foreseen: inviting.Invited | None = None) -> str:
    event, wanted, page = load_event(event_id), _wanted(event_id), requested_page(request.args)
    found, total = invited.page(wanted, number=page, size=PAGE_SIZE)
    return render_template(
        "staff/registration/invitations.html",
        event=event,
        form=form,
        foreseen=foreseen,
        invitations=found,
        wanted=wanted,
        standings=Standing,
        chips=_chips(wanted),
        clear_url=_url(event_id),
        paging=Paging(page, total, PAGE_SIZE),
        page_url=lambda number: _list_url(wanted, page=number if number > 1 else None),
        may_edit=current_user.may(Right.EDIT_PEOPLE),
        page_error=bool(form.errors),
    )


def _wanted(event_id: int) -> InvitedFilter:
    """The filter in the address; what is no filter of ours is left out."""
    standing = next((one for one in Standing if one.value == request.args.get("state")), None)
    return InvitedFilter(event_id, one_line(request.args.get("q", ""))[:100], standing)


def _chips(wanted: InvitedFilter) -> list[Chip]:
    chips = []
    if wanted.begins:
        chips.append(Chip(_("Search: %(text)s", text=wanted.begins), _list_url(replace(wanted, begins=""))))
    if wanted.standing:
        chips.append(Chip(str(wanted.standing.label), _list_url(replace(wanted, standing=None))))
    return chips


def _list_url(wanted: InvitedFilter, **more: Any) -> str:
    state = wanted.standing.value if wanted.standing else None
    return _url(wanted.event_id, q=wanted.begins or None, state=state, **more)


def _url(event_id: int, **values: Any) -> str:
    return url_for("staff.invitations", event_id=event_id, **values)


@blueprint.post(f"{INVITATION}/message")
@requires(Right.EDIT_PEOPLE)
def send_invitation_again(event_id: int, invitation_id: int) -> ResponseReturnValue:
    _load(event_id, invitation_id)
    work = partial(inviting.resend, invitation_id, by=member())
    return _mailed(event_id, work, _("The invitation is on its way once more."))


@blueprint.post(f"{INVITATION}/address/trial")
@requires(Right.EDIT_PEOPLE)
def try_invited_address_again(event_id: int, invitation_id: int) -> ResponseReturnValue:
    """The address is right, although mail came back from it."""
    _load(event_id, invitation_id)
    work = partial(inviting.try_again, invitation_id, by=member())
    return _mailed(event_id, work, _("The flag is gone, and the invitation is on its way once more."))


def _mailed(event_id: int, work: Callable[..., bool], words: str) -> ResponseReturnValue:
    done: list[bool] = []
    refusal = attempt(lambda at: done.append(work(at=at)))
    if not refusal and not done[-1]:
        words = _("The last mail of this invitation still waits to leave, so no second one was made.")
    return _done(event_id, words, refusal)


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
    tell(words, refusal)
    return redirect(url_for("staff.invitations", event_id=event_id), 303)

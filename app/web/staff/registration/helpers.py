"""People who will be at the venue without a registration: committee members, speakers, staff, helpers."""

from collections.abc import Sequence

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import current_user

from app.db import db, transact
from app.models import Helper, Right
from app.operations.meanwhile import ChangedMeanwhileError
from app.operations.registration import helping
from app.web.meanwhile import Difference
from app.web.staff import blueprint
from app.web.staff.acting import form_page, load_event, member, say_gone, tell
from app.web.staff.door import requires
from app.web.staff.registration.attendees import EVENT
from app.web.staff.registration.helper_form import HelperForm
from app.web.staff.registration.loading import attempt

HELPER = f"{EVENT}/helpers/<int:helper_id>"


@blueprint.get(f"{EVENT}/helpers")
@requires(Right.VIEW_PEOPLE)
def helpers(event_id: int) -> str:
    return render_template(
        "staff/registration/helpers.html",
        event=load_event(event_id),
        helpers=helping.helpers(event_id),
        shown=helping.shown,
        may_edit=current_user.may(Right.EDIT_PEOPLE),
    )


@blueprint.route(f"{EVENT}/helpers/new", methods=["GET", "POST"])
@requires(Right.EDIT_PEOPLE)
def add_helper(event_id: int) -> ResponseReturnValue:
    form, actor = HelperForm(load_event(event_id)), member()
    if form.validate_on_submit():
        details = form.details()
        refusal = attempt(lambda at: helping.add(event_id, details, by=actor, at=at))
        return _done(event_id, _("%(name)s is on the list.", name=details.last_name), refusal)
    return _form_page(event_id, form, _("Add a person"))


@blueprint.route(HELPER, methods=["GET", "POST"])
@requires(Right.EDIT_PEOPLE)
def change_helper(event_id: int, helper_id: int) -> ResponseReturnValue:
    helper = _find(event_id, helper_id)
    if helper is None:
        return _gone(event_id)
    form, title = HelperForm(load_event(event_id), helper), _("Change %(name)s", name=helper.last_name)
    if not form.validate_on_submit():
        return _form_page(event_id, form, title)
    details, version, actor = form.details(), form.shown.data, member()
    try:
        transact(lambda at: helping.change(helper_id, details, by=actor, at=at, version=version).id)
    except helping.NoSuchHelperError:
        return _gone(event_id)
    except ChangedMeanwhileError:
        return _form_page(event_id, form, title, form.compared_with(_load(event_id, helper_id)))
    return _done(event_id, _("Saved."))


def _gone(event_id: int) -> ResponseReturnValue:
    """Somebody else took the person off the list. What was typed can be added anew."""
    form = HelperForm(load_event(event_id))
    say_gone(form, _("Somebody took them off the list meanwhile. Nothing is lost: save to add them."))
    action = url_for("staff.add_helper", event_id=event_id)
    return _form_page(event_id, form, _("Add a person"), action=action, is_gone=True)


@blueprint.post(f"{HELPER}/removal")
@requires(Right.EDIT_PEOPLE)
def remove_helper(event_id: int, helper_id: int) -> ResponseReturnValue:
    name, version, actor = _load(event_id, helper_id).last_name, request.form.get("shown"), member()
    try:
        refusal = attempt(lambda at: helping.remove(helper_id, by=actor, at=at, version=version))
    except ChangedMeanwhileError:
        refusal = _("Somebody changed this person meanwhile. Read the list, then press once more.")
    return _done(event_id, _("%(name)s is off the list.", name=name), refusal)


def _find(event_id: int, helper_id: int) -> Helper | None:
    helper = db.session.get(Helper, helper_id)
    return helper if helper and helper.event_id == event_id else None


def _load(event_id: int, helper_id: int) -> Helper:
    return _find(event_id, helper_id) or abort(404)


def _done(event_id: int, words: str, refusal: object = None) -> ResponseReturnValue:
    tell(words, refusal)
    return redirect(url_for("staff.helpers", event_id=event_id), 303)


def _form_page(
    event_id: int,
    form: HelperForm,
    title: str,
    meanwhile: Sequence[Difference] = (),
    *,
    action: str = "",
    is_gone: bool = False,
) -> ResponseReturnValue:
    return form_page(
        "staff/registration/helper.html",
        form,
        meanwhile,
        is_gone=is_gone,
        event=load_event(event_id),
        title=title,
        action=action or request.path,
    )

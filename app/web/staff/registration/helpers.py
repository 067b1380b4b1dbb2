"""People who will be at the venue without a registration: committee members, speakers, staff, helpers."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import current_user

from app.db import db
from app.models import Helper, Right
from app.operations.registration import helping
from app.web.staff import blueprint
from app.web.staff.acting import load_event, member, tell
from app.web.staff.door import requires
from app.web.staff.registration.attendees import EVENT
from app.web.staff.registration.loading import attempt
from app.web.staff.registration.person_forms import HelperForm

HELPER = f"{EVENT}/helpers/<int:helper_id>"


@blueprint.get(f"{EVENT}/helpers")
@requires(Right.VIEW_PEOPLE)
def helpers(event_id: int) -> str:
    return render_template(
        "staff/registration/helpers.html",
        event=load_event(event_id),
        helpers=helping.helpers(event_id),
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
    helper, actor = _load(event_id, helper_id), member()
    form = HelperForm(load_event(event_id), helper)
    if form.validate_on_submit():
        details = form.details()
        refusal = attempt(lambda at: helping.change(helper_id, details, by=actor, at=at))
        return _done(event_id, _("Saved."), refusal)
    return _form_page(event_id, form, _("Change %(name)s", name=helper.last_name))


@blueprint.post(f"{HELPER}/removal")
@requires(Right.EDIT_PEOPLE)
def remove_helper(event_id: int, helper_id: int) -> ResponseReturnValue:
    name, actor = _load(event_id, helper_id).last_name, member()
    refusal = attempt(lambda at: helping.remove(helper_id, by=actor, at=at))
    return _done(event_id, _("%(name)s is off the list.", name=name), refusal)


def _load(event_id: int, helper_id: int) -> Helper:
    helper = db.session.get(Helper, helper_id)
    return helper if helper and helper.event_id == event_id else abort(404)


def _done(event_id: int, words: str, refusal: object = None) -> ResponseReturnValue:
    tell(words, refusal)
    return redirect(url_for("staff.helpers", event_id=event_id), 303)


def _form_page(event_id: int, form: HelperForm, title: str) -> ResponseReturnValue:
    is_refused = request.method == "POST"
    html = render_template(
        "staff/registration/helper.html", event=load_event(event_id), form=form, title=title, page_error=is_refused
    )
    return (html, 422) if is_refused else html

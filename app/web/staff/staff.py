"""Who works here: add a member, change a role, let somebody in no more. Each asks for a fresh proof of who does it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user
from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.fields.choices import SelectChoice

from app.db import db, transact
from app.models import Right, StaffMember, StaffRole
from app.operations.access import signing_in, staffing
from app.operations.access.staffing import LastAdministratorError
from app.operations.meanwhile import ChangedMeanwhileError
from app.web.choices import ChoiceField
from app.web.fields import email_field, line_field
from app.web.meanwhile import Difference, of_fields
from app.web.staff import blueprint
from app.web.staff.acting import form_page
from app.web.staff.door import requires
from app.web.staff.proof import is_fresh

P = ParamSpec("P")
MEMBER = "/staff/<int:member_id>"


def role_field() -> ChoiceField:
    return ChoiceField(_l("Role"), coerce=StaffRole)


class RoleForm(FlaskForm):
    role = role_field()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.role.choices = [SelectChoice(role.value, str(role.label)) for role in StaffRole]


class ChangedRoleForm(RoleForm):
    """The role that a member gets; the second of two who change it sees what the first one chose."""

    shown = HiddenField()


class MemberForm(RoleForm):
    email = email_field(_l("Email"), required=_l("Enter the member’s address."))
    name = line_field(_l("Name"), most=200)
    role = role_field()


def freshly(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Ask for the password or passkey again when the last proof is old."""

    @wraps(view)
    def guarded(*arguments: P.args, **values: P.kwargs) -> ResponseReturnValue:
        if not is_fresh():
            here = request.path if request.method == "GET" else url_for("staff.members")
            return redirect(url_for("security.verify", next=here))
        return view(*arguments, **values)

    return guarded


@blueprint.get("/staff")
@requires(Right.ADMINISTER)
def members() -> ResponseReturnValue:
    return render_template("staff/members.html", members=staffing.members())


@blueprint.route("/staff/new", methods=["GET", "POST"])
@requires(Right.ADMINISTER)
@freshly
def add_member() -> ResponseReturnValue:
    form = MemberForm()
    if form.validate_on_submit():
        email, name, role, actor = form.email.data, form.name.data, form.role.data, current_user.email
        if _try(form, lambda at: _invite(email, role, name=name, actor=actor, at=at)):
            flash(_("A sign-in link is on its way to %(email)s. It works once, for 72 hours.", email=email))
            return redirect(url_for("staff.members"))
    values = {"form": form, "page_error": bool(form.errors)}
    return render_template("staff/member_new.html", **values), 422 if form.errors else 200


def _invite(email: str, role: StaffRole, *, name: str, actor: str, at: datetime) -> None:
    path = staffing.add(email, role, name=name, actor=actor, at=at)
    member = staffing.find(email)
    assert member
    staffing.mail_link(member, path, "invitation", at=at)


@blueprint.get(MEMBER)
@requires(Right.ADMINISTER)
@freshly
def staff_member(member_id: int) -> ResponseReturnValue:
    return _member_page(_load(member_id), ChangedRoleForm())


@blueprint.post(f"{MEMBER}/role")
@requires(Right.ADMINISTER)
@freshly
def change_role(member_id: int) -> ResponseReturnValue:
    form, actor = ChangedRoleForm(), current_user.email
    role, version = form.role.data, form.shown.data
    try:
        if form.validate_on_submit() and _try(
            form, lambda at: staffing.change_role(_load(member_id), role, actor=actor, at=at, version=version)
        ):
            flash(_("The new role is in force."))
            return redirect(url_for("staff.staff_member", member_id=member_id))
    except ChangedMeanwhileError:
        standing = _load(member_id).role
        form.shown.data = standing.value
        return _member_page(_load(member_id), form, of_fields(form, {"role": standing}))
    return _member_page(_load(member_id), form)


@blueprint.post(f"{MEMBER}/deactivation")
@requires(Right.ADMINISTER)
@freshly
def deactivate_member(member_id: int) -> ResponseReturnValue:
    form, actor = ChangedRoleForm(), current_user.email
    if not _try(form, lambda at: staffing.deactivate(_load(member_id), actor=actor, at=at)):
        return _member_page(_load(member_id), form)
    flash(_("This member is signed out and can no longer sign in."))
    return redirect(url_for("staff.members"))


@blueprint.post(f"{MEMBER}/link")
@requires(Right.ADMINISTER)
@freshly
def send_new_link(member_id: int) -> ResponseReturnValue:
    """A new sign-in link; for somebody who was let in no more, the way back."""
    member, actor = _load(member_id), current_user.email
    email, role, name = member.email, member.role, member.name
    transact(lambda at: _invite(email, role, name=name, actor=actor, at=at))
    flash(_("A sign-in link is on its way to %(email)s. It works once, for 72 hours.", email=email))
    return redirect(url_for("staff.staff_member", member_id=member_id))


@blueprint.post(f"{MEMBER}/second-factor-removal")
@requires(Right.ADMINISTER)
@freshly
def remove_factors(member_id: int) -> ResponseReturnValue:
    actor = current_user.email
    transact(lambda at: staffing.remove_factors(_load(member_id), actor=actor, at=at))
    flash(_("The second factor is removed. The member sets up a new one after signing in."))
    return redirect(url_for("staff.staff_member", member_id=member_id))


@blueprint.post(f"{MEMBER}/sign-out")
@requires(Right.ADMINISTER)
@freshly
def sign_member_out(member_id: int) -> ResponseReturnValue:
    transact(lambda at: signing_in.sign_out_everywhere(_load(member_id).id, at))
    flash(_("This member is signed out everywhere."))
    return redirect(url_for("staff.members"))


def _load(member_id: int) -> StaffMember:
    return db.session.get(StaffMember, member_id) or abort(404)


def _member_page(
    member: StaffMember, form: ChangedRoleForm, meanwhile: Sequence[Difference] = ()
) -> ResponseReturnValue:
    form.role.data, form.shown.data = form.role.data or member.role, form.shown.data or member.role.value
    return form_page(
        "staff/member.html",
        form,
        meanwhile,
        member=member,
        is_self=member.id == current_user.id,
    )


def _try(form: RoleForm, work: Callable[[datetime], Any]) -> bool:
    """Do the work; a refusal becomes the form's."""
    try:
        transact(work)
    except LastAdministratorError:
        form.role.errors = (_("This is the last administrator. Make somebody else one first."),)
        return False
    return True

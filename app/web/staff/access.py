"""One's own way in: the sign-in link, and the page of one's own account."""

from flask import current_app, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import current_user, hash_password, login_user, logout_user
from flask_security.proxies import _security
from flask_wtf import FlaskForm

from app import clock
from app.db import transact
from app.models import StaffMember
from app.operations.access import passwords, signing_in
from app.operations.access.signing_in import InvitationOverError
from app.web.staff import blueprint, forms
from app.web.staff.door import ASKED_FOR, needs_second_factor
from app.web.staff.sign_in_signs import KEY


class InvitationForm(FlaskForm):
    """A first password, or a new one."""

    password = forms.new_password()
    password_confirm = forms.repeated_password("password")


@blueprint.get("/access/invitation/<token>")
def invitation(token: str) -> ResponseReturnValue:
    """Opening the link changes nothing: mail scanners open links too. The button does it."""
    return _invitation_page(token, InvitationForm())


@blueprint.post("/access/invitation/<token>")
def accept_invitation(token: str) -> ResponseReturnValue:
    form = InvitationForm()
    try:
        member = signing_in.invited(token, clock.now())
        if not _is_demo(member) and not _is_sound(form, member):
            return _invitation_page(token, form)
        password_hash = None if _is_demo(member) else hash_password(passwords.normalized(form.password.data))
        member = transact(lambda at: signing_in.accept(token, password_hash, at))
    except InvitationOverError:
        return _invitation_page(token, form)
    return _enter(member)


def _invitation_page(token: str, form: InvitationForm) -> ResponseReturnValue:
    try:
        member = signing_in.invited(token, clock.now())
    except InvitationOverError:
        return render_template("staff/access/invitation_over.html"), 410
    is_refused = bool(form.errors)
    values = {"form": form, "token": token, "member": member, "is_demo": _is_demo(member), "page_error": is_refused}
    return render_template("staff/access/invitation.html", **values), 422 if is_refused else 200


def _is_demo(member: StaffMember) -> bool:
    """The demonstration's administrator needs no password, on this machine alone."""
    return member.is_demo and not current_app.config["REQUIRE_SECOND_FACTOR"]


def _is_sound(form: InvitationForm, member: StaffMember) -> bool:
    if not form.validate():
        return False
    form.password.errors = tuple(forms.password_faults(passwords.normalized(form.password.data), member))
    return not form.password.errors


def _enter(member: StaffMember) -> ResponseReturnValue:
    """Sign in, through the second factor if one stands: a link in a mail does not replace it."""
    answer: ResponseReturnValue | None = _security.two_factor_plugins.tf_enter(
        member, False, "invitation", next_loc=url_for("staff.home")
    )
    if answer:
        return answer
    login_user(member, authn_via=["invitation"])
    return redirect(url_for("staff.home"))


@blueprint.get("/access/account")
def account() -> ResponseReturnValue:
    """How I get in: my password, my second factors, where I am signed in."""
    member = current_user._get_current_object()
    return render_template(
        "staff/access/account.html",
        member=member,
        sessions=signing_in.sessions_of(member, clock.now()),
        this_device=signing_in.digest(session.get(KEY, "")),
        codes_left=len(member.mf_recovery_codes or []),
        goes_on_to=session.get(ASKED_FOR, "") if not needs_second_factor() else "",
    )


@blueprint.post("/access/account/sign-out-elsewhere")
def end_other_sessions() -> ResponseReturnValue:
    member_id, key = current_user.id, session.get(KEY, "")
    transact(lambda at: signing_in.end_other_sessions(key, member_id, at))
    flash(_("You are signed out on all other devices."))
    return redirect(url_for("staff.account"))


@blueprint.post("/access/account/sign-out-everywhere")
def sign_out_everywhere() -> ResponseReturnValue:
    """Here too."""
    member_id = current_user.id
    logout_user()
    transact(lambda at: signing_in.sign_out_everywhere(member_id, at))
    flash(_("You are signed out everywhere."))
    return redirect(url_for("security.login"))

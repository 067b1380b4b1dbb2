"""Flask-Security, bound to our staff: our rows, our rules for passwords, our mails, our words."""

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_security import MailUtil, PasswordUtil, Security, SQLAlchemyUserDatastore, Totp, WebauthnUtil
from flask_wtf import FlaskForm
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app import clock
from app.db import begin_sign_in, commit_sign_in, db
from app.links import PatientSigner
from app.models import StaffMember, StaffPasskey
from app.operations.access import passwords, staffing
from app.web.sessions import StaffSessions, cookie_settings
from app.web.staff import authenticator, forms, sign_in_signs
from app.web.staff.security_settings import settings
from app.web.staff.sign_in_signs import commit_after_this_request


def install(app: Flask) -> None:
    """Open the way in. The keys must be in the settings by now."""
    app.session_interface = StaffSessions()
    app.config.update(cookie_settings(app.config["PRODUCTION"]))
    app.config.update(WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False)
    with app.app_context():
        app.config.update(settings())
    extension = Security(
        app,
        StaffDatastore(),
        mail_util_cls=OutboxMail,
        password_util_cls=OurPasswords,
        totp_cls=OnceOnlyTotp,
        webauthn_util_cls=Passkeys,
        render_template=page,
        **forms.REPLACED,
    )
    for serializer in (extension.reset_serializer, extension.tf_setup_serializer, extension.wan_serializer):
        serializer.signer = PatientSigner
    extension.want_json(lambda _request: False)  # No answer of ours carries a token for programs.
    extension.login_manager.user_loader(sign_in_signs.load_member)
    extension.login_manager.request_loader(lambda _request: None)
    # It would ask before every request, public ones too, who this is; our door asks when a page needs to know.
    app.before_request_funcs[None].remove(extension.principal._on_before_request)
    sign_in_signs.listen(app)
    authenticator.install(app)


class StaffDatastore(SQLAlchemyUserDatastore):
    """Flask-Security's way to our rows. Its commit is the one in app/db.py."""

    def __init__(self) -> None:
        super().__init__(db, StaffMember, None, StaffPasskey)

    def commit(self) -> None:
        commit_sign_in()

    def find_user(self, case_insensitive: bool = False, **by: Any) -> StaffMember | None:
        """Addresses are stored in small letters, so that an ordinary look-up finds them."""
        if "email" in by:
            return staffing.find(by["email"])
        member: StaffMember | None = super().find_user(**by)
        return member


class OutboxMail(MailUtil):
    """A mail of Flask-Security becomes a row of ours, written in the words of our templates."""

    def send_mail(self, template: str, subject: str, recipient: str, sender: str, *rest: Any, **facts: Any) -> None:
        member: StaffMember = facts["user"]
        link = urlsplit(facts.get("reset_link", "")).path or "/staff/access/sign-in"
        purpose = template.rpartition("/")[2].replace("_", "-").removesuffix("-instructions")
        begin_sign_in()
        staffing.mail_link(member, link, purpose, at=clock.now())
        commit_after_this_request()


class OurPasswords(PasswordUtil):
    """The rules of app/operations/access/passwords.py."""

    def validate(self, password: str, is_register: bool, **about: Any) -> tuple[list[str] | None, str]:
        member: StaffMember = about["user"]
        text = passwords.normalized(password)
        return forms.password_faults(text, member) or None, text


class OnceOnlyTotp(Totp):
    """Codes that work once: the time step of the last one is kept."""

    def get_last_counter(self, user: StaffMember) -> int | None:
        return user.tf_last_counter

    def set_last_counter(self, user: StaffMember, tmatch: Any) -> None:
        user.tf_last_counter = tmatch.counter


class Passkeys(WebauthnUtil):
    """Any passkey will do. The one that stands for the password must check its owner: by itself it is two factors."""

    def authenticator_selection(self, user: StaffMember, usage: str) -> AuthenticatorSelectionCriteria:
        is_alone = usage == "first"
        checks = UserVerificationRequirement.REQUIRED if is_alone else UserVerificationRequirement.PREFERRED
        return AuthenticatorSelectionCriteria(user_verification=checks, resident_key=ResidentKeyRequirement.REQUIRED)

    def user_verification(self, user: StaffMember | None, usage: list[str]) -> UserVerificationRequirement:
        is_alone = usage == ["first"]
        return UserVerificationRequirement.REQUIRED if is_alone else UserVerificationRequirement.PREFERRED


def page(template: str, **context: Any) -> ResponseReturnValue:
    """A page of Flask-Security's; with the status of a refusal when a form is refused."""
    given = [value for value in context.values() if isinstance(value, FlaskForm)]
    is_refused = request.method == "POST" and any(form.errors for form in given)
    html = render_template(template, page_error=is_refused, **context)
    return (html, 422) if is_refused else html

"""The sign-in forms: Flask-Security's, with our words, limits and checks."""

from typing import Any

from flask import g, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import forms as given
from flask_security import hash_password
from flask_security.recovery_codes import MfRecoveryForm
from flask_security.tf_plugin import TwoFactorSelectForm
from flask_security.webauthn import WebAuthnRegisterForm
from wtforms import EmailField, HiddenField, PasswordField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, EqualTo, Length

from app.db import transact
from app.models import StaffMember
from app.operations.access import passwords, signing_in, staffing
from app.operations.access.passwords import MAXIMUM, Fault
from app.web.choices import RadiosField
from app.web.staff import limits

ADDRESS = [DataRequired(_l("Enter your email address.")), Length(max=254, message=_l("That address is too long."))]
CURRENT = [
    DataRequired(_l("Enter your password.")),
    Length(max=MAXIMUM, message=_l("A password has at most 128 characters.")),  # Refused before anything is hashed.
]
NEW = [
    DataRequired(_l("Enter a new password.")),
    Length(max=MAXIMUM, message=_l("Use at most 128 characters.")),
]
CODE = [
    DataRequired(_l("Enter the code.")),
    Length(max=40, message=_l("That is not a code of ours. Check it and enter it again.")),
]


def password_faults(password: str, member: StaffMember) -> list[str]:
    """What to say about a new password; nothing when it will do."""
    minimum = passwords.minimum(has_second_factor=member.has_second_factor)
    match passwords.fault(password, has_second_factor=member.has_second_factor, email=member.email):
        case Fault.TOO_SHORT:
            return [_("Use at least %(count)s characters. Several words with spaces are good.", count=minimum)]
        case Fault.TOO_LONG:
            return [_("Use at most %(count)s characters.", count=MAXIMUM)]
        case Fault.GUESSABLE:
            return [
                _("Many people would try this one. Choose words that have nothing to do with each other or with us.")
            ]
    return []


def current_password() -> PasswordField:
    return PasswordField(_l("Password"), CURRENT, render_kw={"autocomplete": "current-password"})


def new_password() -> PasswordField:
    return PasswordField(_l("New password"), NEW, render_kw={"autocomplete": "new-password"})


def repeated_password(of: str) -> PasswordField:
    same = EqualTo(of, _l("The two passwords differ. Enter the same one twice."))
    return PasswordField(_l("New password once more"), [*NEW, same], render_kw={"autocomplete": "new-password"})


def email() -> EmailField:
    return EmailField(_l("Email"), ADDRESS, render_kw={"autocomplete": "username", "spellcheck": "false"})


class SignInForm(given.LoginForm):
    """Email and password. Any wrong one is answered and counted alike, whether we know the address or not."""

    email = email()
    password = current_password()
    remember = None
    next = HiddenField()

    def validate_next(self, field: HiddenField) -> None:
        """Nothing is refused here: the door makes sure that signing in leads to a staff page."""

    def validate(self, **kwargs: Any) -> bool:
        typed = self.email.data or ""
        member = staffing.find(typed) if len(typed) <= 254 else None
        if member is None or member.is_locked():
            transact(signing_in.note_stranger)  # As long as it takes to count a failure of a member.
        if member and member.is_locked():
            with limits.hashing():
                hash_password("takes as long as a password does")
            self.password.errors = (_l("That email and password do not fit together."),)
            return False
        with limits.hashing():
            is_right: bool = super().validate(**kwargs)
        if not is_right:
            limits.count_failure(typed)
        return is_right


class VerifyForm(given.VerifyForm):
    password = current_password()
    next = HiddenField()

    def validate_next(self, field: HiddenField) -> None:
        """As in SignInForm."""


class ForgotPasswordForm(given.ForgotPasswordForm):
    email = EmailField(
        _l("Email"), [*ADDRESS, given.valid_user_email], render_kw={"autocomplete": "username", "spellcheck": "false"}
    )

    def validate(self, **kwargs: Any) -> bool:
        """Whoever locked an account by guessing must not keep its owner from the link that opens it."""
        if not super(given.ForgotPasswordForm, self).validate(**kwargs):
            return False
        return bool(self.user and self.user.is_active and not self._is_answered())

    def _is_answered(self) -> bool:
        return limits.has_had_reset(self.user.email)


class ResetPasswordForm(given.ResetPasswordForm):
    password = new_password()
    password_confirm = repeated_password("password")


class ChangePasswordForm(given.ChangePasswordForm):
    password = PasswordField(_l("Password until now"), render_kw={"autocomplete": "current-password"})
    new_password = new_password()
    new_password_confirm = repeated_password("new_password")

    def validate(self, **kwargs: Any) -> bool:
        if len(self.password.data or "") > MAXIMUM:
            self.password.errors = (_l("A password has at most 128 characters."),)
            return False
        return bool(super().validate(**kwargs))


class CodeForm(given.TwoFactorVerifyCodeForm):
    """The six digits of an authenticator app. Spaces, as the apps show them, do no harm."""

    code = StringField(
        _l("Six-digit code"), CODE, render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 12}
    )

    def validate(self, **kwargs: Any) -> bool:
        is_right: bool = super().validate(**kwargs)
        if self.is_setup and not is_right:
            g.refused_code = self  # authenticator.py asks again, with the same key.
        return is_right


class RecoveryForm(MfRecoveryForm):
    code = StringField(
        _l("Recovery code"),
        CODE,
        filters=[lambda text: (text or "").strip().lower()],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )

    def validate(self, **kwargs: Any) -> bool:
        is_right: bool = super().validate(**kwargs)
        if not is_right and request.method == "POST" and self.code.data:
            self.user.track_failed_authn("recovery code", True)
        return is_right


class PasskeyForm(WebAuthnRegisterForm):
    name = StringField(
        _l("Name of this passkey"),
        [DataRequired(_l("Give the passkey a name.")), Length(max=64, message=_l("Use at most 64 characters."))],
        description=_l("For example “Office laptop”."),
    )
    usage = RadiosField(_l("Use it"), default="secondary")

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.usage.choices = [
            SelectChoice("secondary", _("After my password, as second factor")),
            SelectChoice("first", _("Instead of my password")),
        ]


class ButtonsField(StringField):
    """A choice that the page offers as buttons. The library hangs the choices it knows of on the field."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.choices: list[Any] = []


class AuthenticatorForm(given.TwoFactorSetupForm):
    setup = ButtonsField()
    phone = StringField()


class RescueForm(given.TwoFactorRescueForm):
    """Never shown: recovery codes and administrators do its work."""

    help_setup = ButtonsField()


class ChoiceForm(TwoFactorSelectForm):
    which = ButtonsField()


REPLACED = {
    "login_form": SignInForm,
    "verify_form": VerifyForm,
    "forgot_password_form": ForgotPasswordForm,
    "reset_password_form": ResetPasswordForm,
    "change_password_form": ChangePasswordForm,
    "two_factor_setup_form": AuthenticatorForm,
    "two_factor_verify_code_form": CodeForm,
    "two_factor_rescue_form": RescueForm,
    "two_factor_select_form": ChoiceForm,
    "mf_recovery_form": RecoveryForm,
    "wan_register_form": PasskeyForm,
}

"""Flask-Security's settings: where its pages are, which templates they use, and how it behaves."""

from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from app import clock, keys

FRESH_FOR = timedelta(minutes=20)
GRACE = timedelta(minutes=10)  # Beyond it, for those who are in the middle of a change.

ADDRESSES = {
    "URL_PREFIX": "/staff/access",
    "LOGIN_URL": "/sign-in",
    "LOGOUT_URL": "/sign-out",
    "RESET_URL": "/reset",
    "CHANGE_URL": "/password",
    "VERIFY_URL": "/verify",
    "TWO_FACTOR_SETUP_URL": "/authenticator",
    "TWO_FACTOR_TOKEN_VALIDATION_URL": "/code",
    "TWO_FACTOR_RESCUE_URL": "/rescue",
    "TWO_FACTOR_SELECT_URL": "/choice",
    "MULTI_FACTOR_RECOVERY_CODES_URL": "/recovery-codes",
    "MULTI_FACTOR_RECOVERY_URL": "/recovery",
    "WAN_REGISTER_URL": "/passkeys",
    "WAN_DELETE_URL": "/passkey-removal",
    "WAN_SIGNIN_URL": "/passkey",
    "WAN_VERIFY_URL": "/passkey-verify",
    "POST_LOGIN_VIEW": "/staff/",
    "POST_LOGOUT_VIEW": "/staff/access/sign-in",
    "POST_CHANGE_VIEW": "staff.account",
    "TWO_FACTOR_POST_SETUP_VIEW": "staff.account",
    "WAN_POST_REGISTER_VIEW": "staff.account",
}
TEMPLATES = {
    "LOGIN_USER_TEMPLATE": "sign_in",
    "FORGOT_PASSWORD_TEMPLATE": "forgot_password",
    "RESET_PASSWORD_TEMPLATE": "reset_password",
    "CHANGE_PASSWORD_TEMPLATE": "change_password",
    "VERIFY_TEMPLATE": "verify",
    "TWO_FACTOR_SETUP_TEMPLATE": "authenticator",
    "TWO_FACTOR_VERIFY_CODE_TEMPLATE": "code",
    "TWO_FACTOR_SELECT_TEMPLATE": "choice",
    "MULTI_FACTOR_RECOVERY_CODES_TEMPLATE": "recovery_codes",
    "MULTI_FACTOR_RECOVERY_TEMPLATE": "recovery",
    "WAN_REGISTER_TEMPLATE": "passkeys",
    "WAN_SIGNIN_TEMPLATE": "passkey",
    "WAN_VERIFY_TEMPLATE": "passkey_verify",
}
BEHAVIOUR: dict[str, Any] = {
    "PASSWORD_HASH": "argon2",
    "PASSWORD_SCHEMES": ["argon2"],
    "PASSWORD_SINGLE_HASH": ["argon2"],
    "PASSWORD_NORMALIZE_FORM": "NFKC",
    "RETURN_GENERIC_RESPONSES": True,
    "RECOVERABLE": True,
    "CHANGEABLE": True,
    "TWO_FACTOR": True,
    "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
    "TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
    "TWO_FACTOR_RESCUE_EMAIL": False,
    "TOTP_ISSUER": "Trade Events",
    "MULTI_FACTOR_RECOVERY_CODES": True,
    "MULTI_FACTOR_RECOVERY_CODES_N": 10,
    "WEBAUTHN": True,
    "WAN_ALLOW_USER_HINTS": False,
    "API_ENABLED_METHODS": ["session"],
    "RESET_PASSWORD_WITHIN": timedelta(hours=1),
    "FRESHNESS": FRESH_FOR,
    "FRESHNESS_GRACE_PERIOD": GRACE,
    "DATETIME_FACTORY": clock.now,
    "EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "test_environment": True},
    "EMAIL_HTML": False,
    "STATIC_FOLDER": None,
    "JOIN_USER_ROLES": False,
    "CLI_USERS_NAME": None,
    "CLI_ROLES_NAME": None,
}


def settings() -> dict[str, Any]:
    templates = {name: f"staff/access/{page}.html" for name, page in TEMPLATES.items()}
    given = ADDRESSES | templates | BEHAVIOUR | _keys() | {f"MSG_{name}": said for name, said in _words().items()}
    return {f"SECURITY_{name}": value for name, value in given.items()}


def _words() -> dict[str, tuple[str, str]]:
    """What the library says to people, in our words. The console speaks the site's first language."""
    wrong = {
        "GENERIC_AUTHN_FAILED": _("That email and password do not fit together."),
        "INVALID_PASSWORD": _("That is not your password."),
        "INVALID_RECOVERY_CODE": _("That is not one of your recovery codes, or it was used."),
        "INVALID_RESET_PASSWORD_TOKEN": _("This link was used or replaced. Ask for a new one here."),
        "PASSWORD_RESET_EXPIRED": _("This link is older than an hour. Ask for a new one here."),
        "PASSWORD_IS_THE_SAME": _("That is the password you have. Choose another one."),
        "TWO_FACTOR_INVALID_TOKEN": _("That code does not fit, or it was used. Wait for the next one."),
        "TWO_FACTOR_PERMISSION_DENIED": _("Sign in with your password first."),
        "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": _("No account here knows this passkey."),
        "WEBAUTHN_CREDENTIAL_WRONG_USAGE": _("This passkey was added for the other use: with a password, or without."),
    }
    done = {
        "PASSWORD_RESET_REQUEST": _("If %(email)s belongs to a member, a link is on its way there."),
        "PASSWORD_RESET_NO_LOGIN": _("Your password is set. Sign in with it."),
        "PASSWORD_CHANGE": _("Your password is changed."),
        "REAUTHENTICATION_REQUIRED": _("Confirm first that it is you."),
        "REAUTHENTICATION_SUCCESSFUL": _("Thank you. You can go on."),
        "TWO_FACTOR_LOGIN_SUCCESSFUL": _("You are signed in."),
        "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": _("Your authenticator app is set up. Make recovery codes as well."),
        "TWO_FACTOR_DISABLED": _("The authenticator app is no longer asked for."),
        "WEBAUTHN_REGISTER_SUCCESSFUL": _("The passkey “%(name)s” is added."),
        "WEBAUTHN_CREDENTIAL_DELETED": _("The passkey “%(name)s” is removed."),
    }
    return {key: (text, "error") for key, text in wrong.items()} | {key: (text, "info") for key, text in done.items()}


def _keys() -> dict[str, Any]:
    """What depends on other settings: the keys of authenticator secrets and recovery codes come from the data keys."""
    totp = [key.hex() for key in keys.all_derived("totp")]
    codes = [urlsafe_b64encode(key) for key in keys.all_derived("recovery-codes")]
    # The library seals with the highest number: the newest key.
    return {
        "TOTP_SECRETS": {str(len(totp) - place): key for place, key in enumerate(totp)},
        "MULTI_FACTOR_RECOVERY_CODES_KEYS": codes,
        "WAN_RP_NAME": current_app.config["ORGANIZATION_NAME"],
    }

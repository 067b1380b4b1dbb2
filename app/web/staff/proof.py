"""Whether a member has proven lately who they are: asked before lists leave and before staff are changed."""

from flask import current_app
from flask_security.utils import check_and_update_authn_fresh

from app.web.staff.security_settings import FRESH_FOR, GRACE


def is_fresh() -> bool:
    """False when the password or passkey should be asked for again."""
    if not current_app.config["REQUIRE_SECOND_FACTOR"]:  # The local demonstration has no password to ask for.
        return True
    return bool(check_and_update_authn_fresh(FRESH_FOR, GRACE, "session"))

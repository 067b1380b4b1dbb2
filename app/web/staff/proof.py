"""Whether a member has proven lately who they are: asked before lists leave and before staff are changed."""

from datetime import timedelta

from flask import current_app, session
from flask_security.utils import check_and_update_authn_fresh

from app.web.staff.security_settings import FRESH_FOR, GRACE


def is_fresh() -> bool:
    """False when the password or passkey should be asked for again. Whoever goes on working is given longer."""
    return _was_proven(GRACE)


def is_just_proven() -> bool:
    """The same to the minute, for lists: however busy somebody is, an old proof is an old proof."""
    session.pop("fs_gexp", None)  # The end of the longer time, as the library keeps it.
    return _was_proven(timedelta(0))


def _was_proven(grace: timedelta) -> bool:
    if not current_app.config["REQUIRE_SECOND_FACTOR"]:  # The local demonstration has no password to ask for.
        return True
    return bool(check_and_update_authn_fresh(FRESH_FOR, grace, "session"))

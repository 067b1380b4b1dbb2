"""Setting up an authenticator app: a mistyped code is asked for again, with the key that the phone has by now.

By itself the library begins anew with another key, which makes the entry on the phone useless.
"""

from typing import Any

from flask import Flask, g, session
from flask.typing import ResponseReturnValue
from flask_security import current_user
from flask_security.proxies import _security

from app.web.staff.forms import CodeForm

ENDPOINT = "security.two_factor_setup_validate"
TEMPLATE = "staff/access/authenticator.html"


def install(app: Flask) -> None:
    """Stand in front of the library's view."""
    given = app.view_functions[ENDPOINT]

    def validate(token: str) -> ResponseReturnValue:
        answer: Any = given(token)
        refused: CodeForm | None = g.get("refused_code")
        return _ask_again(refused, token) if refused else answer

    app.view_functions[ENDPOINT] = validate


def _ask_again(form: CodeForm, token: str) -> ResponseReturnValue:
    session.pop("_flashes", None)  # The library's sentence stands beside the field already.
    shown = _security.totp_factory.fetch_setup_values(form.tf_totp_secret, current_user)
    page: ResponseReturnValue = _security.render_template(
        TEMPLATE,
        two_factor_verify_code_form=form,
        chosen_method=form.primary_method,
        state_token=token,
        authr_qrcode=shown["image"],
        authr_key=shown["key"],
    )
    return page

"""The staff door: everything under /staff/ is closed, and opens for a right.

A view says with ``@requires`` which right it asks for. A view that says nothing stays closed for everybody.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar
from urllib.parse import unquote, urlsplit, urlunsplit

from flask import Flask, Response, abort, current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from flask_wtf.csrf import CSRFError

from app.extensions import csrf
from app.models import Right
from app.web import errors, origin
from app.web.sessions import is_staff_path
from app.web.staff import limits

P = ParamSpec("P")
R = TypeVar("R")

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# The way in: these answer strangers.
OPEN = frozenset(
    {
        "security.login",
        "security.logout",
        "security.forgot_password",
        "security.reset_password",
        "security.two_factor_token_validation",
        "security.tf_select",
        "security.mf_recovery",
        "security.wan_signin",
        "security.wan_signin_response",
        "staff.invitation",
        "staff.accept_invitation",
    }
)
# One's own sign-in: for every member, also before the second factor stands.
OWN = frozenset(
    {
        "security.verify",
        "security.change_password",
        "security.two_factor_setup",
        "security.two_factor_setup_validate",
        "security.mf_recovery_codes",
        "security.wan_register",
        "security.wan_register_response",
        "security.wan_delete",
        "security.wan_verify",
        "security.wan_verify_response",
        "staff.account",
        "staff.end_other_sessions",
        "staff.sign_out_everywhere",
    }
)
# The page that somebody asked for who must set up a second factor first; their account leads on to it.
ASKED_FOR = "asked_for"
# Flask-Security brings this one along; recovery codes and administrators do its work.
ABSENT = frozenset({"security.two_factor_rescue"})


def requires(right: Right, *, told: Callable[[], None] | None = None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark the right a view asks for; the door reads it. ``told`` is called when a member without it tries."""

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        view.right, view.told = right, told  # type: ignore[attr-defined]
        return view

    return mark


def right_for(endpoint: str | None) -> Right | None:
    """The right that an endpoint asks for, or None when it is for nobody."""
    view = current_app.view_functions.get(endpoint or "")
    right = getattr(view, "right", None)
    return right if isinstance(right, Right) else None


def install(app: Flask) -> None:
    app.before_request(guard)
    app.after_request(keep_private)
    app.register_error_handler(CSRFError, offer_to_send_again)


def guard() -> ResponseReturnValue | None:
    """Let a request for a staff page in, or answer it here."""
    if not is_staff_path(request.path):
        return None
    if request.method not in SAFE and not origin.is_from_here():
        abort(403)
    if request.endpoint in ABSENT:
        abort(404)
    limits.guard_sign_in()
    if request.endpoint in OPEN:
        return _way_in()
    if not current_user.is_authenticated:
        return ask_to_sign_in()
    g.in_console = True
    if request.endpoint not in OWN and (answer := _refuse()):
        return answer
    csrf.protect()
    return None


def _way_in() -> ResponseReturnValue | None:
    """These need no member. For looking at the page for a code, unasked, the library would sign a member out."""
    is_looking = request.endpoint == "security.two_factor_token_validation" and request.method in SAFE
    if is_looking and current_user.is_authenticated and "tf_state" not in session:
        return redirect(url_for("staff.account"))
    if request.endpoint != "security.logout":  # Signing out needs no token, so that it never fails.
        csrf.protect()
    return None


def _refuse() -> ResponseReturnValue | None:
    """Keep a signed-in member out who lacks the second factor, or the right."""
    if needs_second_factor():
        return _to_own_account()
    if ASKED_FOR in session:
        del session[ASKED_FOR]
    if request.endpoint is None:
        return None  # No such page, or not by this method: routing says so.
    right = right_for(request.endpoint)
    if right is None or not current_user.may(right):
        if told := getattr(current_app.view_functions[request.endpoint], "told", None):
            told()
        abort(403)
    return None


def _to_own_account() -> ResponseReturnValue:
    """Where a second factor is set up. It leads on to the page that was asked for."""
    if request.method in SAFE and request.endpoint:
        session[ASKED_FOR] = request.full_path.rstrip("?")
    return redirect(url_for("staff.account"))


def needs_second_factor() -> bool:
    """Whether this member could see personal data, and has one factor alone."""
    required = current_app.config["REQUIRE_SECOND_FACTOR"]
    return bool(required and current_user.sees_people and not current_user.has_second_factor)


def ask_to_sign_in() -> ResponseReturnValue:
    """Send a stranger to the sign-in page. What somebody typed before the session ended can be sent again."""
    if request.method in {"GET", "HEAD"}:
        return redirect(url_for("security.login", next=request.full_path.rstrip("?")))
    return render_template("staff/send_again.html", signed_out=True, typed=typed_again(), page_error=True), 401


def offer_to_send_again(error: CSRFError) -> ResponseReturnValue:
    """A form that stood open since an earlier sign-in: nothing was done, nothing typed is lost."""
    if not is_staff_path(request.path):
        return errors.http_error(error)
    return render_template("staff/send_again.html", signed_out=False, typed=typed_again(), page_error=True), 400


def typed_again() -> list[tuple[str, str]]:
    """What was typed into the form, without what must not be sent back."""
    secret = {"csrf_token", "password", "password_confirm", "new_password", "new_password_confirm", "code"}
    return [(name, value) for name, value in request.form.items(multi=True) if name not in secret]


def keep_private(response: Response) -> Response:
    """No staff page stays in any cache, and signing in leads to a staff page and nowhere else."""
    if not is_staff_path(request.path):
        return response
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Cookie")
    if request.path.startswith("/staff/access/") and response.location:
        response.location = _here(response.location)
    return response


def _here(location: str) -> str:
    """The address if it is a staff page of this very site; else the console's first page."""
    parts = urlsplit(location)
    is_ours = not parts.netloc or parts.netloc == request.host
    is_plain = parts.path.startswith("/staff/") and "\\" not in unquote(location)
    is_done = parts.path == url_for("security.login") and current_user.is_authenticated
    if not is_ours or not is_plain or is_done:
        return url_for("staff.home")
    return urlunsplit(("", "", parts.path, parts.query, ""))

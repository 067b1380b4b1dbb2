"""What happens when somebody signs in, fails to, or changes how they do: Flask-Security's signals, answered."""

from typing import Any

from flask import Flask, Response, after_this_request, request, session
from flask_login import user_logged_out
from flask_security import (
    password_changed,
    password_reset,
    tf_disabled,
    tf_profile_changed,
    user_authenticated,
    user_failed_authn,
    wan_deleted,
    wan_registered,
)
from flask_security.utils import set_request_attr

from app import clock
from app.db import begin_sign_in, commit_sign_in, db, transact
from app.models import StaffMember
from app.operations import auditing
from app.operations.access import signing_in
from app.web.staff import devices, known_browser

KEY = "key"  # The name of the session's key in the cookie.


def load_member(uniquifier: str) -> StaffMember | None:
    """Whose request this is: asked of the database each time, so that an ended session is ended at once."""
    member = signing_in.member_of(session.get(KEY, ""), uniquifier, clock.now())
    if member:
        set_request_attr("fs_authn_via", "session")
        set_request_attr("fs_paa", session.get("fs_paa", 0))
    return member


def commit_after_this_request() -> None:
    def commit(response: Response) -> Response:
        commit_sign_in()
        return response

    after_this_request(commit)


def listen(app: Flask) -> None:
    """Answer Flask-Security's signals. Each handler stands at module level: signals hold on to them weakly."""
    user_authenticated.connect(note_sign_in, app)
    user_failed_authn.connect(note_failure, app)
    user_logged_out.connect(note_sign_out, app)
    for signal in (password_changed, password_reset, tf_profile_changed, tf_disabled, wan_registered, wan_deleted):
        signal.connect(CHANGES[signal.name], app)


def note_sign_in(_app: Flask, user: StaffMember, **_rest: Any) -> None:
    """A new session on this device: new key, new form token, nothing left of what was before."""
    begin_sign_in()
    session.pop("csrf_token", None)
    after_this_request(lambda response: known_browser.remember(response, user))
    session[KEY] = signing_in.open_session(user, browser=devices.words(request.user_agent.string), at=clock.now())
    commit_after_this_request()


def note_failure(_app: Flask, user: StaffMember, auth_type: str, tfa: bool = False, **_rest: Any) -> None:
    member_id = user.id
    how = "second factor" if tfa else auth_type
    transact(lambda at: signing_in.count_failure(member_id, how, at))


def note(act: str) -> Any:
    def listener(_app: Flask, user: StaffMember, **_rest: Any) -> None:
        begin_sign_in()
        if act == "reset password":
            user.failures = 0
        auditing.record(act, actor=user.email, subject="staff member", subject_id=user.id, at=clock.now())
        commit_after_this_request()

    return listener


CHANGES = {
    password_changed.name: note("changed password"),
    password_reset.name: note("reset password"),
    tf_profile_changed.name: note("set up authenticator"),
    tf_disabled.name: note("removed authenticator"),
    wan_registered.name: note("added passkey"),
    wan_deleted.name: note("removed passkey"),
}


def note_sign_out(_app: Flask, user: StaffMember, **_rest: Any) -> None:
    """End the session of this device in the database too: a kept copy of the cookie opens nothing."""
    member_id, key = user.id, session.pop(KEY, "")
    session.clear()
    transact(lambda at: signing_in.end_session(key, db.session.get_one(StaffMember, member_id), at))
    after_this_request(clear_site_data)


def clear_site_data(response: Response) -> Response:
    """Ask the browser to forget the pages it kept, so that the back button shows nothing."""
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response

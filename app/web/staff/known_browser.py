"""Browsers in which a member signed in before. A stranger who guesses at an address must not lock its owner out."""

import hashlib
from datetime import timedelta

from flask import Response, current_app, request

from app import links
from app.models import StaffMember
from app.operations.access import staffing

PURPOSE = "known-browser"
LIFE = timedelta(days=180)


def remember(response: Response, member: StaffMember) -> Response:
    """Let this browser prove later that the member signed in here. It opens nothing."""
    if _member_id() != member.id:
        response.set_cookie(
            _name(),
            links.sign(PURPOSE, member.id),
            max_age=LIFE,
            path="/",
            secure=current_app.config["PRODUCTION"],
            httponly=True,
            samesite="Lax",
        )
    return response


def of(email: str) -> str:
    """What counts the failures of this address in a browser known for it; nothing in any other."""
    member_id = _member_id()
    if member_id is None:
        return ""
    member = staffing.find(email)
    is_known = member is not None and member.id == member_id
    return hashlib.sha256(request.cookies[_name()].encode()).hexdigest() if is_known else ""


def _member_id() -> int | None:
    match links.read(PURPOSE, request.cookies.get(_name(), "")):
        case [int(member_id)]:
            return member_id
    return None


def _name() -> str:
    return "__Host-staff-browser" if current_app.config["PRODUCTION"] else "staff-browser"

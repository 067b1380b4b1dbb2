"""What stands around every page of the console: the ways into its rooms, and who is signed in."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_security import current_user

from app.web.sessions import is_staff_path
from app.web.staff import door

# Endpoint, word, icon. A way is shown to those who may go it, and once its room is there.
WAYS: tuple[tuple[str, LazyString, str], ...] = (
    ("staff.home", _l("Home"), "home"),
    ("staff.events", _l("Events"), "event"),
    ("staff.messages", _l("Messages"), "mail"),
    ("staff.audit", _l("Audit log"), "history"),
    ("staff.members", _l("Staff"), "people"),
    ("staff.notice", _l("Site notice"), "flag"),
)


@dataclass(frozen=True)
class Way:
    label: LazyString
    url: str
    icon: str
    is_current: bool


def init_app(app: Flask) -> None:
    app.context_processor(around_a_staff_page)


def around_a_staff_page() -> dict[str, Any]:
    if not request or not is_staff_path(request.path) or not current_user.is_authenticated:
        return {}
    return {
        "staff_rail": [] if door.needs_second_factor() else _ways(),
        "staff_user": {"email": current_user.email, "role_label": current_user.role.label},
        "is_one_factor_enough": not current_app.config["REQUIRE_SECOND_FACTOR"],
    }


def _ways() -> list[Way]:
    found = []
    for endpoint, label, icon in WAYS:
        right = door.right_for(endpoint)
        if right and current_user.may(right):
            url = url_for(endpoint)
            is_current = request.path == url or (endpoint != "staff.home" and request.path.startswith(url + "/"))
            found.append(Way(label, url, icon, is_current))
    return found

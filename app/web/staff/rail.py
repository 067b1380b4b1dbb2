"""What stands around every page of the console: the ways into its rooms, and who is signed in."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString
from flask_security import current_user

from app import clock
from app.models import Right
from app.operations.records import reporting, watching
from app.web import site
from app.web.staff import door

# Endpoint, word, icon. A way is shown to those who may go it, and once its room is there.
WAYS: tuple[tuple[str, LazyString, str], ...] = (
    ("staff.home", _l("Home"), "home"),
    ("staff.events", _l("Events"), "event"),
    ("staff.questions", _l("Questions"), "help"),
    ("staff.messages", _l("Messages"), "mail"),
    ("staff.followers", _l("Followers"), "notifications"),
    ("staff.audit", _l("Audit log"), "history"),
    ("staff.members", _l("Staff"), "people"),
    ("staff.notice", _l("Site notice"), "flag"),
)

# Pages of events whose addresses do not begin as the list of events does.
OF_EVENTS = ("/staff/registrations/", "/staff/announcements/", "/staff/texts", "/staff/series")


@dataclass(frozen=True)
class Way:
    label: LazyString
    url: str
    icon: str
    is_current: bool


@dataclass(frozen=True)
class Alarm:
    text: str
    url: str


def init_app(app: Flask) -> None:
    app.context_processor(around_a_staff_page)
    app.extensions["serving_since"] = clock.now()


def around_a_staff_page() -> dict[str, Any]:
    if not g or not g.get("in_console") or site.asks_nothing():
        return {}
    is_in = not door.needs_second_factor()
    return {
        "staff_rail": _ways() if is_in else [],
        "staff_user": {"email": current_user.email, "role_label": current_user.role.label},
        "staff_alarm": _alarm() if is_in else None,
        "may_search": is_in and current_user.may(Right.VIEW_PEOPLE),
        "is_one_factor_enough": not current_app.config["REQUIRE_SECOND_FACTOR"],
    }


def way_to(endpoint: str, **values: Any) -> str:
    """The address of a page, for those who may open it; nothing for others, or when there is no such page."""
    right = door.right_for(endpoint)
    return url_for(endpoint, **values) if right and current_user.may(right) else ""


def _alarm() -> Alarm | None:
    """The top line turns red while no worker is heard of, because then no mail leaves; and when mail waits too long."""
    at = clock.now()
    if reporting.is_worker_silent(at, since=current_app.extensions["serving_since"]):
        words = _("No mail leaves: the mail worker has been silent for more than a minute.")
    elif (trouble := watching.trouble()) and trouble.is_ours:
        words = _("No mail leaves. %(reason)s", reason=trouble.label)
    elif (waited := watching.late_seconds(at, pace=site.mail_pace())) >= watching.LATE.total_seconds():
        words = ngettext(
            "Mail is late: the oldest has waited for %(num)s minute.",
            "Mail is late: the oldest has waited for %(num)s minutes.",
            waited // 60,
        )
    else:
        return None
    return Alarm(words, way_to("staff.messages") or url_for("staff.home"))


def _ways() -> list[Way]:
    found = []
    for endpoint, label, icon in WAYS:
        right = door.right_for(endpoint)
        if right and current_user.may(right):
            url = url_for(endpoint)
            found.append(Way(label, url, icon, _is_on(endpoint, url)))
    return found


def _is_on(endpoint: str, url: str) -> bool:
    """Whether the page that is open lies on this way."""
    if endpoint == "staff.events" and request.path.startswith(OF_EVENTS):
        return True
    return request.path == url or (endpoint != "staff.home" and request.path.startswith(f"{url}/"))

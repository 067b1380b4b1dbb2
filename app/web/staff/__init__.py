"""The office's pages. Each room is a module that adds its routes to this blueprint; the door guards them all."""

from flask import Blueprint

blueprint = Blueprint("staff", __name__, url_prefix="/staff", cli_group=None)

from app.web.staff import (  # noqa: E402  The rooms add their routes to the blueprint above.
    access,
    audit,
    communication,
    home,
    mail_notices,
    message,
    messages,
    program,
    records,
    registration,
    search,
    site,
    staff,
)

__all__ = [
    "access",
    "audit",
    "blueprint",
    "communication",
    "home",
    "mail_notices",
    "message",
    "messages",
    "program",
    "records",
    "registration",
    "search",
    "site",
    "staff",
]

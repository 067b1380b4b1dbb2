"""Whose page this is: the registration that a mailed link names, and the key that each act on its page carries."""

from collections.abc import Sequence
from typing import Any

from flask import abort, request
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload, undefer

from app import links
from app.db import db
from app.models import Event, Registration
from app.web import errors
from app.web.errors import Wording
from app.web.public.form_key import KeyedForm

REPLACED = Wording(
    _l("This link was replaced"),
    _l(
        "The registration behind it moved to another address, or was handed over. Look for our mail there, or have the"
        " links mailed that are right now."
    ),
)

_EVENT = joinedload(Registration.event).options(joinedload(Event.series), undefer(Event.lines_rest))
OPTIONS = (_EVENT, joinedload(Registration.approval))


def registration(token: str, *purposes: str, options: Sequence[Any] = OPTIONS) -> Registration:
    """The registration a link names, if its version is still the one in force. Without purposes: the manage link."""
    found = (links.read_reference(purpose, token) for purpose in purposes or (links.MANAGE,))
    reference = next((one for one in found if one), None)
    mine = db.session.get(Registration, reference.id, options=options) if reference else None
    return in_force(mine, reference)


def in_force(mine: Registration | None, reference: links.Reference | None) -> Registration:
    """The registration, unless the link to it was replaced since: by a move to another address, or a hand-over."""
    if mine is None or reference is None:
        abort(404)
    return mine if mine.link_version == reference.version else abort(errors.page(404, REPLACED))


def purpose(mine: Registration) -> str:
    return f"manage-{mine.id}"


def pressed(token: str) -> Registration:
    """The registration on whose page a button was pressed."""
    mine = registration(token)
    check_key(mine)
    return mine


def check_key(mine: Registration) -> None:
    """Each act on this page carries the page's key."""
    if not KeyedForm(request.form, purpose=purpose(mine)).validate():
        abort(400)

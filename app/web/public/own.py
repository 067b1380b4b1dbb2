"""Whose page this is: the registration that a mailed link names, and the key that each act on its page carries."""

from collections.abc import Sequence
from typing import Any

from flask import abort, request
from sqlalchemy.orm import joinedload

from app import links
from app.db import db
from app.models import Event, Registration
from app.web.public.form_key import KeyedForm

OPTIONS = (joinedload(Registration.event).joinedload(Event.series),)


def registration(token: str, *purposes: str, options: Sequence[Any] = OPTIONS) -> Registration:
    """The registration a link names, if its version is still the one in force. Without purposes: the manage link."""
    found = (links.read_reference(purpose, token) for purpose in purposes or (links.MANAGE,))
    reference = next((one for one in found if one), None)
    mine = db.session.get(Registration, reference.id, options=options) if reference else None
    return mine if mine and reference and mine.link_version == reference.version else abort(404)


def purpose(mine: Registration) -> str:
    return f"manage-{mine.id}"


def check_key(mine: Registration) -> None:
    """Each act on this page carries the page's key."""
    if not KeyedForm(request.form, purpose=purpose(mine)).validate():
        abort(400)

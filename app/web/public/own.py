"""Whose page this is: the registration that a mailed link names, and the key that each act on its page carries."""

from flask import abort, request
from sqlalchemy.orm import joinedload

from app import links
from app.db import db
from app.models import Event, Registration
from app.web.public.form_key import KeyedForm


def registration(token: str) -> Registration:
    """The registration a link names, if its version is still the one in force."""
    reference = links.read_reference(links.MANAGE, token)
    options = [joinedload(Registration.event).joinedload(Event.series)]
    found = db.session.get(Registration, reference.id, options=options) if reference else None
    return found if found and reference and found.link_version == reference.version else abort(404)


def purpose(mine: Registration) -> str:
    return f"manage-{mine.id}"


def check_key(mine: Registration) -> None:
    """Each act on this page carries the page's key."""
    if not KeyedForm(request.form, purpose=purpose(mine)).validate():
        abort(400)

"""What the acts of the console share: whose they are, how one is tried, and what is said when it is done or refused."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import abort, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_security import current_user

from app.db import db, transact
from app.models import Event
from app.web.meanwhile import Difference


def member() -> str:
    """Whose act it is, for the log."""
    return str(current_user.email)


def load_event(event_id: int) -> Event:
    return db.session.get(Event, event_id) or abort(404)


def refusal_of(work: Callable[[datetime], Any], words: Mapping[type[Exception], Any]) -> str:
    """Do the work. Returns what a person reads when it is refused, and nothing when it is done."""
    try:
        transact(work)
    except tuple(words) as refusal:
        return str(words[type(refusal)])
    return ""


def tell(done: str, refusal: object = None) -> None:
    """A word on what happened, for the page that comes next."""
    flash(str(refusal or done), "error" if refusal else "success")


def form_page(
    template: str, form: Any, meanwhile: Sequence[Difference] = (), *, is_gone: bool = False, **values: Any
) -> ResponseReturnValue:
    """A page with a form: as it begins, or refused, since somebody saved or removed it first, or since it is wrong."""
    refused = bool(form.errors or meanwhile)
    html = render_template(template, form=form, meanwhile=meanwhile, page_error=refused, **values)
    return html, (409 if meanwhile or is_gone else 422) if refused else 200


def say_gone(form: Any, words: str) -> None:
    """Somebody removed what the form is about: what was typed can be kept anew, and who only looks finds nothing."""
    if request.method != "POST":
        abort(404)
    form.validate()
    form.form_errors.append(words)

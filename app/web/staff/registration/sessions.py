"""Swapping somebody's sessions for them, on the agenda itself."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from app import clock
from app.db import transact
from app.models import Registration, Right
from app.operations.meanwhile import ChangedMeanwhileError
from app.operations.registration import picking
from app.operations.registration.changing import NotLiveError
from app.operations.registration.fitting import SessionRefusedError
from app.web import refusals
from app.web.session_fields import SwapsSessions
from app.web.showing import picked
from app.web.staff import blueprint
from app.web.staff.acting import member
from app.web.staff.door import requires
from app.web.staff.registration.loading import load
from app.web.staff.registration.registrations import PERSON


class SessionsForm(SwapsSessions, FlaskForm):
    def __init__(self, person: Registration) -> None:
        held = picked.held_by(person)
        super().__init__(data={"sessions": list(held), "shown": picking.shown(person)})
        self.offer_sessions(person.event, [person.mode], clock.now(), held=held)


@blueprint.route(f"{PERSON}/sessions", methods=["GET", "POST"])
@requires(Right.EDIT_PEOPLE)
def change_sessions(registration_id: int) -> ResponseReturnValue:
    form = SessionsForm(load(registration_id))
    if form.validate_on_submit() and _change(registration_id, form):
        flash(_("Saved."), "success")
        return redirect(url_for("staff.registration", registration_id=registration_id), 303)
    person, is_refused = load(registration_id), bool(form.errors or form.meanwhile)
    html = render_template(
        "staff/registration/sessions.html",
        person=person,
        event=person.event,
        form=form,
        meanwhile=form.meanwhile,
        page_error=is_refused,
    )
    return html, (409 if form.meanwhile else 422) if is_refused else 200


def _change(registration_id: int, form: SessionsForm) -> bool:
    wanted, version, actor = form.wanted, form.shown.data, member()
    try:
        transact(lambda at: len(picking.change(registration_id, wanted, at=at, by=actor, version=version)))
    except ChangedMeanwhileError:
        person = load(registration_id)
        form.compare(person.event, person.mode, picked.held_by(person))
        return False
    except SessionRefusedError as refusal:
        refuse(form, refusal)
        return False
    except NotLiveError as refusal:
        form.form_errors.append(str(refusals.sentence_for(refusal)))
        return False
    return True


def refuse(form: Any, refusal: SessionRefusedError) -> None:
    """Say beside the agenda what cannot be had together."""
    form.mark(refusal)
    form.sessions.errors = [*form.sessions.errors, str(refusals.sentence_for(refusal))]

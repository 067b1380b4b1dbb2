"""A person's own sessions: seen, swapped, given up, on the agenda itself."""

from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response as BaseResponse

from app import clock, links
from app.db import db, transact
from app.models import Event, EventSession, Mode, Registration
from app.operations.meanwhile import ChangedMeanwhileError
from app.operations.registration import picking
from app.operations.registration.cancelling import EventOverError
from app.operations.registration.changing import NotLiveError
from app.operations.registration.fitting import SessionRefusedError
from app.web import refusals
from app.web.public import blueprint, own, settled
from app.web.public.form_key import KeyedForm, issue
from app.web.session_fields import SwapsSessions
from app.web.showing import picked
from app.web.showing.picker import Held


class SwapForm(SwapsSessions, KeyedForm):
    """What somebody has who attends this way, and what else there is."""

    def __init__(
        self, formdata: Any, purpose: str, event: Event, mode: Mode, held: Held, *, shown: str | None = None
    ) -> None:
        super().__init__(formdata, purpose=purpose, data={"sessions": list(held), "shown": shown})
        self.offer_sessions(event, [mode], clock.now(), held=held)


@blueprint.route("/registrations/<token>/sessions", methods=["GET", "POST"])
def my_sessions(token: str) -> BaseResponse | str:
    mine = _registration(token)
    settled.refuse(mine, token)
    sent = request.form if request.method == "POST" else None
    held, shown = picked.held_by(mine), picking.shown(mine)
    form = SwapForm(sent, f"sessions-{mine.id}", mine.event, mine.mode, held, shown=shown)
    if request.method == "POST":
        return _change(token, mine, form)
    form.form_key.data = issue(form.purpose)
    return _page(token, mine, form)


def _change(token: str, mine: Registration, form: SwapForm) -> BaseResponse:
    if not form.validate():
        return make_response(_page(token, mine, form), form.status)
    mine_id, wanted, version = mine.id, form.wanted, form.shown.data
    try:
        transact(lambda at: len(picking.change(mine_id, wanted, at=at, version=version)))
    except ChangedMeanwhileError:
        mine = _registration(token)
        form.compare(mine.event, mine.mode, picked.held_by(mine))
        return make_response(_page(token, mine, form), 409)
    except SessionRefusedError as refusal:
        form.mark(refusal)
        form.refuse_in_field(refusal.field, refusals.sentence_for(refusal))
        return make_response(_page(token, _registration(token), form), 422)
    except (EventOverError, NotLiveError) as refusal:
        form.form_errors.append(str(refusals.sentence_for(refusal)))
        return make_response(_page(token, _registration(token), form), 409)
    return redirect(url_for("public.registration", token=token), 303)


def _page(token: str, mine: Registration, form: SwapForm) -> str:
    return render_template(
        "public/sessions.html",
        event=mine.event,
        mode=mine.mode,
        form=form,
        action=url_for("public.my_sessions", token=token),
        back=url_for("public.registration", token=token),
    )


def _registration(token: str) -> Registration:
    reference = links.read_reference(links.MANAGE, token)
    event = joinedload(Registration.event)
    agenda = event.selectinload(Event.sessions)
    options = [
        event.joinedload(Event.series),
        agenda.selectinload(EventSession.pools),
        agenda.selectinload(EventSession.speakers),
    ]
    found = db.session.get(Registration, reference.id, options=options) if reference else None
    return own.in_force(found, reference)

"""Registering for an event: the form and its answer. The page that confirms it is in confirming.py."""

from collections.abc import Sequence

from flask import Response, abort, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.models import Invitation
from app.models.availability import Availability, next_change_at
from app.operations.registration.details import RegistrationDetails
from app.operations.registration.registering import REFUSALS, RegistrationPausedError, register
from app.operations.registration.submitting import RefusedInFieldError, SentForm
from app.together import transact_together
from app.web import kept, language, limits, refusals
from app.web.public import blueprint, colleagues, desk_words, desks, faults, shells
from app.web.public.confirming import confirmation_address
from app.web.public.desks import Desk
from app.web.public.form_key import issuer, offered_in
from app.web.public.registration_forms import RegistrationForm
from app.web.questions import Asked
from app.web.showing import panel

REPEATABLE = frozenset({"needs", "days", "sessions"})


@blueprint.route("/events/<slug:slug>/register", methods=["GET", "POST"])
def register_form(slug: str) -> BaseResponse | str:
    desk = desks.get(slug) or abort(404)
    if request.method == "POST":
        return send(desk)
    if not desk.is_open:
        return closed(desk, 200)
    keys = issuer(f"register-{desk.event.id}", offered=desk.offered, wording=desk.wording)
    kept.keep_form(shells.FORM_KEY, keys, next_change_at(desk.event, desk.read_at))
    return shells.page(("form", desk.edition, language.current()), lambda: form_page(desk, _new_form(desk)))


def _new_form(desk: Desk) -> RegistrationForm:
    form = RegistrationForm(desk=desk)
    form.form_key.data = shells.FORM_KEY
    return form


def form_page(desk: Desk, form: RegistrationForm, *, more: Sequence[Asked] = ()) -> str:
    hints = desk_words.mode_hints(desk)
    return render_template("public/register.html", desk=desk, event=desk.event, form=form, mode_hints=hints, more=more)


def send(desk: Desk, invitation: Invitation | None = None) -> BaseResponse:
    """Answer a form that was sent, by whoever could or by whom the office invited."""
    sent = colleagues.arranged(request.form)
    form = RegistrationForm(sent, desk=desk, invitation=invitation)
    repeatable = REPEATABLE | form.questions.repeatable | form.colleagues.repeatable
    if any(len(sent.getlist(name)) > 1 for name in sent if name not in repeatable):
        abort(400)
    if not (desk.is_open or (invitation and desk.for_invited.takes_registrations)):
        return closed(desk, 409, form)
    if colleagues.is_arranging(request.form):
        return make_response(form_page(desk, form))
    if not limits.allows("register", limits.REGISTER, count=1 + len(form.colleagues.groups)):
        form.form_errors.append(limits.TOO_MANY)
        return make_response(form_page(desk, form), 429, limits.AFTER_AN_HOUR)
    if not form.validate():
        faults.add_to(form)
        return make_response(form_page(desk, form), form.status)
    if more := form.unseen:
        form.renew_key()
        return make_response(form_page(desk, form, more=more))
    return _enter(desk, form, form.to_details())


def _enter(desk: Desk, form: RegistrationForm, details: RegistrationDetails) -> BaseResponse:
    if desk.asks_code and not limits.has_room(f"code-{desk.event.id}", limits.WRONG_CODE):
        form.form_errors.append(_("Too many codes that did not fit came from your network. Wait an hour, then send."))
        return make_response(form_page(desk, form), 429, limits.AFTER_AN_HOUR)
    key = form.form_key.data or ""
    sent = SentForm.of(key, details, offered_seat=details.mode.value in offered_in(key))
    try:
        submission_id = transact_together(lambda at: register(desk.facts, details, sent, at=at), lock=desk.event.id)
    except REFUSALS as refusal:
        return closed(desk, 409, form, refusal)
    except RefusedInFieldError as refusal:
        faults.refuse(form, refusal)
        return make_response(form_page(desk, form), 422)
    return redirect(confirmation_address(submission_id), 303)


def closed(desk: Desk, status: int, form: RegistrationForm | None = None, refusal: Exception | None = None) -> Response:
    """The event takes no registrations now: why, and everything that was typed, so that nothing is lost."""
    found = desk.for_invited if form and form.invitation else desk.availability
    sentence = refusals.sentence_for(refusal) if refusal else panel.sentence(desk.event, found, desk.whole_mode)
    soon = isinstance(refusal, RegistrationPausedError) or found is Availability.PAUSED
    typed = list(request.form.items(multi=True)) if soon else []
    shown = {"form": form, "sentence": sentence, "typed": typed, "page_error": bool(typed)}
    page = render_template("public/register_closed.html", desk=desk, event=desk.event, **shown)
    return make_response(page, status)

"""Registering for an event: the form, its answer, and the page that confirms it."""

from collections.abc import Sequence
from typing import Any

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Row, bindparam, select
from werkzeug.wrappers import Response as BaseResponse

from app import clock, links
from app.db import db, transact
from app.formats import calendar, web_calendars
from app.models import FormSubmission, Invitation, RegistrationState
from app.models.availability import Availability
from app.operations.records.retaining import FORMS_ARE_KEPT
from app.operations.registration.admitting import WrongCodeError
from app.operations.registration.allotting import NoSuchEventError
from app.operations.registration.details import RegistrationDetails
from app.operations.registration.readdressing import LIFETIME, CorrectionOverError, readdress
from app.operations.registration.registering import (
    RegistrationEndedError,
    RegistrationNotOpenError,
    RegistrationPausedError,
    register,
)
from app.operations.registration.submitting import RefusedInFieldError, SentForm
from app.together import transact_together
from app.web import errors, language, limits
from app.web.public import blueprint, booked, colleagues, desk_words, desks, entries, shells
from app.web.public.address_forms import AddressForm
from app.web.public.desks import Desk
from app.web.public.form_key import issue, offered_in
from app.web.public.registration_forms import RegistrationForm
from app.web.questions import Asked
from app.web.showing import panel, picked

REFUSED = (NoSuchEventError, RegistrationEndedError, RegistrationNotOpenError, RegistrationPausedError)
REPEATABLE = frozenset({"needs", "days", "sessions"})
ShownSubmission = FormSubmission | Row[Any]
_SHOWN = select(FormSubmission.__table__).where(FormSubmission.id == bindparam("id"))


@blueprint.route("/events/<slug:slug>/register", methods=["GET", "POST"])
def register_form(slug: str) -> BaseResponse | str:
    desk = desks.get(slug) or abort(404)
    if request.method == "POST":
        return send(desk)
    if not desk.is_open:
        return closed(desk, 200)
    key = issue(f"register-{desk.event.id}", offered=desk.offered, wording=desk.wording)
    shell = ("form", desk.edition, language.current())
    return shells.page(shell, lambda: form_page(desk, _new_form(desk)), form_key=key)


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
        form.form_errors.append(_("Many people registered from your network just now. Wait a few minutes, then send."))
        return make_response(form_page(desk, form), 429, {"Retry-After": "300"})
    if not form.validate():
        return make_response(form_page(desk, form), form.status)
    if more := form.unseen:
        form.renew_key()
        return make_response(form_page(desk, form, more=more))
    return _enter(desk, form, form.to_details())


def _enter(desk: Desk, form: RegistrationForm, details: RegistrationDetails) -> BaseResponse:
    if desk.asks_code and not limits.has_room(f"code-{desk.event.id}", limits.WRONG_CODE):
        form.form_errors.append(_("Too many codes that did not fit came from your network. Wait an hour, then send."))
        return make_response(form_page(desk, form), 429, {"Retry-After": "3600"})
    key = form.form_key.data or ""
    sent = SentForm.of(key, details, offered_seat=details.mode.value in offered_in(key))
    try:
        submission_id = transact_together(lambda at: register(desk.facts, details, sent, at=at), lock=desk.event.id)
    except REFUSED as refusal:
        return closed(desk, 409, form, refusal)
    except RefusedInFieldError as refusal:
        if isinstance(refusal, WrongCodeError):
            limits.allows(f"code-{desk.event.id}", limits.WRONG_CODE)
        form.mark(refusal)
        form.refuse_in_field(refusal.field, errors.sentence_for(refusal))
        return make_response(form_page(desk, form), 422)
    return redirect(_confirmation_address(submission_id), 303)


def closed(desk: Desk, status: int, form: RegistrationForm | None = None, refusal: Exception | None = None) -> Response:
    """The event takes no registrations now: why, and everything that was typed, so that nothing is lost."""
    found = desk.for_invited if form and form.invitation else desk.availability
    sentence = errors.sentence_for(refusal) if refusal else panel.sentence(desk.event, found, desk.whole_mode)
    soon = isinstance(refusal, RegistrationPausedError) or found is Availability.PAUSED
    typed = list(request.form.items(multi=True)) if soon else []
    shown = {"form": form, "sentence": sentence, "typed": typed, "page_error": bool(typed)}
    page = render_template("public/register_closed.html", desk=desk, event=desk.event, **shown)
    return make_response(page, status)


def _confirmation_address(submission_id: int) -> str:
    return url_for("public.confirmation", token=links.sign_reference(links.CONFIRMATION, submission_id))


@blueprint.get("/registrations/<token>/confirmation")
def confirmation(token: str) -> str:
    submission = submission_shown(token)
    desk = desks.of(submission.event_id) or abort(404)
    correctable = not desk.event.is_by_invitation and clock.now() < submission.submitted_at + LIFETIME
    if "people" in submission.outcome:
        return _whole_confirmation(desk, submission, token, correctable)
    seen = (
        submission.mode,
        submission.state,
        submission.lost_race,
        _keeps_turn(submission),
        _told_by_mail(submission),
        correctable,
    )
    shell = ("confirmation", desk.edition, language.current(), *seen, picked.key_of(submission.outcome))
    return shells.page(
        shell,
        lambda: _confirmation_page(desk, submission, correctable),
        number=submission.number,
        address=submission.email,
        token=token,
        form_key=issue(f"readdress-{submission.id}"),
    )


def _whole_confirmation(desk: Desk, submission: ShownSubmission, token: str, correctable: bool) -> str:
    """With the names of several people there is nothing to keep for others."""
    form = AddressForm(purpose=f"readdress-{submission.id}")
    form.ensure_key()
    shown = {"number": submission.number, "address": submission.email, "token": token}
    return _confirmation(desk, submission, form if correctable else None, **shown)


def _confirmation_page(desk: Desk, submission: ShownSubmission, correctable: bool) -> str:
    form = AddressForm(purpose=f"readdress-{submission.id}")
    form.form_key.data = shells.FORM_KEY
    return _confirmation(
        desk,
        submission,
        form if correctable else None,
        number=shells.NUMBER,
        address=shells.ADDRESS,
        token=shells.LINK,
    )


def _confirmation(desk: Desk, submission: ShownSubmission, form: AddressForm | None, **shown: str) -> str:
    return render_template(
        "public/confirmation.html",
        desk=desk,
        event=desk.event,
        submission=submission,
        what_next=_what_next(desk, submission),
        keeps_turn=_keeps_turn(submission),
        told_by_mail=_told_by_mail(submission),
        picked=_picked(desk, submission),
        people=booked.people_of(desk, submission),
        form=form,
        web_calendars=_web_calendars(desk, submission),
        **shown,
    )


def _web_calendars(desk: Desk, submission: ShownSubmission) -> tuple[web_calendars.CalendarLink, ...]:
    if desk.event.starts_at is None:
        return ()
    return web_calendars.calendar_links(entries.entry(desk.event, mode=submission.mode))


@blueprint.post("/registrations/<token>/confirmation")
def correct_address(token: str) -> BaseResponse:
    submission = _submission(token)
    submission_id = submission.id
    form = AddressForm(request.form, purpose=f"readdress-{submission_id}")
    if not limits.allows("correct", limits.CORRECT):
        return _again(submission, form, token, 429)
    if not form.validate():
        return _again(submission, form, token, form.status)
    try:
        shown_id = transact(lambda at: readdress(submission_id, form.address, at=at))
    except (CorrectionOverError, RefusedInFieldError, *REFUSED) as refusal:
        form.form_errors.append(errors.sentence_for(refusal))
        return _again(_submission(token), form, token, 409)
    return redirect(_confirmation_address(shown_id), 303)


def _again(submission: FormSubmission, form: AddressForm, token: str, status: int) -> Response:
    desk = desks.of(submission.event_id) or abort(404)
    shown = {"number": submission.number, "address": submission.email, "token": token}
    return make_response(_confirmation(desk, submission, form, **shown), status)


@blueprint.get("/registrations/<token>/confirmation.ics")
def confirmation_calendar(token: str) -> Response:
    """The entry for the person's calendar: the mail's own UID, so that later mails update it. No way to join in it."""
    submission = _submission(token)
    desk = desks.of(submission.event_id) or abort(404)
    if desk.event.starts_at is None:
        abort(404)
    uid, mode = submission.calendar_uid, submission.mode
    held = picked.confirmed_in(submission.outcome) if submission.state is RegistrationState.CONFIRMED else []
    if held:
        found = entries.session_entries(desk.event, held, uid=uid, mode=mode)
    else:
        agenda = picked.agenda(_picked(desk, submission))
        found = [entries.entry(desk.event, uid=uid, mode=mode, agenda=agenda)]
    return entries.file(calendar.listing(desk.event.title, found), desk.event.slug)


def _submission(token: str) -> FormSubmission:
    reference = links.read_reference(links.CONFIRMATION, token)
    submission = db.session.get(FormSubmission, reference.id) if reference else None
    return submission if submission and _is_kept(submission) else abort(404)


def _picked(desk: Desk, submission: ShownSubmission) -> list[picked.Picked]:
    attends = submission.state is RegistrationState.CONFIRMED
    return picked.of_outcome(desk.event, submission.outcome, attends=attends)


def _keeps_turn(submission: ShownSubmission) -> bool:
    """Whether the person has a seat online and waits for the room."""
    return bool(submission.outcome.get("keeps_turn"))


def submission_shown(token: str) -> ShownSubmission:
    """The same to look at alone: its columns, without a row that could be changed or a session to hold it."""
    reference = links.read_reference(links.CONFIRMATION, token)
    if reference is None:
        abort(404)
    with db.engine.connect() as connection:
        found = connection.execute(_SHOWN, {"id": reference.id}).one_or_none()
    return found if found and _is_kept(found) else abort(404)


def _what_next(desk: Desk, submission: ShownSubmission) -> list[desk_words.Step]:
    if _told_by_mail(submission):
        return desk_words.told_by_mail(desk)
    return desk_words.what_next(desk, submission.mode, submission.state, keeps_turn=_keeps_turn(submission))


def _told_by_mail(submission: ShownSubmission) -> bool:
    """Whether the page must leave it to the mail how things stand: who is registered of an organization is told
    nobody else."""
    return bool(submission.outcome.get("told_by_mail"))


def _is_kept(submission: ShownSubmission) -> bool:
    return clock.now() < submission.submitted_at + FORMS_ARE_KEPT

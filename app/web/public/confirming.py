"""The page that confirms a sent form: what happens next, the entry for a calendar, and "Wrong address?"."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app import clock, links
from app.db import db, transact
from app.formats import calendar, web_calendars
from app.handwritten import HandWritten
from app.models import FormSubmission, Mode, RegistrationState
from app.operations.records.retaining import FORMS_ARE_KEPT
from app.operations.registration.readdressing import LIFETIME, CorrectionOverError, readdress
from app.operations.registration.registering import REFUSALS
from app.operations.registration.submitting import RefusedInFieldError
from app.web import language, limits, refusals
from app.web.public import besides, blueprint, booked, desk_words, desks, entries, shells
from app.web.public.address_forms import AddressForm
from app.web.public.desks import Desk
from app.web.public.form_key import issue
from app.web.public.steps import Step
from app.web.showing import picked


@dataclass(frozen=True)
class Shown:
    """Of a sent form what the page shows: everybody of a rush comes by here, and needs no row that could be changed."""

    id: int
    event_id: int
    mode: Mode
    state: RegistrationState
    number: str
    email: str
    submitted_at: datetime
    corrections: int
    lost_race: bool
    outcome: dict[str, Any]


ShownSubmission = FormSubmission | Shown
_COLUMNS = FormSubmission.__table__.c
_SHOWN = HandWritten(
    "SELECT id, event_id, mode, state, number, email, submitted_at, corrections, lost_race, outcome"
    " FROM form_submission WHERE id = :id",
    found={field.name: _COLUMNS[field.name].type for field in fields(Shown)},
)


def confirmation_address(submission_id: int) -> str:
    return url_for("public.confirmation", token=links.sign_reference(links.CONFIRMATION, submission_id))


@blueprint.get("/registrations/<token>/confirmation")
def confirmation(token: str) -> str:
    submission = submission_shown(token)
    desk = desks.of(submission.event_id) or abort(404)
    correctable = not desk.event.is_by_invitation and clock.now() < submission.submitted_at + LIFETIME
    if "people" in submission.outcome:
        return _whole_confirmation(desk, _submission(token), token, correctable)
    seen = (
        submission.mode,
        submission.state,
        submission.lost_race,
        submission.corrections > 0,
        _keeps_turn(submission),
        _told_by_mail(submission),
        besides.of(desk, submission.outcome),
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


def _whole_confirmation(desk: Desk, submission: FormSubmission, token: str, correctable: bool) -> str:
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
        days=besides.of(desk, submission.outcome).day_words,
        picked=_picked(desk, submission),
        people=booked.people_of(desk, submission),
        form=form,
        web_calendars=_web_calendars(desk, submission),
        **shown,
    )


def _web_calendars(desk: Desk, submission: ShownSubmission) -> tuple[web_calendars.CalendarLink, ...]:
    if desk.event.starts_at is None:
        return ()
    days = besides.of(desk, submission.outcome).days
    return web_calendars.calendar_links(entries.entry(desk.event, mode=submission.mode, days=days))


@blueprint.post("/registrations/<token>/confirmation")
def correct_address(token: str) -> BaseResponse:
    submission = _submission(token)
    submission_id = submission.id
    form = AddressForm(request.form, purpose=f"readdress-{submission_id}")
    if not limits.allows("correct", limits.CORRECT):
        form.form_errors.append(limits.TOO_MANY)
        again = _again(submission, form, token, 429)
        again.headers.update(limits.AFTER_AN_HOUR)
        return again
    if not form.validate():
        return _again(submission, form, token, form.status)
    try:
        shown_id = transact(lambda at: readdress(submission_id, form.address, at=at))
    except (CorrectionOverError, RefusedInFieldError, *REFUSALS) as refusal:
        form.form_errors.append(refusals.sentence_for(refusal))
        return _again(_submission(token), form, token, 409)
    return redirect(confirmation_address(shown_id), 303)


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
    uid, mode, days = submission.calendar_uid, submission.mode, besides.of(desk, submission.outcome).days
    held = picked.confirmed_in(submission.outcome) if submission.state is RegistrationState.CONFIRMED else []
    agenda = picked.agenda(_picked(desk, submission))
    found = entries.with_sessions(desk.event, held, uid=uid, mode=mode, days=days, agenda=agenda)
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


def submission_shown(token: str) -> Shown:
    """The same to look at alone."""
    reference = links.read_reference(links.CONFIRMATION, token)
    row = _SHOWN.run({"id": reference.id}) if reference else None
    shown = Shown(*row) if row else None
    return shown if shown and _is_kept(shown) else abort(404)


def _what_next(desk: Desk, submission: ShownSubmission) -> list[Step]:
    if _told_by_mail(submission):
        return desk_words.told_by_mail(desk)
    turn = _keeps_turn(submission)
    mail, *then = desk_words.what_next(desk, submission.mode, submission.state, keeps_turn=turn)
    return [mail, *besides.of(desk, submission.outcome).steps, *then]


def _told_by_mail(submission: ShownSubmission) -> bool:
    """Whether the page must leave it to the mail how things stand: who is registered of an organization is told
    nobody else."""
    return bool(submission.outcome.get("told_by_mail"))


def _is_kept(submission: ShownSubmission) -> bool:
    return clock.now() < submission.submitted_at + FORMS_ARE_KEPT

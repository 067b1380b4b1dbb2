"""What people need to take part. Only for those with the right; each look at a request is logged before it is shown."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import current_user

from app import clock
from app.mail.wording import words_for
from app.models import MessageKind, Registration, Right
from app.operations import auditing, notifying
from app.operations.registration import answering
from app.operations.registration.answering import Answer
from app.web.staff import blueprint
from app.web.staff.acting import load_event, member
from app.web.staff.door import requires
from app.web.staff.mail_views import MailView, mail_view, without_way_in
from app.web.staff.registration.answer_form import AnswerForm
from app.web.staff.registration.attendees import EVENT
from app.web.staff.registration.loading import attempt, load
from app.web.staff.registration.registrations import PERSON


@blueprint.get(f"{EVENT}/needs")
@requires(Right.VIEW_NEEDS)
def needs(event_id: int) -> str:
    """Who waits for an answer, and who has one; what they need is on each one's own page."""
    return render_template(
        "staff/registration/needs.html",
        event=load_event(event_id),
        requests=answering.open_requests(event_id),
        answered=answering.answered(event_id),
    )


@blueprint.route(f"{PERSON}/needs", methods=["GET", "POST"])
@requires(Right.VIEW_NEEDS)
def needs_of_registration(registration_id: int) -> ResponseReturnValue:
    """What somebody needs, and the answer to it: looked at as a mail first, if wanted, then sent."""
    person = load(registration_id)
    asked = answering.request_of(registration_id) or abort(404)
    form = AnswerForm(can_be_mailed=person.can_be_mailed, version=answering.version_of(asked))
    is_sound = form.validate_on_submit()
    if is_sound and "look" in request.form:
        return _page(registration_id, form, _preview(person, form.answer))
    if is_sound and _is_answered(registration_id, form):
        words = _("Noted. No mail is sent.") if form.answer.by_phone else _("Answered. The mail is on its way.")
        flash(words, "success")
        return redirect(url_for("staff.needs", event_id=load(registration_id).event_id), 303)
    return _page(registration_id, form), 422 if form.errors else 200


def _is_answered(registration_id: int, form: AnswerForm) -> bool:
    """Do it. When it is refused, the form says why, and what stands now."""
    given, version, by, by_name = form.answer, form.version.data, member(), current_user.name
    refusal = attempt(
        lambda at: answering.answer(registration_id, given, version=version, by=by, by_name=by_name, at=at)
    )
    if refusal:
        form.form_errors.append(refusal)
        standing = answering.request_of(registration_id) or abort(404)
        form.version.data = answering.version_of(standing)
    return not refusal


def _page(registration_id: int, form: AnswerForm, mail: MailView | None = None) -> str:
    """The page, each time with a line in the log before it."""
    auditing.viewed("registration", registration_id, actor=member(), event_id=load(registration_id).event_id)
    person, asked = load(registration_id), answering.request_of(registration_id) or abort(404)
    return render_template(
        "staff/registration/needs_of_person.html",
        person=person,
        event=person.event,
        request=asked,
        told=answering.unsealed(asked),
        answer=answering.answer_of(asked),
        form=form,
        mail=mail,
        page_error=bool(form.errors),
    )


def _preview(person: Registration, given: Answer) -> MailView | None:
    """The mail as it would leave, with links that open nothing; none when none is sent."""
    if given.by_phone:
        return None
    at = clock.now()
    told = {
        "registration": without_way_in(notifying.registration_facts(person)),
        "event": notifying.event_facts(person.event, at),
        "answer": answering.facts(given, current_user.name or member()),
    }
    words = words_for(MessageKind.ACCESSIBILITY_ANSWERED, person.event_id, person.language)
    return mail_view(MessageKind.ACCESSIBILITY_ANSWERED, told, person.language, at=at, words=words)

"""What is held of a person: a file for whoever asks to see it, and erasing it on their wish."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user
from flask_wtf import FlaskForm
from wtforms.validators import InputRequired

from app import clock
from app.db import db, transact
from app.formats import mail_copies
from app.models import Registration, Right
from app.operations.records import disclosing, erasing
from app.operations.records.disclosing import Person
from app.operations.registration import cancelling
from app.web.fields import TickField
from app.web.staff import blueprint
from app.web.staff.acting import member, refusal_of
from app.web.staff.door import requires
from app.web.staff.proof import is_just_proven
from app.web.staff.registration.loading import back_to_person, load
from app.web.staff.registration.registrations import PERSON

TABLES = {
    "accessibility_request": _l("Accessibility requests"),
    "answer": _l("Answers to questions"),
    "approval": _l("Decisions of the office"),
    "audit_entry": _l("Lines of the log"),
    "booked_place": _l("Places that a colleague booked"),
    "booking": _l("Bookings for colleagues"),
    "bounced_address": _l("Mail came back from the address"),
    "follow_request": _l("Unconfirmed wishes for news"),
    "form_submission": _l("Sent forms"),
    "invitation": _l("Invitations"),
    "opening_alert": _l("Wishes to hear when registration opens"),
    "outgoing_email": _l("Mails, with their texts"),
    "pending_move": _l("Wishes to hand over or to move"),
    "pick": _l("Chosen sessions"),
    "registration": _l("Registrations"),
    "room_request": _l("Wishes to attend in person"),
    "session_presence": _l("Sessions joined online"),
    "subscriber": _l("News that they follow"),
    "unwanted_address": _l("Mail to many marked as unwanted"),
    "us_person_answer": _l("Whether they are a U.S. person"),
}
MOST_NAMED = 20
REFUSALS: dict[type[Exception], Any] = {
    erasing.MailLeavingError: _l(
        "A mail to this person is leaving just now. Nothing was erased: try again in a minute."
    ),
}


class ErasureForm(FlaskForm):
    is_sure = TickField(
        _l("They asked for it, or the office must, and no law demands that it is kept"),
        validators=[InputRequired(_l("Tick this first: it cannot be taken back."))],
    )


@blueprint.route(f"{PERSON}/erasure", methods=["GET", "POST"])
@requires(Right.ADMINISTER)
def erase_person(registration_id: int) -> ResponseReturnValue:
    person, form, actor = load(registration_id), ErasureForm(), member()
    if not is_just_proven():
        return _prove(registration_id)
    if not form.validate_on_submit():
        return _page(person, form)
    refusal = with_copies(
        lambda: disclosing.person_of(load(registration_id)),
        lambda at: erasing.erase(registration_id, by=actor, at=at),
    )
    return back_to_person(registration_id, _("Everything that told who this person was is erased."), refusal)


def with_copies(whose: Callable[[], Person], work: Callable[[datetime], Any]) -> str:
    """Erase somebody, and then the copies of their mails outside the database. Returns why it was refused."""
    mails: list[str] = []

    def noted(at: datetime) -> None:
        mails[:] = erasing.mails_of(whose())
        work(at)

    refusal = refusal_of(noted, REFUSALS)
    if not refusal and (left := mail_copies.forget(mails, _copies())):
        _name(sorted(left))
    return refusal


def _name(left: list[str]) -> None:
    """In the log as well: a large archive is searched for so long that the browser may not wait for the page."""
    current_app.logger.error("Copies of mails could not be deleted from the archive: %s", ", ".join(left))
    words = _(
        "Copies of mails could not be deleted from the archive. Whoever runs the site must do it: %(ids)s",
        ids=", ".join(left[:MOST_NAMED]),
    )
    flash(words, "error")


def _copies() -> list[Path]:
    """Where mails lie outside the database: in the archive, and in the Maildir of the time without a mail server."""
    config, local = current_app.config, current_app.config["INSTANCE_DIR"] / "mail"
    archive = [Path(config["MAIL_ARCHIVE"])] if config["MAIL_ARCHIVE"] else []
    return archive + ([local] if local.is_dir() else [])


@blueprint.post(f"{PERSON}/held")
@requires(Right.ADMINISTER)
def take_held(registration_id: int) -> ResponseReturnValue:
    """Logged first, then handed out."""
    person, actor = load(registration_id), member()
    if not is_just_proven():
        return _prove(registration_id)
    transact(
        lambda at: cancelling.record(
            db.session.get_one(Registration, registration_id), disclosing.TOOK, by=actor, at=at
        )
    )
    return as_download(disclosing.person_of(load(registration_id)), f"held-{person.id}")


def as_download(person: Person, name: str) -> Response:
    may_read = current_user.may(Right.VIEW_NEEDS) and current_user.may(Right.VIEW_VETTING)
    found = disclosing.disclosed(person, with_sealed=may_read)
    headers = {"Content-Disposition": f'attachment; filename="{name}.json"', "Cache-Control": "no-store"}
    return Response(disclosing.as_file(found), content_type="application/json; charset=utf-8", headers=headers)


def counted(person: Person) -> list[tuple[Any, int]]:
    """What is held, in words, and how much of it."""
    return [(TABLES[name], number) for name, number in disclosing.count(person).items()]


def _prove(registration_id: int) -> ResponseReturnValue:
    here = url_for("staff.erase_person", registration_id=registration_id)
    return redirect(url_for("security.verify", next=here), 303)


def _page(person: Registration, form: ErasureForm) -> ResponseReturnValue:
    is_refused, whose, at = request.method == "POST", disclosing.person_of(person), clock.now()
    mine = [load(one) for one in whose.registration_ids]
    html = render_template(
        "staff/records/erase.html",
        person=person,
        event=person.event,
        form=form,
        counts=counted(whose),
        registrations=mine,
        coming=[one for one in mine if one.is_live and not one.event.is_settled(at)],
        is_committee=any(one.event.committee for one in mine),
        page_error=is_refused,
    )
    return html, 422 if is_refused else 200

"""Announcements of an event: all of them, and one of them with its words, its people and how it reads."""

from datetime import datetime
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import clock
from app.db import db, transact
from app.mail.wording import words_for
from app.models import Announcement, EmailState, MessageKind, Registration, Right
from app.models.placeholder import GENERAL
from app.operations import notifying
from app.operations.communication import addressing, sending, writing
from app.operations.registration import filtering
from app.web.meanwhile import of_fields
from app.web.paging import Paging, requested_page
from app.web.staff import blueprint
from app.web.staff.acting import form_page, load_event, member
from app.web.staff.communication.writing_forms import AnnouncementForm
from app.web.staff.door import requires
from app.web.staff.listing import whole_number
from app.web.staff.mail_views import MailView, mail_view, without_way_in
from app.web.staff.registration.attendees import EVENT, choices_of, filter_in

ONE = "/announcements/<int:announcement_id>"
PAGE_SIZE = 50
CHANGED = _l("Somebody changed this meanwhile. Look at it again before you go on.")
NO_DRAFT = _l("This is no draft any more, so its words stand. Look at how it stands now.")
# How the mails of one that has left stand, in the words of the office.
HEAPS = (
    (_l("on their way"), (EmailState.QUEUED, EmailState.CLAIMED, EmailState.SENDING, EmailState.RETRY)),
    (_l("sent"), (EmailState.ACCEPTED,)),
    (_l("in doubt"), (EmailState.IN_DOUBT,)),
    (_l("failed"), (EmailState.FAILED, EmailState.BOUNCED)),
    (_l("withdrawn"), (EmailState.WITHDRAWN,)),
)


def load(announcement_id: int) -> Announcement:
    return db.session.get(Announcement, announcement_id) or abort(404)


@blueprint.get(f"{EVENT}/announcements")
@requires(Right.WRITE_TO_PEOPLE)
def announcements(event_id: int) -> str:
    event, found = load_event(event_id), writing.of_event(event_id)
    return render_template(
        "staff/communication/announcements.html",
        event=event,
        drafts=[one for one in found if one.is_draft],
        sent=[(one, heaps(one)) for one in found if not one.is_draft],
        filter_words=filter_words,
    )


def filter_words(announcement: Announcement) -> str:
    """Whom it is for, as one line."""
    words = "; ".join(str(one) for one in addressing.filter_of(announcement).words.values())
    return words or _("Everybody who holds a seat or waits")


def heaps(announcement: Announcement) -> list[tuple[Any, int]]:
    """Of how many mails what has become."""
    told = addressing.told(announcement) if announcement.left_at else {}
    counted = [(label, sum(told.get(state, 0) for state in states)) for label, states in HEAPS]
    return [(label, count) for label, count in counted if count]


@blueprint.route(f"{EVENT}/announcements/new", methods=["GET", "POST"])
@requires(Right.WRITE_TO_PEOPLE)
def new_announcement(event_id: int) -> ResponseReturnValue:
    """For those of the attendee list's filter; the words may come from a kept text."""
    event, asked = load_event(event_id), filter_in(request.args, event_id)
    texts = writing.kept_texts()
    kept = next((one for one in texts if one.id == whole_number("text")), None)
    form = AnnouncementForm(data={"subject": kept.subject, "text": kept.text} if kept else {})
    if form.validate_on_submit():
        words, actor = form.words, member()
        made = transact(lambda at: writing.draft(event_id, words, asked, by=actor, at=at).id)
        return redirect(url_for("staff.announcement", announcement_id=made), 303)
    return _form_page(event, form, texts=texts, query=filtering.written(asked))


@blueprint.route(f"{ONE}/words", methods=["GET", "POST"])
@requires(Right.WRITE_TO_PEOPLE)
def change_announcement(announcement_id: int) -> ResponseReturnValue:
    found = load(announcement_id)
    words = writing.Words.of(found)
    form = AnnouncementForm(data=vars(words) | {"version": found.version})
    if form.validate_on_submit():
        typed, version, actor = form.words, form.shown_version, member()
        try:
            transact(lambda at: writing.rewrite(announcement_id, typed, version=version, by=actor, at=at).id)
        except writing.ChangedMeanwhileError:
            found = load(announcement_id)
            form.version.data = str(found.version)
            meanwhile = of_fields(form, vars(writing.Words.of(found)))
            return _form_page(found.event, form, announcement=found, meanwhile=meanwhile)
        except writing.NoDraftError:
            form.form_errors.append(str(NO_DRAFT))
        else:
            return redirect(url_for("staff.announcement", announcement_id=announcement_id), 303)
    return _form_page(load(announcement_id).event, form, announcement=load(announcement_id))


def _form_page(event: Any, form: AnnouncementForm, **values: Any) -> ResponseReturnValue:
    return form_page("staff/communication/write.html", form, event=event, placeholders=GENERAL, **values)


@blueprint.get(ONE)
@requires(Right.WRITE_TO_PEOPLE)
def announcement(announcement_id: int) -> str:
    found, at = load(announcement_id), clock.now()
    asked = addressing.filter_of(found)
    may_change = found.left_at is None
    shown = addressing.shown(addressing.order_of(asked), whole_number("person")) if may_change else None
    return render_template(
        "staff/communication/announcement.html",
        announcement=found,
        event=found.event,
        asked=asked,
        is_filter_gone=may_change and not addressing.still_means(found),
        filter_words=filter_words(found),
        audience=addressing.audience(asked) if may_change else None,
        shown=shown,
        mail=_rendered(found, shown.registration, at) if shown else None,
        previous_url=_person_url(found, shown.previous) if shown else "",
        next_url=_person_url(found, shown.following) if shown else "",
        is_tested=found.is_tested_by(member()),
        heaps=heaps(found),
        **choices_of(found.event, asked),
    )


def _person_url(announcement: Announcement, person: int | None) -> str:
    url = url_for("staff.announcement", announcement_id=announcement.id, person=person, _anchor="reading")
    return url if person else ""


def _rendered(announcement: Announcement, registration: Registration, at: datetime) -> MailView:
    """The very mail that this person would get now, but for its personal links."""
    person = without_way_in(notifying.registration_facts(registration))
    facts = sending.facts_for(announcement, at) | {"registration": person}
    words = words_for(MessageKind.ANNOUNCEMENT, announcement.event_id, registration.language)
    return mail_view(MessageKind.ANNOUNCEMENT, facts, registration.language, at=at, words=words)


@blueprint.get(f"{ONE}/people")
@requires(Right.WRITE_TO_PEOPLE)
def people_of_announcement(announcement_id: int) -> str:
    found, page = load(announcement_id), requested_page(request.args)
    ids = addressing.order_of(addressing.filter_of(found))
    paging = Paging(page, len(ids), PAGE_SIZE)
    return render_template(
        "staff/communication/people.html",
        announcement=found,
        event=found.event,
        rows=addressing.rows(ids[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]),
        paging=paging,
        filter_words=filter_words(found),
        page_url=lambda number: url_for("staff.people_of_announcement", announcement_id=announcement_id, page=number),
    )

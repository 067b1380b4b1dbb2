"""The words of each kind of mail, for an event or for a series: what is the house's own, and what was put otherwise."""

from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from app import clock
from app.db import db, transact
from app.mail import necessary
from app.models import Event, MailWords, MessageKind, Right, Series
from app.models.mail_wording import ADAPTABLE, LONGEST_PART, OWN_SENTENCE, placeholders_of
from app.operations.communication import adapting
from app.operations.communication.adapting import Voice
from app.web import language
from app.web.staff import blueprint
from app.web.staff.communication.sample_mails import sample_facts
from app.web.staff.communication.writing_forms import KnownPlaceholders
from app.web.staff.door import requires
from app.web.staff.mail_views import MailView, mail_view
from app.web.staff.program.fields import Lines
from app.web.staff.program.saving import member

EVENT, SERIES = "/events/<int:event_id>/wording", "/series/<int:series_id>/wording"


class WordingForm(FlaskForm):
    introduction = Lines(_l("Before it"), LONGEST_PART, rows=4)
    sentence = Lines(_l("The sentence itself"), LONGEST_PART, rows=4)
    closing = Lines(_l("At the end"), LONGEST_PART, rows=4)

    @classmethod
    def for_kind(cls, kind: MessageKind, words: MailWords) -> "WordingForm":
        form = cls(data=vars(words))
        if kind not in OWN_SENTENCE:
            del form.sentence
        known = {one.value for one in placeholders_of(kind)}
        for field in form:
            field.validators = [*field.validators, KnownPlaceholders(known)]
        return form

    @property
    def words(self) -> MailWords:
        sentence = self.sentence.data if "sentence" in self else ""
        return MailWords(self.introduction.data, sentence, self.closing.data)


@dataclass(frozen=True)
class Speaker:
    """Whose words a page is about, with the event it shows mails by."""

    voice: Voice
    name: str
    event: Event | None
    series: Series

    @classmethod
    def of(cls, event_id: int | None, series_id: int | None) -> "Speaker":
        if event_id is not None:
            event = db.session.get(Event, event_id) or abort(404)
            return cls(Voice(event_id=event_id), event.title, event, event.series)
        series = db.session.get(Series, series_id) or abort(404)
        return cls(Voice(series_id=series.id), series.full_name, adapting.example_of(series.id), series)

    def url(self, endpoint: str = "wording", **more: Any) -> str:
        return url_for(f"staff.{endpoint}", event_id=self.voice.event_id, series_id=self.voice.series_id, **more)

    @property
    def inherited(self) -> dict[MessageKind, MailWords]:
        """What is said where this voice says nothing."""
        return adapting.inherited(self.event) if self.event and self.voice.event_id is not None else {}


def kind_named(name: str) -> MessageKind:
    return next((kind for kind in ADAPTABLE if kind.value == name), None) or abort(404)


@blueprint.get(EVENT)
@blueprint.get(SERIES)
@requires(Right.EDIT_EVENTS)
def wording(event_id: int | None = None, series_id: int | None = None) -> str:
    speaker = Speaker.of(event_id, series_id)
    return render_template(
        "staff/communication/wording.html",
        speaker=speaker,
        kinds=ADAPTABLE,
        own=adapting.wordings(speaker.voice),
        inherited=speaker.inherited,
    )


@blueprint.route(f"{EVENT}/<slug:kind>", methods=["GET", "POST"])
@blueprint.route(f"{SERIES}/<slug:kind>", methods=["GET", "POST"])
@requires(Right.EDIT_EVENTS)
def adapt_wording(kind: str, event_id: int | None = None, series_id: int | None = None) -> ResponseReturnValue:
    """One kind, with the mail beside it. "Show it" changes nothing but the picture."""
    speaker, chosen = Speaker.of(event_id, series_id), kind_named(kind)
    own = adapting.wordings(speaker.voice).get(chosen)
    form = WordingForm.for_kind(chosen, own or speaker.inherited.get(chosen, MailWords()))
    is_sound = form.validate_on_submit() and not _lacks(form, chosen, speaker)
    if is_sound and "show" not in request.form:
        words, voice, actor = form.words, speaker.voice, member()
        transact(lambda at: adapting.adapt(voice, chosen, words, by=actor, at=at))
        flash(_("Kept. Mails that are written from now on say it so."), "success")
        return redirect(speaker.url(), 303)
    refused = bool(form.errors)
    html = render_template(
        "staff/communication/adapt.html",
        speaker=Speaker.of(event_id, series_id),
        kind=chosen,
        form=form,
        own=own,
        mail=_shown(chosen, Speaker.of(event_id, series_id), form.words if not refused else MailWords()),
        placeholders=placeholders_of(chosen),
        page_error=refused,
    )
    return html, 422 if refused else 200


def _lacks(form: WordingForm, kind: MessageKind, speaker: Speaker) -> bool:
    """Whether something necessary would be missing, which the form then says."""
    if speaker.event is None:
        return False
    lost = necessary.missing(kind, sample_facts(kind, speaker.event, clock.now()), form.words, language.current())
    if lost:
        form.form_errors.append(_("The mail would no longer say: %(what)s.", what=", ".join(lost)))
    return bool(lost)


def _shown(kind: MessageKind, speaker: Speaker, words: MailWords) -> MailView | None:
    """The mail, by the event or the newest of the series; none where there is no event yet."""
    if speaker.event is None:
        return None
    at = clock.now()
    facts = sample_facts(kind, speaker.event, at)
    return mail_view(kind, facts, language.current(), at=at, words=words)


@blueprint.post(f"{EVENT}/<slug:kind>/restoration")
@blueprint.post(f"{SERIES}/<slug:kind>/restoration")
@requires(Right.EDIT_EVENTS)
def restore_wording(kind: str, event_id: int | None = None, series_id: int | None = None) -> ResponseReturnValue:
    speaker, chosen = Speaker.of(event_id, series_id), kind_named(kind)
    url, voice, actor = speaker.url(), speaker.voice, member()
    transact(lambda at: adapting.restore(voice, chosen, by=actor, at=at))
    flash(_("Restored. Mails that are written from now on say it as before."), "success")
    return redirect(url, 303)

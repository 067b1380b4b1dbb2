"""The words of each kind of mail, for an event or for a series: what is the house's own, and what was put otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from app import clock
from app.db import db, transact
from app.mail import necessary
from app.models import Event, MailWords, MessageKind, Right, Series
from app.models.mail_variants import Variant, variants_of
from app.models.mail_wording import ADAPTABLE, FIXED, placeholders_of, subject_needs
from app.operations import notifying
from app.operations.communication import adapting
from app.operations.communication.adapting import Voice
from app.operations.meanwhile import ChangedMeanwhileError
from app.web import language
from app.web.meanwhile import Difference, of_fields
from app.web.staff import blueprint
from app.web.staff.acting import form_page, member
from app.web.staff.communication.sample_mails import sample_facts
from app.web.staff.communication.wording_form import form_for, values_of, words_in
from app.web.staff.door import requires
from app.web.staff.mail_views import MailView, mail_view

EVENT, SERIES = "/events/<int:event_id>/wording", "/series/<int:series_id>/wording"


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
    def kinds(self) -> list[MessageKind]:
        """Whoever is asked whether they want news of a series is told of no event."""
        is_event = self.voice.event_id is not None
        return [kind for kind in ADAPTABLE if not (is_event and kind is MessageKind.CONFIRM_FOLLOWING)]

    @property
    def way_back(self) -> tuple[str, str]:
        if self.voice.event_id is not None:
            return self.name, url_for("staff.event", event_id=self.voice.event_id)
        return self.name, url_for("staff.series", series_id=self.series.id)

    @property
    def inherited(self) -> dict[MessageKind, MailWords]:
        """What is said where this voice says nothing."""
        return adapting.inherited(self.event) if self.event and self.voice.event_id is not None else {}


def kind_named(name: str, speaker: Speaker) -> MessageKind:
    return next((kind for kind in speaker.kinds if kind.value == name), None) or abort(404)


@blueprint.get(EVENT)
@blueprint.get(SERIES)
@requires(Right.EDIT_EVENTS)
def wording(event_id: int | None = None, series_id: int | None = None) -> str:
    speaker = Speaker.of(event_id, series_id)
    return render_template(
        "staff/communication/wording.html",
        speaker=speaker,
        fixed=FIXED,
        own=_parts(adapting.wordings(speaker.voice)),
        inherited=_parts(speaker.inherited),
    )


def _parts(words: dict[MessageKind, MailWords]) -> dict[MessageKind, str]:
    """Kind → which parts of it are put otherwise, in words."""
    names = {"subject": _("subject"), "introduction": _("before it"), "closing": _("at the end")}
    found = {}
    for kind, one in words.items():
        said = [names.get(part.name, _("sentence")) for part in adapting.said(kind, one) if part.text]
        found[kind] = ", ".join(dict.fromkeys(said))
    return found


@blueprint.route(f"{EVENT}/<slug:kind>", methods=["GET", "POST"])
@blueprint.route(f"{SERIES}/<slug:kind>", methods=["GET", "POST"])
@requires(Right.EDIT_EVENTS)
def adapt_wording(kind: str, event_id: int | None = None, series_id: int | None = None) -> ResponseReturnValue:
    """One kind, with the mail beside it. "Show it" changes nothing but the picture."""
    speaker = Speaker.of(event_id, series_id)
    chosen = kind_named(kind, speaker)
    own, former = adapting.wordings(speaker.voice).get(chosen), speaker.inherited.get(chosen, MailWords())
    form = form_for(chosen)(data=values_of(chosen, own or former) | {"shown": adapting.shown(own)})
    is_sound = form.validate_on_submit() and not _lacks(form, chosen, speaker)
    if not is_sound or "show" in request.form:
        return _page(form, chosen, Speaker.of(event_id, series_id), own)
    words, version, voice, actor = words_in(form, chosen), form["shown"].data, speaker.voice, member()
    try:
        transact(lambda at: adapting.adapt(voice, chosen, words, by=actor, at=at, version=version))
    except ChangedMeanwhileError:
        own = adapting.wordings(voice).get(chosen)
        form["shown"].data = adapting.shown(own)
        found = of_fields(form, values_of(chosen, own or MailWords()))
        return _page(form, chosen, Speaker.of(event_id, series_id), own, found)
    flash(_("Kept. Mails that are written from now on say it so."), "success")
    return redirect(speaker.url(), 303)


def _page(
    form: FlaskForm, kind: MessageKind, speaker: Speaker, own: MailWords | None, meanwhile: Sequence[Difference] = ()
) -> ResponseReturnValue:
    words = MailWords() if form.errors else words_in(form, kind)
    variants = variants_of(kind)
    shown = _variant_shown(variants, speaker)
    return form_page(
        "staff/communication/adapt.html",
        form,
        meanwhile,
        speaker=speaker,
        kind=kind,
        own=own,
        own_shown=adapting.shown(own),
        is_inherited=own is None and kind in speaker.inherited,
        variants=variants,
        field_of=adapting.field_of,
        shown=shown,
        mail=_shown(kind, speaker, words, shown.name),
        placeholders=placeholders_of(kind),
        subject_needs=subject_needs(kind),
    )


def _variant_shown(variants: tuple[Variant, ...], speaker: Speaker) -> Variant:
    """The one that was asked for, else one that fits the event."""
    wanted = request.values.get("show")
    ways = {mode.value for mode in speaker.event.modes} if speaker.event else set()
    fitting = [one for one in variants if one.name == wanted] or [one for one in variants if one.name in ways]
    return [*fitting, *variants, Variant()][0]


def _lacks(form: FlaskForm, kind: MessageKind, speaker: Speaker) -> bool:
    """Whether something necessary would be missing, or become untrue; the form then says what."""
    if speaker.event is None:
        return False
    words, at, say = words_in(form, kind), clock.now(), form.form_errors.append
    for variant in variants_of(kind) or (Variant(),):
        facts = sample_facts(kind, speaker.event, at, variant.name)
        if lost := necessary.missing(kind, facts, words, language.current()):
            say(_("The mail would no longer say: %(what)s.", what=", ".join(lost)))
            break
    texts = [part.text for part in adapting.said(kind, words)]
    told = {"event": notifying.event_facts(speaker.event, at)}
    for typed, instead in necessary.typed_out(told, texts, language.current()):
        say(_("“%(typed)s” may change. Put {%(name)s} there, which stays true.", typed=typed, name=instead.value))
    return bool(form.form_errors)


def _shown(kind: MessageKind, speaker: Speaker, words: MailWords, variant: str) -> MailView | None:
    """The mail, by the event or the newest of the series; none where there is no event yet."""
    if speaker.event is None:
        return None
    at = clock.now()
    facts = sample_facts(kind, speaker.event, at, variant)
    return mail_view(kind, facts, language.current(), at=at, words=words)


@blueprint.post(f"{EVENT}/<slug:kind>/restoration")
@blueprint.post(f"{SERIES}/<slug:kind>/restoration")
@requires(Right.EDIT_EVENTS)
def restore_wording(kind: str, event_id: int | None = None, series_id: int | None = None) -> ResponseReturnValue:
    speaker = Speaker.of(event_id, series_id)
    chosen = kind_named(kind, speaker)
    url, voice, actor, version = speaker.url(), speaker.voice, member(), request.form.get("shown")
    try:
        transact(lambda at: adapting.restore(voice, chosen, by=actor, at=at, version=version))
    except ChangedMeanwhileError:
        flash(_("Somebody changed these words meanwhile. Read them, then press once more."), "error")
        return redirect(url_for("staff.adapt_wording", kind=kind, event_id=event_id, series_id=series_id), 303)
    flash(_("Restored. Mails that are written from now on say it as before."), "success")
    return redirect(url, 303)

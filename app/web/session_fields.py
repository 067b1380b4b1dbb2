"""The fields with which people pick sessions, on public and staff pages alike."""

import json
import re
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import Field, HiddenField
from wtforms.fields.choices import SelectChoice

from app.models import Event, Mode
from app.operations.registration import picking
from app.operations.registration.fitting import SessionsOverlapError, key_of
from app.operations.registration.picking import Wanted
from app.operations.registration.submitting import RefusedInFieldError
from app.web.choices import CheckboxesField
from app.web.meanwhile import Difference, of_sessions
from app.web.session_words import GONE
from app.web.showing.picker import NOTHING, Held, Picker, can_be_picked, picker

_KEY = re.compile(r"[0-9]{1,18}-[0-9]{1,18}")
MOST_KEYS = 200


class SessionsField(CheckboxesField):
    """The sessions that are picked, by id; drawn by components/session_picker.html."""

    def __init__(self, **given: Any) -> None:
        super().__init__(
            _l("Sessions"),
            coerce=int,
            choices=[],
            invalid_choice_message=GONE,
            invalid_value_message=GONE,
            **given,
        )
        self.picker: Picker | None = None
        self.clashing: frozenset[int] = frozenset()

    def offer(self, event: Event, modes: Sequence[Mode], at: datetime, *, held: Held = NOTHING) -> bool:
        """Offer what people who attend in one of these ways can pick. Returns whether there is anything."""
        offered = [one for one in event.sessions if can_be_picked(one, modes, at, held)]
        self.choices = [SelectChoice(str(session.id), session.title) for session in offered]
        self._show = lambda: picker(event, modes, at, held=held)
        return bool(offered)

    @property
    def agenda(self) -> Picker:
        """All that is drawn; a form that was filled rightly never needs it."""
        if self.picker is None:
            self.picker = self._show()
        return self.picker

    @property
    def options(self) -> dict[int, Any]:
        """The tick-box of each session that is offered."""
        return {int(option.data): option for option in self}

    @property
    def count_words(self) -> str:
        """What the script says when none, one, two … are chosen, as JSON."""
        numbers = range(len(self.agenda.choices) + 1)
        return json.dumps([ngettext("%(num)s session chosen", "%(num)s sessions chosen", number) for number in numbers])

    @property
    def picked(self) -> tuple[int, ...]:
        return tuple(self.data or ())


class OverlapsField(Field):
    """The overlaps that a person means: one tick that names them all."""

    def __init__(self, **given: Any) -> None:
        super().__init__(_l("I know that these overlap. Keep them all."), **given)

    def process_formdata(self, valuelist: list[str]) -> None:
        keys = (valuelist[0] if valuelist else "").split()[:MOST_KEYS]
        self.data = tuple(key for key in keys if _KEY.fullmatch(key))

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(self.data or ())


class PicksSessions:
    """A form with the two fields above, named ``sessions`` and ``noticed_overlaps``."""

    sessions = SessionsField()
    noticed_overlaps = OverlapsField()
    warned: tuple[str, ...] = ()  # Overlaps that the person has still to agree to.

    def offer_sessions(self, event: Event, modes: Sequence[Mode], at: datetime, *, held: Held = NOTHING) -> None:
        """Where there is nothing to pick, nothing is asked."""
        if not self.sessions.offer(event, modes, at, held=held):
            del self.sessions
            del self.noticed_overlaps

    def session_details(self) -> dict[str, Any]:
        """The values of RegistrationDetails that these fields give."""
        if not self.sessions:
            return {}
        return {"sessions": self.wanted.sessions, "noticed_overlaps": self.wanted.noticed}

    @property
    def wanted(self) -> Wanted:
        if not self.sessions:
            return Wanted(())
        return Wanted(self.sessions.picked, self.noticed_overlaps.keys)

    def mark(self, refusal: RefusedInFieldError) -> None:
        """Point at what a refusal is about."""
        if isinstance(refusal, SessionsOverlapError):
            self.sessions.clashing = frozenset(one.id for pair in refusal.pairs for one in pair)
            self.warned = tuple(key_of(pair) for pair in refusal.pairs) if refusal.may_be_meant else ()


class SwapsSessions(PicksSessions):
    """The same for somebody who has some by now: the form knows which it was shown with."""

    shown = HiddenField()
    meanwhile: Sequence[Difference] = ()

    def compare(self, event: Event, mode: Mode, held: Collection[int]) -> None:
        """Somebody else was faster: set side by side what stands and what was ticked; another press means it so."""
        self.shown.data = picking.mark_of(mode, held)
        self.meanwhile = of_sessions(event.sessions, held, self.wanted.sessions)

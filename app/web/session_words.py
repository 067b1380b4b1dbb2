"""What people read when sessions cannot be picked together: each is named with its time, and so is the way on."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.formats import dates
from app.models import Mode
from app.operations.registration.changing import DayNeededError
from app.operations.registration.fitting import (
    Held,
    SameSessionTwiceError,
    SessionNotThisWayError,
    SessionOtherDayError,
    SessionOverError,
    SessionsOverlapError,
    SessionTakenError,
)
from app.operations.registration.picking import SessionFullError
from app.web.filters import locale

GONE = _l("One of these sessions cannot be chosen any more. Look at your choice again.")


def overlapping(refusal: SessionsOverlapError) -> str:
    """Every pair, and what to do about it."""
    pairs = [
        _("%(one)s and %(other)s are held at the same time.", one=_named(one), other=_named(other))
        for one, other in refusal.pairs
    ]
    if refusal.may_be_meant:
        return " ".join([*pairs, _("Change your choice, or tick that you know it.")])
    return " ".join([*pairs, _("Nobody can attend both: choose one.")])


def chosen_twice(refusal: SameSessionTwiceError) -> str:
    one, other = (_named(held) for held in refusal.pair)
    return _("%(one)s and %(other)s are the same session, held twice. Choose one of them.", one=one, other=other)


def not_this_way(refusal: SessionNotThisWayError) -> str:
    session = _named(refusal.session)
    if refusal.mode is Mode.ONLINE:
        return _("%(session)s has no seats online. Choose another one, or attend in person.", session=session)
    return _("%(session)s has no seats in the room. Choose another one, or attend online.", session=session)


def over(refusal: SessionOverError) -> str:
    return _("%(session)s is over. Choose another one.", session=_named(refusal.session))


def other_day(refusal: SessionOtherDayError) -> str:
    return _(
        "%(session)s is held on a day on which you do not come. Choose that day too, among the days you will come, or"
        " leave this session out.",
        session=_named(refusal.session),
    )


def day_needed(refusal: DayNeededError) -> str:
    session = _named(refusal.session)
    return _("You have chosen %(session)s. Keep that day, or give the session up first.", session=session)


def taken(refusal: SessionTakenError) -> str:
    session = _named(refusal.session)
    return _("%(session)s has begun with all seats taken. Choose another one.", session=session)


def full(refusal: SessionFullError) -> str:
    titles = ", ".join(f"“{title}”" for title in refusal.titles)
    return ngettext(
        "%(sessions)s is full by now, so nothing was changed: you keep what you have. To wait for it, choose it "
        "without giving anything up.",
        "%(sessions)s are full by now, so nothing was changed: you keep what you have. To wait for them, choose them "
        "without giving anything up.",
        len(refusal.titles),
        sessions=titles,
    )


def _named(held: Held) -> str:
    zone, language = held.time_zone, locale()
    day = dates.short_date(held.starts_at, zone, language)
    return f"“{held.title}” ({day}, {dates.clock_times(held.starts_at, held.ends_at, zone, language)})"

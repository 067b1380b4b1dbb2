"""The sentence of each kind of mail, and its variants: what is true of one person need not be true of the next.

Where the house says a thing in two ways, because people stand differently, the office says it in two ways as well. A
sentence of its own then only reaches those of whom it is true.
"""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.models.message_kind import MessageKind
from app.models.placeholder import Placeholder

NO_LABEL = _l("The sentence itself")


@dataclass(frozen=True, slots=True)
class Variant:
    """One way in which things stand. ``needs`` is what nothing else in the mail says, so the sentence must."""

    name: str = ""
    label: LazyString = NO_LABEL
    needs: tuple[Placeholder, ...] = ()


def _one(*needs: Placeholder) -> tuple[Variant, ...]:
    return (Variant(needs=needs),)


_WAYS = (Variant("in-person", _l("In person")), Variant("online", _l("Online")))
_SEAT_OR_LINE = (Variant("seat", _l("Has a seat")), Variant("line", _l("Waits")))
_PLAIN = (
    *(MessageKind.APPROVAL_PENDING, MessageKind.APPROVAL_QUESTION, MessageKind.NOT_APPROVED),
    *(MessageKind.PROMOTED, MessageKind.OFFER_LAPSED, MessageKind.SESSION_MOVED),
    *(MessageKind.CANCELLED_BY_STAFF, MessageKind.CHANGED, MessageKind.HOW_TO_JOIN, MessageKind.SESSION_JOIN),
    *(MessageKind.EVENT_POSTPONED, MessageKind.EVENT_CANCELLED, MessageKind.DECLINED, MessageKind.INVITATION),
    *(MessageKind.BOOKED, MessageKind.REGISTRATION_OPEN, MessageKind.NEWS),
    *(MessageKind.EVENT_BRIEF, MessageKind.ACCESSIBILITY_ALERT),
)
# Every kind of mail about events but the announcement, whose sentences are what staff write.
VARIANTS: dict[MessageKind, tuple[Variant, ...]] = {
    MessageKind.CONFIRMED: _WAYS,
    MessageKind.WAITLISTED: _WAYS,
    MessageKind.REMINDER: _WAYS,
    MessageKind.OFFERED: _WAYS,
    MessageKind.LINE_CLOSED: _WAYS,
    MessageKind.EVENT_CHANGED: _SEAT_OR_LINE,
    MessageKind.CANCELLED: (
        *(Variant("seat", _l("Had a seat")), Variant("line", _l("Had waited"))),
        Variant("pending", _l("Had waited for approval")),
        Variant("by-booker", _l("Cancelled by whoever booked"), (Placeholder.BOOKER,)),
    ),
    MessageKind.ALREADY_REGISTERED: (
        Variant("form", _l("The form was sent again")),
        Variant("by-booker", _l("Somebody wanted to book for the person"), (Placeholder.BOOKER,)),
    ),
    MessageKind.SESSION_PROMOTED: (
        Variant("next", _l("Was next in line"), (Placeholder.SESSIONS,)),
        Variant("accepted", _l("Accepted an offer"), (Placeholder.SESSIONS,)),
    ),
    MessageKind.SESSION_OFFERED: _one(Placeholder.SESSIONS),
    MessageKind.SESSION_OFFER_LAPSED: _one(Placeholder.SESSIONS),
    MessageKind.SESSION_LINE_CLOSED: _one(Placeholder.SESSIONS),
    MessageKind.TAKE_OVER: _one(Placeholder.HOLDER),
    MessageKind.CONFIRM_ADDRESS: (
        Variant("own", _l("Asked for by the person"), (Placeholder.HOLDER,)),
        Variant("by-booker", _l("Asked for by whoever booked"), (Placeholder.BOOKER,)),
    ),
    MessageKind.HANDED_OVER: _one(Placeholder.TAKER),
    MessageKind.ADDRESS_ASKED: (
        Variant("own", _l("Asked for by the person"), (Placeholder.NEW_ADDRESS,)),
        Variant("by-booker", _l("Asked for by whoever booked"), (Placeholder.BOOKER, Placeholder.NEW_ADDRESS)),
    ),
    MessageKind.ORGANIZATION_FULL: _one(Placeholder.ORGANIZATION),
    MessageKind.ACCESSIBILITY_RECEIVED: (
        Variant("named", _l("Somebody is named for it"), (Placeholder.WHO_ANSWERS,)),
        Variant("unnamed", _l("Nobody is named for it")),
    ),
    MessageKind.ACCESSIBILITY_ANSWERED: (
        Variant("arranged", _l("Arranged"), (Placeholder.WHO_ANSWERS,)),
        Variant("not-possible", _l("Not possible"), (Placeholder.WHO_ANSWERS,)),
    ),
    MessageKind.MY_LINKS: (Variant("some", _l("There are some")), Variant("none", _l("There are none"))),
    MessageKind.CONFIRM_FOLLOWING: (
        Variant("asked", _l("The address is to be confirmed")),
        Variant("known", _l("Follows it already")),
    ),
    **dict.fromkeys(_PLAIN, _one()),
}
# What these kinds know beside the general, in whatever variant.
MORE: dict[MessageKind, tuple[Placeholder, ...]] = {
    MessageKind.OFFERED: (Placeholder.ANSWER_BY,),
    MessageKind.SESSION_OFFERED: (Placeholder.SESSIONS, Placeholder.ANSWER_BY),
    MessageKind.SESSION_PROMOTED: (Placeholder.SESSIONS,),
    MessageKind.SESSION_OFFER_LAPSED: (Placeholder.SESSIONS,),
    MessageKind.SESSION_LINE_CLOSED: (Placeholder.SESSIONS,),
    MessageKind.SESSION_JOIN: (Placeholder.SESSIONS,),
    MessageKind.TAKE_OVER: (Placeholder.HOLDER,),
    MessageKind.CONFIRM_ADDRESS: (Placeholder.HOLDER,),
    MessageKind.HANDED_OVER: (Placeholder.TAKER,),
    MessageKind.ADDRESS_ASKED: (Placeholder.NEW_ADDRESS,),
    MessageKind.ORGANIZATION_FULL: (Placeholder.ORGANIZATION, Placeholder.MOST),
    MessageKind.ACCESSIBILITY_ANSWERED: (Placeholder.WHO_ANSWERS,),
}


def variants_of(kind: MessageKind) -> tuple[Variant, ...]:
    """The ways in which its sentence can be said; none where there is no sentence of the house."""
    return VARIANTS.get(kind, ())

"""Which unsent mails a newer one to the same person replaces: what it says anew, never news that it does not tell."""

from app.models.message_kind import ABOUT_SESSIONS, COMPANIONS, OVERTAKEN, STATE_KINDS, TOLD_TO_INVITED, MessageKind

# A seat is held for an answer: whoever does not read of it loses it, so only what settles the offer replaces them.
OFFERS = frozenset({MessageKind.OFFERED, MessageKind.SESSION_OFFERED})
# They tell of the event. How the person stands, confirmed, approved or offered a seat, is news that they do not repeat.
_TELL_OF_EVENT = frozenset({MessageKind.EVENT_CHANGED, MessageKind.EVENT_POSTPONED})
_TOLD_ANEW = TOLD_TO_INVITED | COMPANIONS | {MessageKind.HOW_TO_JOIN, MessageKind.SESSION_MOVED}
_TAKEN_BACK = {
    **dict.fromkeys(STATE_KINDS, OVERTAKEN),
    **dict.fromkeys(ABOUT_SESSIONS, ABOUT_SESSIONS | COMPANIONS),
    **dict.fromkeys(_TELL_OF_EVENT, _TOLD_ANEW),
    MessageKind.SESSION_MOVED: COMPANIONS | {MessageKind.SESSION_MOVED},
    MessageKind.HOW_TO_JOIN: COMPANIONS | {MessageKind.HOW_TO_JOIN},
    MessageKind.CHANGED: OVERTAKEN - OFFERS,
}


def taken_back_by(kind: MessageKind) -> frozenset[MessageKind]:
    return _TAKEN_BACK.get(kind, frozenset())

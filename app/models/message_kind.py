"""What mails there are, and what is true of each kind: whom it reaches, what takes it back."""

from flask_babel import lazy_gettext as _l

from app.models.labels import Labelled


class MessageKind(Labelled):
    CONFIRMED = "confirmed", _l("Registration confirmed")
    WAITLISTED = "waitlisted", _l("On the waiting list")
    PROMOTED = "promoted", _l("Seat given from the waiting list")
    SESSION_PROMOTED = "session-promoted", _l("Seat in a session given from its waiting list")
    OFFERED = "offered", _l("Seat offered from the waiting list")
    OFFER_LAPSED = "offer-lapsed", _l("Offered seat not held any more")
    LINE_CLOSED = "line-closed", _l("Waiting list closed")
    CANCELLED = "cancelled", _l("Registration cancelled by the person")
    CANCELLED_BY_STAFF = "cancelled-by-staff", _l("Registration cancelled by staff")
    CHANGED = "changed", _l("Registration changed")
    HOW_TO_JOIN = "how-to-join", _l("How to join")
    EVENT_CHANGED = "event-changed", _l("Event changed")
    EVENT_POSTPONED = "event-postponed", _l("Event postponed")
    EVENT_CANCELLED = "event-cancelled", _l("Event cancelled")
    ALREADY_REGISTERED = "already-registered", _l("Already registered")
    TAKE_OVER = "take-over", _l("Asked to take over a seat")
    HANDED_OVER = "handed-over", _l("Seat handed over")
    CONFIRM_ADDRESS = "confirm-address", _l("Asked to confirm a new address")
    ADDRESS_ASKED = "address-asked", _l("New address asked for")
    APPROVAL_PENDING = "approval-pending", _l("Registration waits for approval")
    NOT_APPROVED = "not-approved", _l("Registration not approved")
    APPROVAL_QUESTION = "approval-question", _l("Question before approval")
    INVITATION = "invitation", _l("Invitation to register")
    ORGANIZATION_FULL = "organization-full", _l("No place left for the organization")
    BOOKED = "booked", _l("Overview of a booking")
    MY_LINKS = "my-links", _l("My registrations")
    ACCESSIBILITY_RECEIVED = "accessibility-received", _l("Accessibility request received")
    ACCESSIBILITY_ALERT = "accessibility-alert", _l("Accessibility request, alert to staff")
    ACCESSIBILITY_ANSWERED = "accessibility-answered", _l("Accessibility request answered")
    REGISTRATION_OPEN = "registration-open", _l("Registration has opened")
    ANNOUNCEMENT = "announcement", _l("Announcement")
    CONFIRM_FOLLOWING = "confirm-following", _l("Asked to confirm following")
    NEWS = "news", _l("News of what somebody follows")
    STAFF_SIGN_IN = "staff-sign-in", _l("Sign-in for staff")
    REMINDER = "reminder", _l("Reminder")
    SESSION_OFFERED = "session-offered", _l("Seat in a session offered from its waiting list")
    SESSION_OFFER_LAPSED = "session-offer-lapsed", _l("Offered seat in a session not held any more")
    SESSION_MOVED = "session-moved", _l("Session held at another time or place")
    SESSION_LINE_CLOSED = "session-line-closed", _l("Waiting list of a session closed")
    SESSION_JOIN = "session-join", _l("How to join a session")
    DECLINED = "declined", _l("Declined in a calendar")
    EVENT_BRIEF = "event-brief", _l("Brief to the contact of an event")
    TEST = "test", _l("Test")

    @property
    def tells_of_needs(self) -> bool:
        """Whether the very fact that there is one tells that somebody has accessibility needs."""
        return self in KINDS_ABOUT_NEEDS

    @property
    def is_sealed(self) -> bool:
        """Whether its words are so private that they are unreadable at rest, and each look at them is logged."""
        return self is MessageKind.ACCESSIBILITY_ANSWERED

    @property
    def says_state(self) -> bool:
        """Whether a newer one of these makes an older, unsent one untrue."""
        return self in STATE_KINDS

    @property
    def presumes_event(self) -> bool:
        """Whether it speaks of taking part, and is never said of an event that is cancelled or over."""
        return self in STATE_KINDS - TRUE_AFTERWARDS

    @property
    def presumes_seat(self) -> bool:
        """Whether it speaks to people who come, and is withheld from whoever has cancelled since it was queued."""
        return self in KINDS_FOR_COMERS

    @property
    def goes_to_many(self) -> bool:
        """Whether it is mail to a list, which whoever marks it as unwanted gets no more of."""
        return self in TO_MANY

    @property
    def was_asked_for(self) -> bool:
        """Whether somebody has just given the address: it is tried even if an earlier mail came back from it."""
        return self in ASKED_FOR

    @property
    def can_be_overtaken(self) -> bool:
        """Whether a newer message about the person's state takes an unsent one of these back."""
        return self in OVERTAKEN


STATE_KINDS = frozenset(
    {
        MessageKind.CONFIRMED,
        MessageKind.WAITLISTED,
        MessageKind.PROMOTED,
        MessageKind.SESSION_PROMOTED,
        MessageKind.SESSION_OFFERED,
        MessageKind.SESSION_OFFER_LAPSED,
        MessageKind.SESSION_LINE_CLOSED,
        MessageKind.SESSION_MOVED,
        MessageKind.OFFERED,
        MessageKind.OFFER_LAPSED,
        MessageKind.LINE_CLOSED,
        MessageKind.CANCELLED,
        MessageKind.CANCELLED_BY_STAFF,
        MessageKind.CHANGED,
        MessageKind.APPROVAL_PENDING,
        MessageKind.NOT_APPROVED,
        MessageKind.HOW_TO_JOIN,
        MessageKind.EVENT_CHANGED,
        MessageKind.EVENT_POSTPONED,
        MessageKind.EVENT_CANCELLED,
    }
)
# They tell how somebody stands in one session, and not that they are registered: an older mail about that still leaves.
ABOUT_SESSIONS = frozenset(kind for kind in STATE_KINDS if kind.value.startswith("session-"))
# What is true of a registration whatever became of the event.
TRUE_AFTERWARDS = frozenset(
    {
        MessageKind.EVENT_CANCELLED,
        MessageKind.CANCELLED,
        MessageKind.CANCELLED_BY_STAFF,
        MessageKind.NOT_APPROVED,
    }
)
# What people hear of an event who are invited to it and have not registered.
TOLD_TO_INVITED = frozenset({MessageKind.EVENT_CHANGED, MessageKind.EVENT_POSTPONED, MessageKind.EVENT_CANCELLED})
KINDS_FOR_COMERS = frozenset({MessageKind.HOW_TO_JOIN, MessageKind.ANNOUNCEMENT})
# They are true while the state is: a newer message about it takes them back, but they take back none.
COMPANIONS = frozenset({MessageKind.REMINDER, MessageKind.SESSION_JOIN})
OVERTAKEN = STATE_KINDS | COMPANIONS
ASKED_FOR = frozenset(
    {
        MessageKind.CONFIRMED,
        MessageKind.WAITLISTED,
        MessageKind.ALREADY_REGISTERED,
        MessageKind.TAKE_OVER,
        MessageKind.CONFIRM_ADDRESS,
        MessageKind.APPROVAL_PENDING,
        MessageKind.ORGANIZATION_FULL,
        MessageKind.BOOKED,
        MessageKind.MY_LINKS,
        MessageKind.CONFIRM_FOLLOWING,
        MessageKind.STAFF_SIGN_IN,
        MessageKind.TEST,
    }
)
TO_MANY = frozenset({MessageKind.ANNOUNCEMENT, MessageKind.NEWS, MessageKind.REGISTRATION_OPEN})
KINDS_ABOUT_NEEDS = frozenset(
    {MessageKind.ACCESSIBILITY_RECEIVED, MessageKind.ACCESSIBILITY_ALERT, MessageKind.ACCESSIBILITY_ANSWERED}
)

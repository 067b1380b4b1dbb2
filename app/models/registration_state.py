"""How a registration can stand, and who of those it counts among the people of an event."""

from flask_babel import lazy_gettext as _l

from app.models.labels import Labelled


class RegistrationState(Labelled):
    PENDING_APPROVAL = "pending-approval", _l("Pending approval"), "note"
    CONFIRMED = "confirmed", _l("Confirmed"), "good"
    WAITLISTED = "waitlisted", _l("On the waiting list"), "warn"
    OFFERED = "offered", _l("Offered a seat"), "note"
    NOT_APPROVED = "not-approved", _l("Not approved"), "stop"
    CANCELLED = "cancelled", _l("Cancelled"), "stop"

    @property
    def holds_seat(self) -> bool:
        return self in {RegistrationState.CONFIRMED, RegistrationState.OFFERED}


HOLD_OR_WAIT = (RegistrationState.CONFIRMED, RegistrationState.OFFERED, RegistrationState.WAITLISTED)
# Who plans to come, and so hears of every change.
HOPE_TO_COME = (*HOLD_OR_WAIT, RegistrationState.PENDING_APPROVAL)

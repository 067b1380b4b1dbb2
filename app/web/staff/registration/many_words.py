"""What is said after an act for many people: for how many it is done, and why some were left as they are."""

from flask_babel import gettext as _
from flask_babel import ngettext

from app.operations.registration import changing, switching
from app.operations.registration.acting_on_many import NothingArrivesError
from app.web.staff.registration.many_forms import CANCEL, MAIL


def done_words(act: str, count: int) -> str:
    if not count:
        return _("Nothing was done.")
    if act == MAIL:
        return ngettext("%(num)s mail is on its way.", "%(num)s mails are on their way.", count)
    if act == CANCEL:
        return ngettext("%(num)s registration is cancelled.", "%(num)s registrations are cancelled.", count)
    return ngettext("%(num)s person is moved, and being told.", "%(num)s people are moved, and being told.", count)


def left_words(refusal: type[Exception], count: int) -> str:
    if issubclass(refusal, NothingArrivesError):
        return ngettext(
            "%(num)s was not mailed: there is no address, or mail to it came back. Call them.",
            "%(num)s were not mailed: there is no address, or mail to it came back. Call them.",
            count,
        )
    if issubclass(refusal, changing.NoSeatError):
        return ngettext(
            "%(num)s keeps what they have: no seat is free there. Raise the capacity, or open the registration to"
            " add a seat.",
            "%(num)s keep what they have: no seat is free there. Raise the capacity, or open a registration to"
            " add a seat.",
            count,
        )
    if issubclass(refusal, switching.SessionsAtStakeError):
        return ngettext(
            "%(num)s keeps what they have: it would cost them sessions. Open the registration to see which.",
            "%(num)s keep what they have: it would cost them sessions. Open each registration to see which.",
            count,
        )
    if issubclass(refusal, switching.WayClosedError):
        return ngettext(
            "%(num)s keeps what they have: registration for that way of attending closed meanwhile. Choose them again"
            " and say why they are moved.",
            "%(num)s keep what they have: registration for that way of attending closed meanwhile. Choose them again"
            " and say why they are moved.",
            count,
        )
    return ngettext(
        "%(num)s was left as it is: it changed meanwhile, or the event is over.",
        "%(num)s were left as they are: they changed meanwhile, or the event is over.",
        count,
    )

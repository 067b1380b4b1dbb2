"""Who is a U.S. person, of those who come to a guarded site. Only for those with the right; each look is logged."""

from flask import render_template
from flask_babel import lazy_gettext as _l

from app.models import Right, UsPerson
from app.operations import auditing
from app.operations.registration import vetting
from app.web.staff import blueprint
from app.web.staff.acting import load_event, member
from app.web.staff.door import requires
from app.web.staff.registration.attendees import EVENT

# In the order in which there is something to do.
GROUPS = (
    (UsPerson.CONTACT_ME, _l("Want to be contacted about it")),
    (None, _l("Have not answered")),
    (UsPerson.NO, _l("Not a U.S. person")),
    (UsPerson.YES, _l("U.S. person")),
)


@blueprint.get(f"{EVENT}/us-persons")
@requires(Right.VIEW_VETTING)
def us_persons(event_id: int) -> str:
    load_event(event_id)
    auditing.viewed("us-person", event_id, actor=member(), event_id=event_id)
    event, found = load_event(event_id), vetting.visitors(event_id)
    is_asked = vetting.asks(event)
    if not is_asked:  # Whoever was never asked did not leave anything unanswered.
        found = [one for one in found if one.told]
    return render_template(
        "staff/registration/us_persons.html",
        event=event,
        is_asked=is_asked,
        groups=[(label, [one.registration for one in found if one.told is told]) for told, label in GROUPS],
        most=vetting.MOST if len(found) == vetting.MOST else 0,
    )

"""The notice over all public pages."""

from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user

from app import clock
from app.db import transact
from app.models import Right
from app.operations.communication import noticing
from app.operations.program.moments import Moment
from app.web.fields import text_field
from app.web.staff import blueprint
from app.web.staff.door import requires
from app.web.staff.program.forms import ZonedForm
from app.web.staff.program.time_fields import WallTimeField

LONGEST = 500


class NoticeForm(ZonedForm):
    text = text_field(_l("Notice"), most=LONGEST, required=_l("Write what people should know."))
    ends = WallTimeField(_l("Until"), description=_l("Leave empty to let it stand until you take it down."))

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        if self.ends.data and self.ends.data.instant(self.zone) <= clock.now():
            self.ends.errors = (_("This time is past. Choose a later one, or leave it empty."),)
            return False
        return True


@blueprint.route("/notice", methods=["GET", "POST"])
@requires(Right.ADMINISTER)
def notice() -> ResponseReturnValue:
    now, zone = clock.now(), ZoneInfo(current_app.config["DEFAULT_TIME_ZONE"])
    standing = noticing.standing(now)
    form = NoticeForm(data=_values(standing, zone))
    form.zone = zone
    if form.validate_on_submit():
        actor, text = current_user.email, form.text.data
        ends_at = form.ends.data.instant(zone) if form.ends.data else None
        transact(lambda at: noticing.put_up(text, ends_at, actor=actor, at=at))
        flash(_("The notice stands over all public pages within seconds."))
        return redirect(url_for("staff.notice"))
    values = {"form": form, "standing": standing, "zone": zone.key, "page_error": bool(form.errors)}
    return render_template("staff/notice.html", **values), 422 if form.errors else 200


def _values(standing: Any, zone: ZoneInfo) -> dict[str, Any]:
    if standing is None:
        return {}
    local = standing.ends_at.astimezone(zone).replace(tzinfo=None) if standing.ends_at else None
    return {"text": standing.text, "ends": Moment.of(local, standing.ends_at, zone)}


@blueprint.post("/notice/removal")
@requires(Right.ADMINISTER)
def remove_notice() -> ResponseReturnValue:
    actor = current_user.email
    transact(lambda at: noticing.put_up("", None, actor=actor, at=at))
    flash(_("The notice is taken down."))
    return redirect(url_for("staff.notice"))

"""The notice over all public pages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user
from wtforms import HiddenField

from app import clock
from app.db import transact
from app.models import Right, SiteNotice
from app.operations.communication import noticing
from app.operations.meanwhile import ChangedMeanwhileError
from app.operations.program.moments import Moment
from app.web.fields import text_field
from app.web.meanwhile import Difference
from app.web.staff import blueprint
from app.web.staff.acting import form_page
from app.web.staff.door import requires
from app.web.staff.program.base_form import ZonedForm
from app.web.staff.program.comparing import differences
from app.web.staff.program.time_fields import WallTimeField

LONGEST = 500


class NoticeForm(ZonedForm):
    text = text_field(_l("Notice"), most=LONGEST, required=_l("Write what people should know."))
    ends = WallTimeField(_l("Until"), description=_l("Leave empty to let it stand until you take it down."))
    shown = HiddenField()

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        if self.ends.data and self.ends.data.instant(self.zone) <= clock.now():
            self.ends.errors = (_("This time is past. Choose a later one, or leave it empty."),)
            return False
        return True

    def compared_with(self, standing: SiteNotice | None) -> list[Difference]:
        """What somebody else put up first beside what was typed; another press means it so."""
        self.shown.data = noticing.shown(standing)
        return differences(self, [], self.zone, beside=_values(standing, self.zone))


@blueprint.route("/notice", methods=["GET", "POST"])
@requires(Right.ADMINISTER)
def notice() -> ResponseReturnValue:
    zone = ZoneInfo(current_app.config["DEFAULT_TIME_ZONE"])
    standing = noticing.standing(clock.now())
    form = NoticeForm(data=_values(standing, zone) | {"shown": noticing.shown(standing)})
    form.zone = zone
    if not form.validate_on_submit():
        return _page(form, standing)
    version, text = form.shown.data, form.text.data
    try:
        _put_up(text, form.ends.data.instant(zone) if form.ends.data else None, version)
    except ChangedMeanwhileError:
        return _page(form, standing, form.compared_with(standing))
    flash(_("The notice stands over all public pages within seconds."))
    return redirect(url_for("staff.notice"))


def _put_up(text: str, ends_at: datetime | None, version: str | None) -> None:
    actor = current_user.email
    transact(lambda at: noticing.put_up(text, ends_at, actor=actor, at=at, version=version))


def _page(form: NoticeForm, standing: SiteNotice | None, meanwhile: Sequence[Difference] = ()) -> ResponseReturnValue:
    return form_page(
        "staff/notice.html",
        form,
        meanwhile,
        standing=standing,
        zone=form.zone.key,
    )


def _values(standing: SiteNotice | None, zone: ZoneInfo) -> dict[str, Any]:
    if standing is None:
        return {"text": "", "ends": None}
    local = standing.ends_at.astimezone(zone).replace(tzinfo=None) if standing.ends_at else None
    return {"text": standing.text, "ends": Moment.of(local, standing.ends_at, zone)}


@blueprint.post("/notice/removal")
@requires(Right.ADMINISTER)
def remove_notice() -> ResponseReturnValue:
    try:
        _put_up("", None, request.form.get("shown"))
    except ChangedMeanwhileError:
        flash(_("Somebody changed the notice meanwhile. Read it, then press once more."), "error")
    else:
        flash(_("The notice is taken down."))
    return redirect(url_for("staff.notice"))

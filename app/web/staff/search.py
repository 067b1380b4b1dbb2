"""The search in the console's top line: one person, wherever they registered."""

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.formats.cleaning import one_line
from app.models import Right
from app.operations.registration import finding
from app.web.staff import blueprint, rail
from app.web.staff.door import requires

LONGEST = 100


@blueprint.get("/search")
@requires(Right.VIEW_PEOPLE)
def search() -> ResponseReturnValue:
    q = one_line(request.args.get("q", ""))[:LONGEST]
    found = finding.find_anywhere(q) if q else []
    if len(found) == 1 and (url := rail.way_to("staff.registration", registration_id=found[0].id)):
        return redirect(url)
    return render_template(
        "staff/search.html", q=q, found=found[: finding.MOST], has_more=len(found) > finding.MOST, way_to=rail.way_to
    )

"""The console's first page."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.models import Right
from app.web.staff import blueprint
from app.web.staff.door import requires


@blueprint.get("/")
@requires(Right.VIEW_EVENTS)
def home() -> ResponseReturnValue:
    return render_template("staff/home.html")

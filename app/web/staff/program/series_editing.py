"""Changing a series: for its new events, and for those to come that say what it said."""

from collections.abc import Sequence

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.db import db, transact
from app.models import Right, Series
from app.operations.meanwhile import ChangedMeanwhileError
from app.operations.program import keeping_series
from app.operations.program.keeping_series import Kept
from app.operations.program.publishing import NotReadyError
from app.operations.program.series_details import SeriesDetails
from app.web.meanwhile import Difference, of_fields
from app.web.staff import blueprint
from app.web.staff.acting import form_page, member
from app.web.staff.door import requires
from app.web.staff.program.series_form import SeriesForm
from app.web.staff.program.series_pages import parts_of


@blueprint.route("/series/<int:series_id>/edit", methods=["GET", "POST"])
@requires(Right.ADMINISTER)
def edit_series(series_id: int) -> ResponseReturnValue:
    series = db.session.get(Series, series_id) or abort(404)
    form = SeriesForm.showing(series)
    if not form.validate_on_submit():
        return _page(series, form)
    details, version, also, by = form.details, form.shown.data, form.also_coming.data, member()
    try:
        kept = transact(
            lambda at: keeping_series.change(series_id, details, version=version, also_coming=also, by=by, at=at)
        )
    except ChangedMeanwhileError:
        series = db.session.get_one(Series, series_id)
        form.shown.data = keeping_series.shown(series)
        return _page(series, form, of_fields(form, SeriesDetails.of(series).values))
    except NotReadyError as refusal:
        form.form_errors.extend(_lacking(str(gap.label)) for gap in refusal.gaps)
        return _page(db.session.get_one(Series, series_id), form)
    flash(_done(kept), "success")
    return redirect(url_for("staff.series", series_id=series_id), 303)


def _lacking(gap: str) -> str:
    return _("A published event of the series would lack something. %(gap)s", gap=gap)


def _done(kept: Kept) -> str:
    words = [_("Saved.")]
    if kept.follow:
        words.append(
            ngettext("%(num)s coming event says the same.", "%(num)s coming events say the same.", kept.follow)
        )
    if kept.differ:
        words.append(
            ngettext(
                "%(num)s has words of its own there and keeps them.",
                "%(num)s have words of their own there and keep them.",
                kept.differ,
            )
        )
    return " ".join(words)


def _page(series: Series, form: SeriesForm, meanwhile: Sequence[Difference] = ()) -> ResponseReturnValue:
    compared = keeping_series.compared(series, clock.now())
    coming = [(event, list(parts_of(names))) for event, names in compared]
    form.also_coming.label.text = ngettext(
        "Also in its %(num)s coming event", "Also in its %(num)s coming events", len(coming)
    )
    return form_page("staff/program/series_edit.html", form, meanwhile, series=series, coming=coming)

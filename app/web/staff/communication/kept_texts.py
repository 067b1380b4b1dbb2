"""Texts kept for the next announcement: all of them, one of them, keeping the words of an announcement."""

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.db import db, transact
from app.models import KeptText, Right
from app.models.placeholder import GENERAL
from app.operations.communication import writing
from app.operations.meanwhile import ChangedMeanwhileError
from app.web.meanwhile import Difference
from app.web.staff import blueprint
from app.web.staff.acting import form_page, member, say_gone
from app.web.staff.communication.announcements import load as load_announcement
from app.web.staff.communication.writing_forms import KeptTextForm
from app.web.staff.door import requires
from app.web.staff.listing import whole_number


@blueprint.get("/texts")
@requires(Right.WRITE_TO_PEOPLE)
def kept_texts() -> str:
    return render_template("staff/communication/kept_texts.html", texts=writing.kept_texts())


@blueprint.route("/texts/new", methods=["GET", "POST"])
@requires(Right.WRITE_TO_PEOPLE)
def new_kept_text() -> ResponseReturnValue:
    """Empty, or with the words of an announcement."""
    source = whole_number("announcement")
    words = load_announcement(source) if source else None
    form = KeptTextForm(data={"subject": words.subject, "text": words.text} if words else {})
    return _page(form, None)


@blueprint.route("/texts/<int:text_id>", methods=["GET", "POST"])
@requires(Right.WRITE_TO_PEOPLE)
def kept_text(text_id: int) -> ResponseReturnValue:
    found = db.session.get(KeptText, text_id)
    return _page(KeptTextForm.showing(found), text_id) if found else _gone()


@blueprint.post("/texts/<int:text_id>/deletion")
@requires(Right.WRITE_TO_PEOPLE)
def delete_kept_text(text_id: int) -> ResponseReturnValue:
    version, actor = request.form.get("shown"), member()
    try:
        transact(lambda at: writing.drop_text(text_id, by=actor, at=at, version=version))
    except writing.NoSuchTextError:
        abort(404)
    except ChangedMeanwhileError:
        flash(_("Somebody changed this text meanwhile. Read it, then press once more."), "error")
        return redirect(url_for("staff.kept_text", text_id=text_id), 303)
    flash(_("The text is deleted. What was sent with it stays."), "success")
    return redirect(url_for("staff.kept_texts"), 303)


def _page(form: KeptTextForm, text_id: int | None) -> ResponseReturnValue:
    if not form.validate_on_submit():
        return _shown(form, text_id)
    try:
        _keep(form, text_id)
    except writing.NameTakenError:
        form.name.errors = (_("Another text has this name. Choose another one."),)
        return _shown(form, text_id)
    except writing.NoSuchTextError:
        return _gone()
    except ChangedMeanwhileError:
        return _shown(form, text_id, form.compared_with(db.session.get_one(KeptText, text_id)))
    flash(_("The text is kept. Choose it when you write to people."), "success")
    return redirect(url_for("staff.kept_texts"), 303)


def _keep(form: KeptTextForm, text_id: int | None) -> None:
    name, words, version, actor = form.name.data, form.words, form.shown.data, member()
    transact(lambda at: writing.keep_text(text_id, name, words, by=actor, at=at, version=version).id)


def _gone() -> ResponseReturnValue:
    """Somebody else deleted it. What was typed can be kept anew."""
    form = KeptTextForm()
    say_gone(form, _("Somebody deleted it meanwhile. Nothing you typed is lost: keep it anew."))
    return _shown(form, None, is_gone=True)


def _shown(
    form: KeptTextForm, text_id: int | None, meanwhile: Sequence[Difference] = (), *, is_gone: bool = False
) -> ResponseReturnValue:
    return form_page(
        "staff/communication/kept_text.html",
        form,
        meanwhile,
        is_gone=is_gone,
        text_id=text_id,
        action=url_for("staff.kept_text", text_id=text_id) if text_id else url_for("staff.new_kept_text"),
        placeholders=GENERAL,
    )

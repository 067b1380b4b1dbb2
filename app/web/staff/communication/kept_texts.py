"""Texts kept for the next announcement: all of them, one of them, keeping the words of an announcement."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.db import db, transact
from app.models import KeptText, Right
from app.models.placeholder import GENERAL
from app.operations.communication import writing
from app.web.staff import blueprint
from app.web.staff.acting import member
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
    found = _load(text_id)
    return _page(KeptTextForm(data={"name": found.name, "subject": found.subject, "text": found.text}), text_id)


@blueprint.post("/texts/<int:text_id>/deletion")
@requires(Right.WRITE_TO_PEOPLE)
def delete_kept_text(text_id: int) -> ResponseReturnValue:
    _load(text_id)
    transact(lambda at: writing.drop_text(text_id, by=member(), at=at))
    flash(_("The text is deleted. What was sent with it stays."), "success")
    return redirect(url_for("staff.kept_texts"), 303)


def _load(text_id: int) -> KeptText:
    return db.session.get(KeptText, text_id) or abort(404)


def _page(form: KeptTextForm, text_id: int | None) -> ResponseReturnValue:
    if form.validate_on_submit() and _keep(form, text_id):
        flash(_("The text is kept. Choose it when you write to people."), "success")
        return redirect(url_for("staff.kept_texts"), 303)
    refused = bool(form.errors)
    values = {"form": form, "text_id": text_id, "placeholders": GENERAL, "page_error": refused}
    return render_template("staff/communication/kept_text.html", **values), 422 if refused else 200


def _keep(form: KeptTextForm, text_id: int | None) -> bool:
    name, words, actor = form.name.data, form.words, member()
    try:
        transact(lambda at: writing.keep_text(text_id, name, words, by=actor, at=at).id)
    except writing.NameTakenError:
        form.name.errors = (_("Another text has this name. Choose another one."),)
        return False
    return True

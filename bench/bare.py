"""A bare Flask app: what a registration costs without a house around it.

The same four requests on the same tables, with plain templates and statements written by hand. No forms library, no
mapping of rows, no checks beyond "not empty". It serves as the measure and is part of no deployment.
"""

import os
import secrets
from typing import Any

from flask import Flask, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from bench import bare_writes
from bench.bare_writes import Row

NEEDED = ("first_name", "last_name", "email", "organization", "job_title", "mode")
SESSIONS = (
    "SELECT title, description, room, starts_local, ends_local FROM session WHERE event_id = :event_id ORDER BY id"
)
SUBMISSION = "SELECT number, email, state, mode FROM form_submission WHERE id = :id"


def create_app() -> Flask:
    app = Flask(__name__)
    bare_writes.open_with(os.environ["DATABASE_URL"])
    for path, view in (
        ("/hello", hello),
        ("/healthz", hello),
        ("/events/<slug>", event_page),
        ("/events/<slug>/register", form_page),
        ("/registrations/<int:submission_id>/confirmation", confirmation_page),
    ):
        app.add_url_rule(path, view_func=view)
    app.add_url_rule("/events/<slug>/register", view_func=send, methods=["POST"])
    return app


def hello() -> str:
    return "Hello, World!"


def event_page(slug: str) -> str:
    event = _event(slug)
    sessions = bare_writes.rows(SESSIONS, {"event_id": event["id"]})
    return render_template("event.html", event=event, sessions=sessions)


def form_page(slug: str) -> str:
    return render_template("form.html", event=_event(slug), form_key=secrets.token_urlsafe(9))


def send(slug: str) -> Response:
    event = _event(slug)
    typed: dict[str, Any] = {name: request.form.get(name, "").strip() for name in bare_writes.TYPED}
    if not all(typed[name] for name in NEEDED):
        abort(422)
    submission_id = bare_writes.register(event, typed, request.form["form_key"])
    return redirect(f"/registrations/{submission_id}/confirmation", 303)


def confirmation_page(submission_id: int) -> str:
    found = bare_writes.rows(SUBMISSION, {"id": submission_id}) or abort(404)
    return render_template("confirmation.html", submission=found[0])


def _event(slug: str) -> Row:
    found = bare_writes.rows("SELECT * FROM event WHERE slug = :slug AND state <> 'draft'", {"slug": slug})
    return found[0] if found else abort(404)

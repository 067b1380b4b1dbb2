"""Opens the pages of a rush once before anybody waits for them: whoever came first would else pay for all of them."""

from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app.db import db
from app.models import Event, EventState
from app.web.access_log import OWN_REQUEST

# Whatever a visitor may meet.
PAGES = ("public/", "layouts/", "components/", "errors/")


def read_pages(app: Flask) -> None:
    """Read the templates of the public pages. No database is needed."""
    for name in app.jinja_env.list_templates(filter_func=lambda name: name.startswith(PAGES)):
        app.jinja_env.get_template(name)


def warm(app: Flask) -> None:
    """Open what lies on the way to a seat.

    Nothing depends on it: with the database away the first visitors wait a moment longer.
    """
    read_pages(app)
    visitor = app.test_client()
    for path in _on_the_way_to_a_seat(app):
        visitor.get(path, base_url=app.config["BASE_URL"], environ_overrides={OWN_REQUEST: True})


def close_connections(app: Flask) -> None:
    """Before this process is forked: a connection in two processes would be garbled by both."""
    with app.app_context():
        db.engine.dispose()


def _on_the_way_to_a_seat(app: Flask) -> list[str]:
    newest = select(Event.slug).where(Event.state == EventState.PUBLISHED).order_by(Event.starts_at.desc()).limit(1)
    try:
        with app.app_context():
            slug = db.session.scalar(newest)
    except SQLAlchemyError:
        return []
    return ["/", "/events", *([f"/events/{slug}", f"/events/{slug}/register"] if slug else [])]

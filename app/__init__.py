"""Trade Events: lists a government trade office's events and takes people's registrations for them."""

from collections.abc import Mapping
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app import cli, keys, models  # noqa: F401  Importing the models declares the tables.
from app.db import db, prepare
from app.extensions import babel, csrf, limiter, mail, migrate
from config import complete, read_settings


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """Wire the house together. ``overrides`` are settings that win over the environment."""
    app = Flask(__name__, template_folder="../templates", static_folder=None)
    settings = complete({**read_settings(), **(overrides or {})}) if overrides else read_settings()
    keys.fill_in(settings)
    app.config.update(settings)
    app.config["RATELIMIT_STORAGE_URI"] = settings["REDIS_URL"] or "memory://"
    _bind_database(app)
    csrf.init_app(app)
    babel.init_app(app)
    limiter.init_app(app)
    mail.init_app(app)
    cli.register(app)
    if app.config["TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=app.config["TRUSTED_PROXIES"])  # type: ignore[method-assign]
    return app


def _bind_database(app: Flask) -> None:
    app.config["SQLALCHEMY_DATABASE_URI"] = app.config["DATABASE_URL"]
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = _engine_options(app.config["DATABASE_URL"])
    db.init_app(app)
    migrate.init_app(app, db, compare_type=True)
    with app.app_context():
        prepare(db.engine)


def _engine_options(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": 15}}
    return {"pool_size": 10, "max_overflow": 10, "pool_pre_ping": True}

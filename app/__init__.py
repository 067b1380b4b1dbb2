"""Trade Events: lists a government trade office's events and takes people's registrations for them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app import cli, keys, models  # noqa: F401  Importing the models declares the tables.
from app.connections import prepare
from app.db import db
from app.extensions import babel, csrf, flask_mail, limiter
from app.formats.private_file import keep_private
from app.web import bodies, converters, errors, filters, headers, kept, language, limits, site
from app.web.access_log import AccessLog
from app.web.busy import BusyPages
from app.web.kept import KeptCopies
from app.web.language import LanguagePrefix
from app.web.probes import Probes
from app.web.public import desks, shells
from app.web.public.routes import PARAMETERS
from app.web.public.routes import blueprint as public_pages
from app.web.staff import blueprint as staff_pages
from app.web.staff import door, rail, security
from app.web.static_files import StaticFiles
from app.web.turnstile import AT_ONCE, AT_ONCE_ON_SQLITE, Turnstile
from config import DATABASE_FILE, complete, database_url, read_settings


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """Wire the house together. ``overrides`` are settings that win over the environment."""
    app = Flask(__name__, template_folder="../templates", static_folder=None)
    settings = complete({**read_settings(), **(overrides or {})}) if overrides else read_settings()
    keys.fill_in(settings)
    app.config.update(settings)
    app.config["RATELIMIT_STORAGE_URI"] = settings["REDIS_URL"] or limits.OWN_MEMORY
    app.config["RATELIMIT_STORAGE_OPTIONS"] = limits.REDIS_OPTIONS if settings["REDIS_URL"] else {}
    _bind_database(app)
    csrf.init_app(app)
    babel.init_app(app, default_locale=settings["LANGUAGES"][0], locale_selector=language.current)
    app.extensions["limiter"] = {limiter}  # It is asked by name (web/limits.py) and need not look at every request.
    limiter.init_app(app)
    flask_mail.init_app(app)
    cli.register(app)
    for part in (headers, errors, converters, bodies, filters, site):
        part.init_app(app)
    app.after_request(kept.mark)
    desks.init_app(app)
    shells.init_app(app)
    csrf.exempt(public_pages)  # Its forms carry a key of their own and need no cookie.
    app.register_blueprint(public_pages)
    app.register_blueprint(staff_pages)
    security.install(app)
    door.install(app)
    rail.init_app(app)
    _put_on_layers(app)
    return app


def _put_on_layers(app: Flask) -> None:
    """What a request passes before Flask, from the inside out."""
    settings = app.config
    at_once = AT_ONCE_ON_SQLITE if settings["DATABASE_URL"].startswith("sqlite") else AT_ONCE
    busy = BusyPages(app, headers.standing(settings))
    turnstile = Turnstile(app.wsgi_app, busy, at_once=at_once)
    app.wsgi_app = turnstile  # type: ignore[method-assign]
    app.wsgi_app = LanguagePrefix(app.wsgi_app, settings["LANGUAGES"])  # type: ignore[method-assign]
    app.wsgi_app = StaticFiles(app.wsgi_app, headers.standing(settings))  # type: ignore[method-assign]
    app.wsgi_app = KeptCopies(  # type: ignore[method-assign]
        app.wsgi_app,
        seconds=settings["KEPT_SECONDS"],
        parameters=language.in_every(settings["LANGUAGES"], PARAMETERS),
        host=urlsplit(settings["BASE_URL"]).hostname if settings["PRODUCTION"] else None,
        is_crowded=turnstile.is_crowded,
    )
    if settings["PRODUCTION"]:
        app.wsgi_app = Probes(app.wsgi_app, settings["BASE_URL"])  # type: ignore[method-assign]
        if settings["ACCESS_LOG"]:
            app.wsgi_app = AccessLog(app.wsgi_app)  # type: ignore[method-assign]
    if settings["TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings["TRUSTED_PROXIES"])  # type: ignore[method-assign]


def _bind_database(app: Flask) -> None:
    folder: Path = app.config["INSTANCE_DIR"]
    if app.config["DATABASE_URL"] == database_url("", folder):
        keep_private(folder / DATABASE_FILE)
    app.config["SQLALCHEMY_DATABASE_URI"] = app.config["DATABASE_URL"]
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = _engine_options(app.config["DATABASE_URL"])
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)


def _engine_options(url: str) -> dict[str, Any]:
    options: dict[str, Any] = {"hide_parameters": True}  # They are people's data, and errors go into logs.
    if url.startswith("sqlite"):
        return options | {"connect_args": {"timeout": 15}}
    return options | {"pool_size": 10, "max_overflow": 10, "connect_args": {"connect_timeout": 5}}

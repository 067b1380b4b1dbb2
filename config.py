"""Settings: every one comes from the environment, is checked once, and is listed in the README's table."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
MINIMUM_KEY_BYTES = 32
DATABASE_FILE = "trade-events.sqlite"
RETURN_PATH = re.compile(r"[A-Za-z0-9._-]{1,30}@[A-Za-z0-9.-]{1,200}")

# Name, default as it would be written in the environment. An empty default means "not set".
SETTINGS: dict[str, str] = {
    "INSTANCE_DIR": "instance",
    "DATABASE_URL": "",
    "SECRET_KEY": "",
    "SECRET_KEY_FALLBACKS": "",
    "DATA_KEYS": "",
    "BASE_URL": "http://127.0.0.1:8000",
    "TRUSTED_PROXIES": "0",
    "REDIS_URL": "",
    "DEFAULT_TIME_ZONE": "America/New_York",
    "LANGUAGES": "en",
    "ORGANIZATION_NAME": "Office of Trade Relations",
    "ORGANIZATION_EMAIL": "trade-events@events.example.gov",
    "OFFICIAL_BANNER": "0",
    "REQUIRE_SECOND_FACTOR": "1",
    "METRICS_TOKEN": "",
    "ACCESS_LOG": "1",
    "KEPT_SECONDS": "1",
    "MAIL_SERVER": "",
    "MAIL_PORT": "25",
    "MAIL_USE_TLS": "0",
    "MAIL_USE_SSL": "0",
    "MAIL_USERNAME": "",
    "MAIL_PASSWORD": "",
    "MAIL_DEFAULT_SENDER": "",
    "MAIL_CONNECTIONS": "3",
    "MAIL_MESSAGES_PER_CONNECTION": "100",
    "MAIL_MESSAGES_PER_MINUTE": "0",
    "MAIL_ARCHIVE": "",
    "MAIL_RETURN_PATH": "",
    "BOUNCES_MAILDIR": "",
    "BOUNCES_IMAP_SERVER": "",
    "BOUNCES_IMAP_PORT": "993",
    "BOUNCES_IMAP_USERNAME": "",
    "BOUNCES_IMAP_PASSWORD": "",
    "BOUNCES_IMAP_FOLDER": "INBOX",
}


class SettingsError(SystemExit):
    """A setting is missing or wrong; the message names it and says what to do, and is all that the start prints."""


def read_settings(environ: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Turn the environment into Flask configuration. Raises SettingsError with every fault found."""
    source = os.environ if environ is None else environ
    text = {name: source.get(name, "").strip() or default for name, default in SETTINGS.items()}
    settings: dict[str, Any] = {
        **text,
        "INSTANCE_DIR": Path(text["INSTANCE_DIR"]).absolute(),
        "TRUSTED_PROXIES": _whole_number("TRUSTED_PROXIES", text),
        "KEPT_SECONDS": _whole_number("KEPT_SECONDS", text),
        **{name: _whole_number(name, text) for name in ("MAIL_PORT", "BOUNCES_IMAP_PORT", *MAIL_LIMITS)},
        "SECRET_KEY_FALLBACKS": text["SECRET_KEY_FALLBACKS"].split(),
        "DATA_KEYS": text["DATA_KEYS"].split(),
        "LANGUAGES": text["LANGUAGES"].replace(",", " ").split(),
        **{name: text[name] == "1" for name in SWITCHES},
    }
    return complete(settings)


MAIL_LIMITS = ("MAIL_CONNECTIONS", "MAIL_MESSAGES_PER_CONNECTION", "MAIL_MESSAGES_PER_MINUTE")
SWITCHES = ("ACCESS_LOG", "OFFICIAL_BANNER", "REQUIRE_SECOND_FACTOR", "MAIL_USE_TLS", "MAIL_USE_SSL")


def complete(settings: dict[str, Any]) -> dict[str, Any]:
    """Add what follows from the settings (production or not, the database's address) and refuse what cannot work."""
    host = urlsplit(settings["BASE_URL"]).hostname
    settings["BASE_URL"] = settings["BASE_URL"].rstrip("/")
    settings["PRODUCTION"] = host not in LOOPBACK_HOSTS
    settings["DATABASE_URL"] = database_url(settings["DATABASE_URL"], settings["INSTANCE_DIR"])
    faults = list(_faults(settings))
    if faults:
        raise SettingsError("Trade Events cannot start. " + " ".join(faults))
    return settings


def database_url(given: str, instance_dir: Path) -> str:
    """Give the address SQLAlchemy needs: psycopg 3 for PostgreSQL, a file in the instance folder by default."""
    if not given:
        return f"sqlite:///{instance_dir / DATABASE_FILE}"
    for short in ("postgres://", "postgresql://"):
        if given.startswith(short):
            return "postgresql+psycopg://" + given.removeprefix(short)
    return given


def _whole_number(name: str, text: Mapping[str, str]) -> int:
    if not text[name].isascii() or not text[name].isdigit():
        raise SettingsError(f"Trade Events cannot start. {name} must be a whole number, not {text[name]!r}.")
    return int(text[name])


def _faults(settings: Mapping[str, Any]) -> list[str]:
    faults = []
    if not urlsplit(settings["BASE_URL"]).hostname:
        faults.append("BASE_URL must be a full address such as https://events.example.gov.")
    if settings["DEFAULT_TIME_ZONE"] not in available_timezones():
        faults.append("DEFAULT_TIME_ZONE must be a zone name such as America/New_York.")
    faults += _mailbox_faults(settings)
    if settings["PRODUCTION"]:
        faults += _production_faults(settings)
    return faults


def _mailbox_faults(settings: Mapping[str, Any]) -> Iterator[str]:
    """The return path gets a detail of 28 characters before its "@", where an address has room for 64."""
    if settings["MAIL_RETURN_PATH"] and not RETURN_PATH.fullmatch(settings["MAIL_RETURN_PATH"]):
        yield "MAIL_RETURN_PATH must be an address such as bounces@events.example.gov, without a plus sign."
    if settings["BOUNCES_MAILDIR"] and settings["BOUNCES_IMAP_SERVER"]:
        yield "Set BOUNCES_MAILDIR or BOUNCES_IMAP_SERVER, not both."
    if settings["BOUNCES_IMAP_SERVER"] and not settings["BOUNCES_IMAP_USERNAME"]:
        yield "Set BOUNCES_IMAP_USERNAME and BOUNCES_IMAP_PASSWORD too."


def _production_faults(settings: Mapping[str, Any]) -> list[str]:
    """What a public start needs: real keys and a real mail server. A default here would be a forged session."""
    faults = [f"Set {name}." for name in ("MAIL_SERVER", "MAIL_DEFAULT_SENDER") if not settings[name]]
    keys = {"SECRET_KEY": [settings["SECRET_KEY"]], "DATA_KEYS": settings["DATA_KEYS"] or [""]}
    for name, values in keys.items():
        if any(len(value.encode()) < MINIMUM_KEY_BYTES for value in values):
            faults.append(f"Set {name} (at least {MINIMUM_KEY_BYTES} bytes each).")
    if not settings["BASE_URL"].startswith("https://"):
        faults.append("BASE_URL must begin with https:// on a public host.")
    if not settings["REQUIRE_SECOND_FACTOR"]:
        faults.append("REQUIRE_SECOND_FACTOR can be switched off on a loopback address only.")
    return faults

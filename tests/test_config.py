"""The start: what is missing or wrong stops it, and is named with what to do."""

import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app import create_app, keys
from app.db import db
from config import SettingsError, complete, read_settings

PUBLIC = {
    "BASE_URL": "https://events.example.gov",
    "SECRET_KEY": "s" * 32,
    "DATA_KEYS": "d" * 32,
    "MAIL_SERVER": "mail.example.gov",
    "MAIL_DEFAULT_SENDER": "events@example.gov",
}


def refused(environ: Mapping[str, str]) -> str:
    with pytest.raises(SettingsError) as refusal:
        read_settings(environ)
    return str(refusal.value)


def test_it_starts_with_nothing_set() -> None:
    settings = read_settings({})
    assert (settings["PRODUCTION"], settings["BASE_URL"]) == (False, "http://127.0.0.1:8000")


def test_it_starts_in_public_with_everything_set() -> None:
    settings = read_settings(PUBLIC)
    assert (settings["PRODUCTION"], settings["REQUIRE_SECOND_FACTOR"]) == (True, True)


@pytest.mark.parametrize("missing", ["SECRET_KEY", "DATA_KEYS", "MAIL_SERVER", "MAIL_DEFAULT_SENDER"])
def test_in_public_nothing_may_be_missing(missing: str) -> None:
    assert f"Set {missing}" in refused({name: value for name, value in PUBLIC.items() if name != missing})


def test_all_that_is_missing_is_named_at_once() -> None:
    told = refused({"BASE_URL": PUBLIC["BASE_URL"]})
    assert all(name in told for name in PUBLIC if name != "BASE_URL")


WRONG = {
    "a short key": ({"SECRET_KEY": "s" * 31}, "SECRET_KEY (at least 32 bytes each)"),
    "a short data key beside a good one": ({"DATA_KEYS": f"{'d' * 32} short"}, "DATA_KEYS (at least 32 bytes each)"),
    "no encryption": ({"BASE_URL": "http://events.example.gov"}, "https://"),
    "no second factor": ({"REQUIRE_SECOND_FACTOR": "0"}, "REQUIRE_SECOND_FACTOR"),
    "no address": ({"BASE_URL": "events.example.gov"}, "BASE_URL must be a full address"),
    "no such zone": ({"DEFAULT_TIME_ZONE": "Mars/Phobos"}, "DEFAULT_TIME_ZONE"),
    "no number": ({"MAIL_PORT": "smtp"}, "MAIL_PORT must be a whole number"),
    "a number below zero": ({"TRUSTED_PROXIES": "-1"}, "TRUSTED_PROXIES must be a whole number"),
}


@pytest.mark.parametrize(("given", "words"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_named(given: dict[str, str], words: str) -> None:
    assert words in refused(PUBLIC | given)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_this_machine_alone_needs_no_keys(host: str) -> None:
    assert not read_settings({"BASE_URL": f"http://{host}:8000"})["PRODUCTION"]


@pytest.mark.parametrize("host", ["127.0.0.1.example.gov", "localhost.example.gov", "0.0.0.0", "10.0.0.1"])
def test_whatever_others_may_reach_is_public(host: str) -> None:
    assert "Set SECRET_KEY" in refused({"BASE_URL": f"http://{host}"})


def test_a_local_start_makes_keys_that_its_owner_alone_reads(tmp_path: Path) -> None:
    settings: dict[str, Any] = complete(read_settings({"INSTANCE_DIR": str(tmp_path)}))
    keys.fill_in(settings)
    for name in ("secret-key", "data-key"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    again = complete(read_settings({"INSTANCE_DIR": str(tmp_path)}))
    keys.fill_in(again)
    assert (again["SECRET_KEY"], again["DATA_KEYS"]) == (settings["SECRET_KEY"], settings["DATA_KEYS"])


def test_a_start_with_its_own_keys_still_makes_the_folder_of_the_default_database(tmp_path: Path) -> None:
    given = {"INSTANCE_DIR": tmp_path / "new" / "folder", "SECRET_KEY": "s" * 40, "DATA_KEYS": ["d" * 40]}
    with create_app(given | {"DATABASE_URL": ""}).app_context():
        assert db.session.execute(text("SELECT 1")).scalar_one() == 1


def test_the_default_database_is_its_owners_alone(tmp_path: Path) -> None:
    """Made with care; and one that an older version left readable for everybody on the machine loses that."""
    folder = tmp_path / "instance"
    given = {"INSTANCE_DIR": folder, "SECRET_KEY": "s" * 40, "DATA_KEYS": ["d" * 40], "DATABASE_URL": ""}
    with create_app(given).app_context():
        db.session.execute(text("SELECT 1"))
    names = [folder / name for name in ("trade-events.sqlite", "trade-events.sqlite-journal")]
    names[1].touch()
    assert [stat.S_IMODE(path.stat().st_mode) for path in (folder, names[0])] == [0o700, 0o600]
    for path in names:
        path.chmod(0o644)
    create_app(given)
    assert [stat.S_IMODE(path.stat().st_mode) for path in names] == [0o640, 0o640]


class TestKeys:
    """New keys go first; what older ones made stays readable, and numbers stay the same."""

    @pytest.fixture
    def older(self, tmp_path: Path) -> dict[str, Any]:
        return {"INSTANCE_DIR": tmp_path, "DATABASE_URL": "sqlite://", "SECRET_KEY": "s" * 40, "DATA_KEYS": ["a" * 40]}

    def test_a_new_data_key_keeps_what_was_sealed_and_every_number(self, older: dict[str, Any]) -> None:
        with create_app(older).app_context():
            sealed, number = keys.seal("front row", "row 1"), keys.confirmation_number(1, "ana@example.com")
        with create_app(older | {"DATA_KEYS": ["b" * 40, "a" * 40]}).app_context():
            assert keys.unseal(sealed, "row 1") == "front row"
            assert keys.confirmation_number(1, "ana@example.com") == number
            assert keys.seal("front row", "row 1")[:4] != sealed[:4]

    @pytest.mark.slow
    def test_what_is_sealed_opens_for_its_own_row_and_key_alone(self, older: dict[str, Any]) -> None:
        with create_app(older).app_context():
            sealed = keys.seal("front row", "row 1")
            for row, value in (("row 2", sealed), ("row 1", sealed[:-1] + bytes([sealed[-1] ^ 1])), ("row 1", b"")):
                with pytest.raises(keys.UnreadableError):
                    keys.unseal(value, row)
        with create_app(older | {"DATA_KEYS": ["c" * 40]}).app_context(), pytest.raises(keys.UnreadableError):
            keys.unseal(sealed, "row 1")

"""A return path for each mail, which nobody else can make."""

from typing import Any

import pytest
from flask import Flask

from app import return_paths

RETURN_PATH = "Bounces@events.example.gov"


@pytest.fixture
def settings() -> dict[str, Any]:
    return {"MAIL_RETURN_PATH": RETURN_PATH}


def test_it_reads_what_it_wrote_whatever_became_of_capitals(app: Flask) -> None:
    for number in (0, 1, 35, 36, 2_147_483_647):
        address = return_paths.of(number)
        assert return_paths.read(address) == number
        assert return_paths.read(address.upper()) == number
        assert len(address.partition("@")[0]) <= 64


def test_any_other_address_is_none_of_ours(app: Flask) -> None:
    address = return_paths.of(7)
    for forged in ("", "@", "a@b", RETURN_PATH, address.replace("+7-", "+8-"), address[1:], address[:-3] + "com"):
        assert return_paths.read(forged) is None


def test_the_key_rotates(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    address = return_paths.of(7)
    monkeypatch.setitem(app.config, "DATA_KEYS", ["a newer key that protects data in tests", *app.config["DATA_KEYS"]])
    assert return_paths.of(7) != address
    assert return_paths.read(address) == 7

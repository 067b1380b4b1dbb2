"""Mistyped mail domains are asked about; real ones are left alone."""

import pytest

from app.formats.mail_domains import suggestion


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("dana@gmial.com", "dana@gmail.com"),
        ("dana@gmai.com", "dana@gmail.com"),
        ("dana@gmail.con", "dana@gmail.com"),
        ("dana@hotmial.com", "dana@hotmail.com"),
        ("dana@outlok.com", "dana@outlook.com"),
        ("dana@yahooo.com", "dana@yahoo.com"),
        ("dana@importer.con", "dana@importer.com"),
        ("dana@cbp.dsh.gov", "dana@cbp.dhs.gov"),
    ],
)
def test_a_likely_slip_is_named(typed: str, meant: str) -> None:
    assert suggestion(typed) == meant


@pytest.mark.parametrize(
    "typed",
    "dana@gmail.com|dana@mail.com|dana@ymail.com|dana@me.com|dana@importer.example|dana@all.com|dana@ulp.com"
    "|dana@xn--mnchen-3ya.example|dana||@gmial.com".split("|"),
)
def test_real_addresses_are_left_alone(typed: str) -> None:
    assert suggestion(typed) is None

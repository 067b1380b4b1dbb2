"""Tokens of links: what they carry comes back, and what the library made before can still be read."""

import hashlib

import pytest
from itsdangerous import URLSafeSerializer

from app import keys, links

LONG = "registration " * 20

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.usefixtures("app")]


@pytest.mark.parametrize("values", [(5, 1), (10**9, 12), ("a digest of somebody", 3), (LONG, 1)])
def test_tokens_are_those_of_the_library(app, values):
    library = URLSafeSerializer(
        keys.signing_keys(app.config), salt=links.MANAGE, signer_kwargs={"digest_method": hashlib.sha256}
    )
    token = links.sign(links.MANAGE, *values)
    assert token == library.dumps(values)
    assert links.read(links.MANAGE, token) == list(values)


def test_long_values_are_pressed_together():
    assert len(links.sign(links.MANAGE, LONG)) < len(LONG)

"""Nobody finds out who is registered, or who works here: neither from an answer nor from the work behind it.

How long the answers take is measured by bench/secrecy.py; here stands what makes them take as long.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import argon2
import pytest
from flask import Flask
from flask_security import hash_password

from app.models import Mode, StaffRole
from app.models.staff import MAXIMUM_FAILURES
from app.web.staff import limits
from tests.support import factories as make
from tests.support.desk import details, sign_up
from tests.support.following import follower
from tests.support.pages import CheckedClient
from tests.support.site import PERSON

pytestmark = [pytest.mark.usefixtures("at"), pytest.mark.slow]
FORM, FIND, SIGN_IN = "/events/filing/register", "/registrations/find", "/staff/access/sign-in"
KNOWN, UNKNOWN = "ana@example.com", "ben@example.com"
PASSWORD = "seven lanterns over the harbor"
# Telling the owner of a known address takes a few questions more than entering a new one.
FEW, TWO = 6, 2


def statements_of(client: CheckedClient, asked: list[str], address: str, **typed: str) -> int:
    page = client.page(address)
    asked.clear()
    assert client.submit(page, **typed).status_code in {200, 303}
    return len(asked)


def test_registering_does_the_same_for_a_known_address(client: CheckedClient, asked: list[str]) -> None:
    event = make.event(slug="filing")
    sign_up(event.id, details(email=KNOWN, mode=Mode.ONLINE))
    person = {key: value for key, value in PERSON.items() if key != "email"}
    statements_of(client, asked, FORM, email="first@example.com", **person)  # What is kept is made by the first one.
    unknown = statements_of(client, asked, FORM, email=UNKNOWN, **person)
    known = statements_of(client, asked, FORM, email=KNOWN, **person)
    again = statements_of(client, asked, FORM, email=KNOWN, **person)
    assert max(known, again) - unknown <= FEW


def test_finding_does_the_same_for_a_known_address(client: CheckedClient, asked: list[str]) -> None:
    for _ in range(3):
        sign_up(make.event().id, details(email=KNOWN, mode=Mode.ONLINE))
    statements_of(client, asked, FIND, email="first@example.com")
    unknown = statements_of(client, asked, FIND, email=UNKNOWN)
    assert statements_of(client, asked, FIND, email=KNOWN) - unknown <= TWO


def test_following_does_the_same_for_a_known_address(client: CheckedClient, asked: list[str]) -> None:
    series = make.series(slug="webinars")
    follower(series, email=KNOWN)
    typed = {"series": "webinars", "rhythm": "daily"}
    statements_of(client, asked, "/follow", email="first@example.com", **typed)
    unknown = statements_of(client, asked, "/follow", email=UNKNOWN, **typed)
    known = statements_of(client, asked, "/follow", email=KNOWN, **typed)
    again = statements_of(client, asked, "/follow", email=KNOWN, **typed)
    assert max(abs(known - unknown), abs(again - unknown)) <= FEW


def test_waiting_for_the_opening_does_the_same_for_a_known_address(client: CheckedClient, asked: list[str]) -> None:
    make.event(slug="filing", registration_opens_local=make.wall("2026-03-04 12:00"))
    first = statements_of(client, asked, "/events/filing/opening", email=KNOWN)
    assert abs(statements_of(client, asked, "/events/filing/opening", email=KNOWN) - first) <= TWO


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each password that is really computed: the one part of signing in that takes long enough to be measured."""
    computed: list[str] = []

    def counted(name: str) -> Any:
        compute = getattr(argon2.low_level, name)

        def call(*arguments: Any, **options: Any) -> Any:
            computed.append(name)
            return compute(*arguments, **options)

        return call

    for name in ("hash_secret", "verify_secret"):
        monkeypatch.setattr(argon2.low_level, name, counted(name))
    return computed


def sign_in(client: CheckedClient, email: str, password: str = "not the password at all") -> int:
    return client.submit(client.page(SIGN_IN), email=email, password=password).status_code


WHO = {
    "somebody who works here": {},
    "whose account is locked": {"failures": MAXIMUM_FAILURES},
    "who left": {"active": False},
    "who never chose a password": {"password": None},
    "a stranger": None,
}


@pytest.mark.parametrize("given", WHO.values(), ids=WHO)
def test_one_password_is_computed_whoever_signs_in(
    client: CheckedClient, hashed: list[str], asked: list[str], given: dict[str, Any] | None
) -> None:
    if given is not None:
        make.staff_member(StaffRole.VIEWER, email=KNOWN, **{"password": hash_password(PASSWORD)} | given)
    page = client.page(SIGN_IN)
    hashed.clear()
    asked.clear()
    answer = client.submit(page, email=KNOWN, password="not the password at all")
    assert (answer.status_code, len(hashed)) == (422, 1)
    assert 4 <= len(asked) <= 10
    assert not re.search("locked|inactive|disabled|unknown", answer.text, re.IGNORECASE)


class TestFlood:
    """Guessing from everywhere at once: refused before anything is computed, and everybody else is served."""

    @pytest.fixture
    def flooded(self) -> Iterator[None]:
        """As many passwords are being computed as may be at once."""
        with ExitStack() as stack:
            for _ in range(2):
                stack.enter_context(limits.hashing())
            yield

    @pytest.mark.usefixtures("flooded")
    def test_no_more_are_computed_and_others_are_served(
        self, app: Flask, client: CheckedClient, editor: CheckedClient, hashed: list[str]
    ) -> None:
        event = make.event(slug="filing")
        assert [sign_in(client, email) for email in (KNOWN, UNKNOWN)] == [429, 429]
        assert hashed == []
        assert client.get("/events").status_code == 200
        assert client.submit(client.page(FORM), **PERSON).status_code == 303
        assert editor.get(f"/staff/events/{event.id}").status_code == 200

    def test_afterwards_signing_in_works_again(self, client: CheckedClient) -> None:
        make.staff_member(StaffRole.VIEWER, email=KNOWN, password=hash_password(PASSWORD))
        for _ in range(3):
            assert sign_in(client, KNOWN) == 422
        assert sign_in(client, KNOWN, PASSWORD) == 302

    def test_failures_of_all_have_a_limit(
        self, client: CheckedClient, hashed: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(limits, "ALL_FAILURES", limits.parse("3/5 minutes"))
        answers = [sign_in(client, f"guess{number}@example.gov") for number in range(5)]
        assert answers == [422] * 3 + [429] * 2
        assert len(hashed) == 3
        assert client.get("/events").status_code == 200

"""Two colleagues for the last place of their organization: one gets it, on both databases, because of the lock."""

from threading import Barrier

import pytest
from flask import Flask

from app.models import Event
from app.operations.registration import capping
from tests.races.conftest import at_once
from tests.support.desk import details, make_event, registrations, sign_up, with_rules

pytestmark = [pytest.mark.usefixtures("at"), pytest.mark.slow]


def colleagues(app: Flask, count: int) -> int:
    """So many colleagues at once where one place is left; returns how many got in."""
    event_id = with_rules(make_event(), organization_cap=2)
    sign_up(event_id, details(organization="Acme"))
    results = at_once(app, [lambda: sign_up(event_id, details(organization="Acme, Inc."))] * count)
    assert all(isinstance(result, int) for result in results), results
    return len(registrations(event_id)) - 1


def test_one_of_many_gets_the_last_place(app: Flask) -> None:
    assert colleagues(app, 12) == 1


@pytest.mark.usefixtures("without_the_lock")
def test_without_the_lock_both_get_it(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    barrier, people_of = Barrier(2), capping.people_of
    event_ids: list[int] = []

    def counted_together(event: Event, core: str) -> int:
        found = people_of(event, core)
        event_ids.append(event.id)
        if len(event_ids) > 1:  # The first one came before the race.
            barrier.wait(timeout=30)
        return found

    monkeypatch.setattr(capping, "people_of", counted_together)
    assert colleagues(app, 2) == 2

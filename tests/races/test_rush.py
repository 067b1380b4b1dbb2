"""A small rush through the real servers: nothing lost, nothing doubled, no seat too many or too few, all in order."""

from pathlib import Path

import pytest
from flask import Flask

from app.db import db
from app.models import Mode
from bench.rush.plan import PROFILES
from bench.rush.rush import Rush, hold
from bench.rush.stage import Setting, announce

pytestmark = pytest.mark.slow


def test_three_hundred_people_for_thirty_seats(app: Flask, database: str, tmp_path: Path) -> None:
    profile = PROFILES["S"].of(300, seconds=3)
    event_id = announce({Mode.IN_PERSON: profile.seats}).id
    db.session.remove()
    outcome = hold(Rush(profile, seed=1), Setting(database, tmp_path), event_id)
    assert not outcome.complaints
    assert not outcome.verdict.faults, outcome.verdict
    assert outcome.verdict.ok == outcome.verdict.acknowledged > profile.seats
    # Three of them send garbage; a slow machine may ask some to come again, and must give them their words back.
    assert outcome.verdict.attempted == 297 or outcome.turned_away
    assert not outcome.lost_words
    assert outcome.unsent == 0

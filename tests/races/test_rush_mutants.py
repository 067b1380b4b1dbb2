"""The checker of a rush catches every deliberate fault: what it passes is therefore sound in all these ways.

One database each, so that both have their turn; ``make bench`` tries each fault on every database on which it is one.
"""

from pathlib import Path

import pytest

from app.db import db
from app.models import Mode
from bench.rush.mutants import MUTANTS, Mutant
from bench.rush.plan import PROFILES
from bench.rush.rush import Outcome, Rush, hold
from bench.rush.stage import Setting, announce

pytestmark = [pytest.mark.slow, pytest.mark.changes_tables, pytest.mark.usefixtures("app")]
ON_SQLITE = {"plain_begin", "answering_first", "without_unique"}


def rush_on(mutant: Mutant, database: str, folder: Path) -> Outcome:
    profile = PROFILES["S"].of(150, seconds=1.5)
    event_id = announce({Mode.IN_PERSON: profile.seats}).id
    setting = Setting(database, folder, target=mutant.target, mails=False)
    db.session.remove()
    return hold(Rush(profile, seed=1, drain=0), setting, event_id)


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("mutant", [one for one in MUTANTS if one.make in ON_SQLITE], ids=lambda one: one.make)
def test_it_is_caught_on_sqlite(mutant: Mutant, database: str, tmp_path: Path) -> None:
    outcome = rush_on(mutant, database, tmp_path)
    assert outcome.verdict.faults.keys() & mutant.betrayed_by, outcome.verdict


@pytest.mark.database("postgresql")
@pytest.mark.parametrize("mutant", [one for one in MUTANTS if one.make not in ON_SQLITE], ids=lambda one: one.make)
def test_it_is_caught_on_postgresql(mutant: Mutant, database: str, tmp_path: Path) -> None:
    outcome = rush_on(mutant, database, tmp_path)
    assert outcome.verdict.faults.keys() & mutant.betrayed_by, outcome.verdict

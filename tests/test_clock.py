"""The shared clock: what a process takes from it, however late the answer comes."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from app import clock
from tests.conftest import NOON

SECOND = timedelta(seconds=1)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """A machine at noon, which agrees with the shared clock; call it to let time pass."""
    shown = [NOON]
    monkeypatch.setattr(clock, "_of_this_machine", lambda: shown[0])
    monkeypatch.setattr(clock, "_behind", clock.NONE)

    def passes(time: timedelta) -> None:
        shown[0] += time

    return passes


def test_an_answer_that_is_late_sets_no_clock_back(machine: Callable[[timedelta], None]) -> None:
    clock.follow(lambda: answered(machine, late=2 * SECOND))
    assert clock.now() == NOON + 2 * SECOND


def test_an_answer_that_is_late_changes_nothing_of_what_is_known(machine: Callable[[timedelta], None]) -> None:
    clock.follow(lambda: NOON + 3 * SECOND)
    clock.follow(lambda: answered(machine, ahead=3 * SECOND, late=5 * SECOND))
    assert clock.now() == NOON + 8 * SECOND


def test_a_clock_that_was_set_right_is_gone_by_again(machine: Callable[[timedelta], None]) -> None:
    clock.follow(lambda: NOON + 90 * SECOND)
    machine(90 * SECOND)
    clock.follow(lambda: NOON + 90 * SECOND)
    assert clock.now() == NOON + 90 * SECOND


def answered(passes: Callable[[timedelta], None], *, late: timedelta, ahead: timedelta = clock.NONE) -> datetime:
    """What the shared clock showed when it was asked."""
    passes(late)
    return NOON + ahead

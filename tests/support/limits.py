"""Limits count within a window of time: none ends while a test runs, however slow the machine is."""

import time
from types import SimpleNamespace

import pytest
from limits import strategies
from limits.storage import memory


@pytest.fixture(autouse=True)
def _no_window_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = time.time()
    still = SimpleNamespace(time=lambda: moment)
    monkeypatch.setattr(memory, "time", still)
    monkeypatch.setattr(strategies, "time", still)

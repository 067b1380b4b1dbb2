"""Limits count within a window of time: none ends while a test runs, however slow the machine is."""

import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from limits import strategies
from limits.storage import memory


@pytest.fixture(autouse=True)
def _no_window_ends() -> Iterator[None]:
    """With a patch of its own: the test's is undone before its app is, whose settings it may have changed."""
    moment = time.time()
    still = SimpleNamespace(time=lambda: moment)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(memory, "time", still)
        patch.setattr(strategies, "time", still)
        yield

"""What each simulated person asked and was told: a line of JSON before and one after every request.

Each line goes to the system at once, from a process that no experiment kills.
"""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Line = dict[str, Any]


class Ledger:
    """Only ever appended to."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def note(self, who: int, tab: int, act: str, **facts: Any) -> None:
        """``act`` is what is asked (page, form, send, confirmation, garbage); ``told`` stands in lines that answer."""
        line = {"at": time.perf_counter(), "who": who, "tab": tab, "act": act, **facts}
        os.write(self._file, json.dumps(line).encode() + b"\n")

    def close(self) -> None:
        os.close(self._file)


def read(path: Path) -> Iterator[Line]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)

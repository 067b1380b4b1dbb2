"""Processes that write die amid whatever they do: on SQLite's file everybody who was answered is there, and whole."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.db import db
from tests.support.desk import make_event
from tests.support.whole import faults_of

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.slow]
ROOT = Path(__file__).parents[2]
MOMENTS = 10


class Writers:
    """Two processes that register people, and everybody whom they answered."""

    def __init__(self, database: str, folder: Path, event_id: int) -> None:
        command = [sys.executable, "-m", "tests.support.registering_on", database, str(folder), str(event_id)]
        self.processes = [
            subprocess.Popen([*command, name], cwd=ROOT, stdout=subprocess.PIPE, text=True) for name in "ab"
        ]
        self.answered: set[str] = set()

    def hear(self) -> None:
        """Wait until each has answered somebody more."""
        for process in self.processes:
            assert process.stdout
            line = process.stdout.readline()
            assert line, "A writer ended by itself."
            self.answered.add(line.strip())

    def freeze(self) -> None:
        for process in self.processes:
            process.send_signal(signal.SIGSTOP)
        for process in self.processes:
            os.waitpid(process.pid, os.WUNTRACED)

    def thaw(self) -> None:
        for process in self.processes:
            process.send_signal(signal.SIGCONT)

    def end(self) -> None:
        while self.processes:
            process = self.processes.pop()
            process.kill()
            process.communicate()


@pytest.fixture
def writers(app: Flask, database: str, tmp_path: Path) -> Iterator[Writers]:
    writers = Writers(database, tmp_path, make_event(capacity=30))
    db.session.remove()
    db.engine.dispose()
    yield writers
    writers.end()


def test_everybody_who_was_answered_is_there(writers: Writers, database: str, tmp_path: Path) -> None:
    """At any moment, as the file is then: nobody has the time to put anything in order."""
    file = Path(database.removeprefix("sqlite:///"))
    for moment in range(MOMENTS):
        writers.hear()
        writers.freeze()
        left = tmp_path / str(moment)
        left.mkdir()
        for part in file.parent.glob(f"{file.name}*"):
            shutil.copy(part, left / part.name)
        assert not faults_of(left / file.name, writers.answered)
        writers.thaw()
    writers.end()
    assert not faults_of(file, writers.answered)
    assert len(writers.answered) >= 2 * MOMENTS

"""``python -m bench power_cut``: two processes register people on SQLite's file, and the power goes at any write.

Not one run for each moment: recorder.c notes what the processes wrote and what the disk promised to keep, and from
these notes every disk can be made that they could have left (disk.py).
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from app.db import db
from bench.places import folder
from bench.power_cut.disk import Disk, Note, read
from bench.preloading import compiler, preloaded
from bench.report import Line
from tests.conftest import make_app
from tests.support.databases import SqliteDatabases
from tests.support.desk import make_event
from tests.support.whole import faults_of

ROOT = Path(__file__).parents[2]
RECORDER = Path(__file__).parent / "recorder.c"
ANSWERED = "answered"
PEOPLE = 20  # For each of two processes.
MOMENTS = 400
SHARES = (0.0, 0.5, 1.0)  # Of what was written and not promised yet: nothing, any part, all of it.


@dataclass
class Found:
    disks: int = 0
    writes: int = 0
    promises: int = 0
    answered: int = 0
    harmed: int = 0
    first: str = ""


def measure() -> Iterator[Line]:
    question = "the power goes while two processes register people, SQLite"
    if compiler() is None:
        yield Line(question, "not measured: this machine has no C compiler")
        return
    careful, careless = run(), run(is_careless=True)
    measured = f"{careful.harmed} of {careful.disks:,} disks harmed{careful.first and f' ({careful.first})'}; "
    measured += f"{careful.writes:,} writes, {careful.promises} promises, {careful.answered} people answered"
    control = f"{careless.harmed:,} of {careless.disks:,} where nothing is promised"
    sound = not careful.harmed and careful.answered == 2 * PEOPLE and careless.harmed > 0
    yield Line(question, measured, control, None, "nobody who was answered is lost, nothing kept in part", sound)


def run(*, is_careless: bool = False) -> Found:
    """As the application sets SQLite up; or, as a control, with nothing promised."""
    with folder() as place:
        file, event_id = prepared(place)
        disk = Disk(file.parent, {str(one): bytearray(one.read_bytes()) for one in file.parent.iterdir()})
        notes = place / "notes"
        record(file, event_id, notes, is_careless=is_careless)
        return look(disk, list(read(notes)), file, place / "afterwards")


def prepared(place: Path) -> tuple[Path, int]:
    """A database with an event that has too few seats."""
    (place / "database").mkdir()
    address = SqliteDatabases(place, place / "database").fresh()
    with make_app(address, place).app_context():
        event_id = make_event(capacity=PEOPLE)
        db.session.remove()
        db.engine.dispose()
    return Path(address.removeprefix("sqlite:///")), event_id


def record(file: Path, event_id: int, notes: Path, *, is_careless: bool) -> None:
    answered = file.parent / ANSWERED
    answered.touch()
    command = [sys.executable, "-m", "bench.power_cut.writer", f"sqlite:///{file}", str(event_id), str(answered)]
    with preloaded(RECORDER):
        told = os.environ | {"RECORDED": str(file.parent), "RECORD": str(notes)}
        given = [(name, str(PEOPLE), *(["careless"] if is_careless else [])) for name in "ab"]
        writers = [subprocess.Popen([*command, *one], cwd=ROOT, env=told) for one in given]
        assert [writer.wait() for writer in writers] == [0, 0]


def look(disk: Disk, notes: list[Note], file: Path, place: Path) -> Found:
    """Go through the notes; at some moments, chosen by chance, look at what a cut would leave."""
    chance, found, answered = Random(1), Found(writes=len(notes)), set[str]()
    moments = set(chance.sample(range(len(notes)), min(MOMENTS, len(notes))))
    for number, note in enumerate(notes):
        if note.name.endswith(ANSWERED):
            answered.add(note.data.decode().strip())
        else:
            disk.take(note)
        found.promises += note.kind == "s"
        for share in SHARES if number in moments else ():
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir()
            for name, content in disk.after_a_cut(chance, share):
                (place / Path(name).name).write_bytes(content)
            faults = faults_of(place / file.name, answered)
            found.disks += 1
            found.harmed += bool(faults)
            found.first = found.first or "; ".join(faults)
    found.answered = len(answered)
    return found

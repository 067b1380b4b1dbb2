"""What a disk may hold after the power went: everything that it promised to keep, and of the rest any part."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

HEAD = struct.Struct("=cIIq")
SECTOR = 512  # Bytes that a disk writes wholly or not at all.


@dataclass(frozen=True)
class Note:
    """One line of recorder.c: (w)ritten, cu(t), (s)aved for certain, (c)reated, (d)eleted."""

    kind: str
    name: str
    place: int
    data: bytes


def read(path: Path) -> Iterator[Note]:
    content, at = path.read_bytes(), 0
    while at < len(content):
        kind, length, size, place = HEAD.unpack_from(content, at)
        at += HEAD.size
        name, data = content[at : at + length], content[at + length : at + length + size]
        yield Note(kind.decode(), name.decode(), place, data)
        at += length + size


@dataclass
class Disk:
    """One folder on it. ``kept`` is certain; ``loose`` is what was done to each file since it was last saved."""

    folder: Path
    kept: dict[str, bytearray]
    loose: dict[str, list[Note]] = field(default_factory=dict)
    names: set[str] = field(init=False)  # The files that the folder certainly names,
    unsure: set[str] = field(default_factory=set)  # and those that came or went since it was saved.

    def __post_init__(self) -> None:
        self.names = set(self.kept)

    def take(self, note: Note) -> None:
        if note.kind in "cd":
            self.unsure.add(note.name)
            self.names = self.names | {note.name} if note.kind == "c" else self.names - {note.name}
            self.kept.setdefault(note.name, bytearray())
        elif note.kind in "wt":
            self.kept.setdefault(note.name, bytearray())
            self.loose.setdefault(note.name, []).append(note)
        elif Path(note.name) == self.folder:
            self.unsure.clear()
        else:
            for one in self.loose.pop(note.name, []):
                _apply(one, self.kept[note.name])

    def after_a_cut(self, chance: Random, share: float) -> Iterator[tuple[str, bytes]]:
        """Each file, with about this share of what was loose."""
        for name, content in self.kept.items():
            if name not in self.names and name not in self.unsure:
                continue
            if name in self.unsure and chance.random() >= share:
                continue
            found = bytearray(content)
            for note in self.loose.get(name, []):
                for part in _sectors(note):
                    if chance.random() < share:
                        _apply(part, found)
            yield name, bytes(found)


def _sectors(note: Note) -> Iterator[Note]:
    if note.kind == "t":
        yield note
        return
    at = 0
    while at < len(note.data):
        size = SECTOR - (note.place + at) % SECTOR
        yield Note("w", note.name, note.place + at, note.data[at : at + size])
        at += size


def _apply(note: Note, content: bytearray) -> None:
    if note.kind == "t":
        del content[note.place :]
        content.extend(bytes(note.place - len(content)))
        return
    content.extend(bytes(max(0, note.place - len(content))))
    content[note.place : note.place + len(note.data)] = note.data

"""Copies of mails in folders that may be somebody else's: what cannot be looked into is never taken for empty."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from app.formats.mail_copies import forget
from app.mail.reconciling import ArchiveFolder, ReconcileError

NOBODY = 65534
EARLIER = datetime(2020, 1, 1, tzinfo=UTC)
MINE, THEIRS = "<1@office.example>", "<2@office.example>"


@pytest.fixture
def archive() -> Iterator[Path]:
    """Where everybody can come, unlike in the folder of a test."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        for name, message_id in (("first", MINE), ("second", THEIRS), ("third", MINE)):
            where = Path(folder) / ("cur" if name == "third" else "new")
            where.mkdir(exist_ok=True)
            where.chmod(0o777)
            (where / name).write_text(f"Received: here\r\nMessage-ID: {message_id}\r\n\r\nMessage-ID: {MINE}\r\n")
        yield Path(folder)


@contextmanager
def closed(path: Path) -> Iterator[None]:
    """To us: root, whom nothing is closed to, is somebody else meanwhile."""
    path.chmod(0)
    us = os.geteuid()
    os.seteuid(us or NOBODY)
    try:
        yield
    finally:
        os.seteuid(us)
        path.chmod(0o700)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


def test_copies_go_and_others_stay(archive: Path) -> None:
    assert forget([MINE], [archive]) == set()
    assert names(archive) == {"second"}


def test_a_closed_folder_is_told(archive: Path) -> None:
    with closed(archive / "new"):
        assert forget([MINE], [archive]) == {MINE}
    assert names(archive) == {"first", "second"}


def test_a_closed_folder_within_says_not_that_a_mail_never_arrived(archive: Path) -> None:
    with closed(archive / "new"), pytest.raises(ReconcileError, match="PermissionError"):
        ArchiveFolder(archive).was_accepted("<3@office.example>", EARLIER)


def test_one_closed_file_keeps_no_other_copy(archive: Path) -> None:
    with closed(archive / "new" / "second"):
        assert forget([MINE], [archive]) == {MINE}
    assert names(archive) == {"second"}


def test_what_a_mail_program_keeps_beside_the_mails_is_none(archive: Path) -> None:
    index = archive / "dovecot.index.log"
    index.write_text("")
    with closed(index):
        assert not ArchiveFolder(archive).was_accepted("<3@office.example>", EARLIER)

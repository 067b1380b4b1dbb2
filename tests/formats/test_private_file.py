"""Files for their owner's eyes."""

from pathlib import Path

from app.formats.private_file import keep_private


def test_a_journal_that_is_gone_when_it_is_looked_at_is_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "events.sqlite"
    (tmp_path / "events.sqlite-wal").symlink_to(tmp_path / "gone")  # Listed, and not there.
    keep_private(file)
    assert file.stat().st_mode & 0o777 == 0o600

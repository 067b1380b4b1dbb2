"""``python -m bench.older_code``: whether the code of the last version runs on the tables of this one.

So it does for some minutes where one node after the other gets a new version. The older code is checked out beside
this, gets this one's migrations, and its own tests are run: what they ask of it, it must still do.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
NAMED = "^version = "
# What goes on while a new version comes: people register, change and cancel, and mail leaves.
TESTS = (
    "tests/operations/registration",
    "tests/web/public/test_register.py",
    "tests/web/public/test_my_registration.py",
    "tests/mail/test_delivery.py",
    "tests/test_worker.py",
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.older_code", description=__doc__)
    parser.add_argument("commit", nargs="?", help="instead of the one that named the last version")
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="postgresql")
    asked = parser.parse_args()
    commit = asked.commit or git("log", "-1", "--format=%h", f"-G{NAMED}", "--", "pyproject.toml")
    with checked_out(commit) as older:
        added = sorted(new_migrations(older))
        print(f"{commit} ({git('log', '-1', '--format=%s', commit)}), later migrations: {', '.join(added) or 'none'}")
        shutil.rmtree(older / "migrations")
        shutil.copytree(ROOT / "migrations", older / "migrations")
        command = f"-m pytest -q -p no:cacheprovider -n 2 --database {asked.database}".split()
        wanted = [*TESTS, "-m", "not browser and not slow"]
        return subprocess.run([sys.executable, *command, *wanted], cwd=older, check=False).returncode


def git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


@contextmanager
def checked_out(commit: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="trade-events-older-") as place:
        older = Path(place) / "code"
        git("worktree", "add", "--detach", str(older), commit)
        try:
            yield older
        finally:
            git("worktree", "remove", "--force", str(older))


def new_migrations(older: Path) -> set[str]:
    here, there = ({path.stem for path in (tree / "migrations" / "versions").glob("*.py")} for tree in (ROOT, older))
    return here - there


if __name__ == "__main__":
    sys.exit(main())

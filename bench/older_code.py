"""``python -m bench.older_code``: whether the code of the last version runs on the tables of this one.

So it does for some minutes where one node after the other gets a new version. The older code is checked out beside
this, gets this one's migrations, and its own tests are run: what they ask of it, it must still do.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import tomllib
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
    commit = asked.commit or last_version()
    with checked_out(commit) as older:
        added = sorted(new_migrations(older))
        print(f"{commit} ({git('log', '-1', '--format=%s', commit)}), later migrations: {', '.join(added) or 'none'}")
        if not added:
            print("Both have the same tables, so there is nothing to try.")
            return 0
        shutil.rmtree(older / "migrations")
        shutil.copytree(ROOT / "migrations", older / "migrations")
        command = f"-m pytest -q -p no:cacheprovider -n 2 --database {asked.database}".split()
        wanted = [*TESTS, "-m", "not browser and not slow"]
        return subprocess.run([sys.executable, *command, *wanted], cwd=older, check=False).returncode


def last_version() -> str:
    """The newest commit that names another version than this one has."""
    here = version_in((ROOT / "pyproject.toml").read_text())
    for commit in git("log", "--format=%h", f"-G{NAMED}", "--", "pyproject.toml").split():
        if version_in(git("show", f"{commit}:pyproject.toml")) != here:
            return commit
    raise SystemExit(f"No version came before {here}.")


def version_in(project: str) -> str:
    return str(tomllib.loads(project)["project"]["version"])


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

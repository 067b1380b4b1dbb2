"""Workers killed while confirmations leave: a short run of what ``python -m bench.mail_kill`` does for long.

In a process of its own, because only one without threads may fork.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# A window that stays open for long, so that three kills hit it soon; then the rest leaves in peace.
SHORT = "--people 40 --every 0.1 0.3 --enough 3 --pause 0.2 --lease 4"
PATIENCE = 600

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("mail-kill")]


@pytest.mark.parametrize("archive", [False, True], ids=["without an archive", "with an archive"])
def test_nothing_is_lost_and_what_is_doubled_is_explained(database: str, archive: bool) -> None:
    command = [sys.executable, "-m", "bench.mail_kill", "--address", database, *SHORT.split()]
    command += ["--archive"] if archive else []
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    told = dict(re.findall(r"(lost|unexpected|unsettled|mix-ups|doubled|kill) (\d+)", ended.stdout))
    assert told["lost"] == told["unexpected"] == told["unsettled"] == told["mix-ups"] == told["kill"] == "0"
    assert int(told["doubled"]) == 0 or not archive
    assert re.search(r"40 mails, (\d+) copies", ended.stdout)
    assert re.search(r"[3-9]\d* of them in the window", ended.stdout), ended.stdout

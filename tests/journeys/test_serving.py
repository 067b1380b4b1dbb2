"""The one command that runs everything: it answers, it ends when asked, and nothing stays behind."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.guards.sources import ROOT
from tests.support.serving import free_port

pytestmark = [pytest.mark.slow, pytest.mark.database("sqlite")]
PATIENCE = 120


class Run:
    def __init__(self, database: str, folder: Path) -> None:
        self.port = free_port()
        settings = {"DATABASE_URL": database, "INSTANCE_DIR": str(folder), "PORT": str(self.port)}
        self.log = folder / "serve.log"
        with self.log.open("wb") as log:
            command = [sys.executable, str(ROOT / "tools" / "serve.py")]
            self.process = subprocess.Popen(command, cwd=ROOT, env=os.environ | settings, stdout=log, stderr=log)

    def wait_for(self, words: str) -> None:
        until = time.monotonic() + PATIENCE
        while words not in self.log.read_text():
            assert time.monotonic() < until, self.log.read_text()
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.05)

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)


@pytest.fixture
def run(database: str, tmp_path: Path) -> Iterator[Run]:
    run = Run(database, tmp_path)
    yield run
    if run.process.poll() is None:
        run.process.terminate()
        run.process.wait(PATIENCE)


def test_ctrl_c_ends_everything(run: Run) -> None:
    run.wait_for("is open at")
    with urllib.request.urlopen(f"http://127.0.0.1:{run.port}/", timeout=PATIENCE) as answer:
        assert answer.status == 200
    children = run.children()
    assert len(children) >= 3  # The web server, at least one of its workers, the mail worker.
    run.process.send_signal(signal.SIGINT)
    assert run.process.wait(PATIENCE) == 0
    _, alive = psutil.wait_procs(children, timeout=PATIENCE)
    assert not alive


def test_when_one_process_dies_the_other_is_ended(run: Run) -> None:
    run.wait_for("is open at")
    children = run.children()
    next(child for child in children if "worker" in child.cmdline()).kill()
    assert run.process.wait(PATIENCE) == 1
    assert "The worker process ended by itself" in run.log.read_text()
    _, alive = psutil.wait_procs(children, timeout=PATIENCE)
    assert not alive


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a worker is a process of its own")
def test_web_workers_share_what_they_loaded(run: Run) -> None:
    run.wait_for("is open at")
    web = next(child for child in run.children() if "tools.web" in child.cmdline() and child.children())
    for worker in web.children():
        rollup = Path(f"/proc/{worker.pid}/smaps_rollup").read_text()
        shared = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Shared_Dirty:"))
        assert shared > 20_000, rollup  # Of the 70 MB that the modules take.

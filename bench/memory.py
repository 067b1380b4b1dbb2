"""Memory at rest of what ``make run`` starts: two web workers, their parent, and the mail worker."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

from bench.places import databases, folder
from bench.processes import family, memory_bytes
from bench.report import Line
from tests.support.serving import free_port

AIM = 300_000_000
PATIENCE, REST = 60, 5  # Seconds until it answers, and until it has settled.
PAGES = ("/", "/events", "/events/sample-trade-symposium", "/events/sample-trade-symposium/register", "/about")


def measure() -> Iterator[Line]:
    with databases("SQLite", ("memory",)) as (address,), folder() as instance:
        port = free_port()
        settings = {"DATABASE_URL": address, "INSTANCE_DIR": str(instance), "PORT": str(port)}
        settings["BASE_URL"] = f"http://127.0.0.1:{port}"
        started = subprocess.Popen([sys.executable, "tools/serve.py"], env=os.environ | settings)
        try:
            for path in PAGES * 2:
                _open(f"http://127.0.0.1:{port}{path}", started)
            time.sleep(REST)
            size, count = memory_bytes(started.pid), len(list(family(started.pid)))
        finally:
            started.send_signal(signal.SIGINT)
            started.wait(PATIENCE)
    question = f"memory at rest, web and worker ({count} processes)"
    yield Line(question, f"{size / 1e6:.0f} MB", "", None, "≤ 300 MB", size <= AIM)


def _open(address: str, started: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and started.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=10).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"{address} does not answer.")

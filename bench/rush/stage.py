"""Sets the stage: one event with few seats, and the app before it as production runs it.

The commands are those of the Procfile: Granian with respawning workers (one node or two over one database), and the
mail worker, which hands its mails to a mail server of our own. All of it listens on this machine alone.
"""

import os
import re
import shlex
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError

from app.models import Event, Mode
from bench.rush.crowd import SLUG
from tests.support import factories
from tests.support.serving import free_port

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0  # Seconds for something to start or to end.
ASKED = dict.fromkeys(("middle_name", "suffix", "job_title", "country"), "optional")
PARAGRAPH = "How an entry is filed, what is looked at, and what to do when something does not fit. "


def announce(seats: Mapping[Mode, int | None]) -> Event:
    """The event that everybody wants to attend, with a page of the usual size. Needs an app context."""
    return factories.event(
        slug=SLUG,
        title="Trade Symposium",
        seats=seats,
        asked_fields=ASKED,
        description="\n\n".join([PARAGRAPH * 6] * 30),
    )


@dataclass
class Stage:
    """What is running: the ports of the web nodes, their processes, and the mail server's notes."""

    ports: list[int] = field(default_factory=list)
    nodes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    logs: list[Path] = field(default_factory=list)
    accepted: Path = Path()

    def complaints(self) -> str:
        """What the processes wrote about faults; nothing, if all is well."""
        texts = [path.read_text(errors="replace") for path in self.logs]
        return "\n".join(text for text in texts if "Traceback" in text)


@dataclass(frozen=True)
class Setting:
    """How the app is run: ``target`` may be one of the deliberate faults; ``environment`` adds to all processes."""

    database: str
    folder: Path
    nodes: int = 1
    target: str = "tools.web:create_app"
    mails: bool = True  # Whether a worker sends them; what is wrong in the database shows without.
    environment: dict[str, str] = field(default_factory=dict)


@contextmanager
def running(setting: Setting) -> Iterator[Stage]:
    """Start it all, and end it all; nothing stays behind."""
    stage, mail_port = Stage(accepted=setting.folder / "accepted.jsonl"), free_port()
    environment = os.environ | _settings(setting, mail_port) | setting.environment
    stage.accepted.touch()
    with ExitStack() as ends:
        sink = [sys.executable, "-m", "bench.rush.sink", str(mail_port), str(stage.accepted)]
        ends.enter_context(_process(sink, os.environ, setting.folder / "sink.log", stage))
        for number in range(setting.nodes):
            port = free_port()
            web = command("web", port).replace("tools.web:create_app", setting.target)
            log = setting.folder / f"web-{number}.log"
            process = ends.enter_context(_process(shlex.split(web), environment, log, stage))
            stage.ports.append(port)
            stage.nodes.append(process)
        if setting.mails:
            worker, log = shlex.split(command("worker", 0)), setting.folder / "worker.log"
            stage.workers.append(ends.enter_context(_process(worker, environment, log, stage)))
        for process, port in zip(stage.nodes, stage.ports, strict=True):
            _wait_for(process, port, stage)
        yield stage


def command(name: str, port: int) -> str:
    """A line of the Procfile, for this machine alone: loopback, this Python, this port."""
    lines = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
    line = lines[name].replace("0.0.0.0", "127.0.0.1").replace("${PORT:-8000}", str(port))
    line = line.replace("${WEB_WORKERS:-2}", "2")
    return re.sub(r"^(.*?)(?:python -m )?(tools\.web|flask) ", rf"env \1{sys.executable} -m \2 ", line)


def _settings(setting: Setting, mail_port: int) -> dict[str, str]:
    return {
        "DATABASE_URL": setting.database,
        "INSTANCE_DIR": str(setting.folder),
        "BASE_URL": "http://127.0.0.1:8000",
        "TRUSTED_PROXIES": "1",
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_PORT": str(mail_port),
        "MAIL_DEFAULT_SENDER": "events@example.gov",
        "SECRET_KEY": "signs links during a rush, and nothing else",
        "DATA_KEYS": "protects data during a rush, nothing else",
        "PYTHONPATH": str(ROOT),
    }


@contextmanager
def _process(
    words: list[str], environment: dict[str, str], log: Path, stage: Stage
) -> Iterator[subprocess.Popen[bytes]]:
    stage.logs.append(log)
    with log.open("wb") as output:
        process = subprocess.Popen(words, env=environment, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(process: subprocess.Popen[bytes], port: int, stage: Stage) -> None:
    """Until the event's page is there: the first requests of a process are not the rush."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/events/{SLUG}/register", timeout=5).close()
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"The app did not start:\n{stage.logs[1].read_text()}")

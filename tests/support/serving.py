"""The app behind its real server, in a process of its own, for tests that need a socket."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError

PATIENCE = 120


@dataclass
class LiveServer:
    database: str
    instance: Path
    settings: dict[str, str] = field(default_factory=dict)
    workers: int = 1
    threads: int = 4
    target: str = "app:create_app"
    told: int = 0  # How much of what it wrote was read.

    def start(self) -> "LiveServer":
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        environment = os.environ | {
            "DATABASE_URL": self.database,
            "INSTANCE_DIR": str(self.instance),
            "BASE_URL": self.url,
            **self.settings,
        }
        command = f"granian --interface wsgi --port {self.port} --workers {self.workers}"
        command += f" --blocking-threads {self.threads}"
        self.log = self.instance / "server.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *command.split(), "--factory", self.target],
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._wait()
        return self

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.process.poll() is None:
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=5).close()
            except (URLError, ConnectionError):
                time.sleep(0.05)
            else:
                return
        self.process.kill()
        raise AssertionError(f"The server did not start:\n{self.log.read_text()}")

    def news(self) -> str:
        """What it wrote since this was asked before."""
        new = self.log.read_text()[self.told :]
        self.told += len(new)
        return new

    def stop(self) -> str:
        """End it, and give what it wrote."""
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        return self.log.read_text()


_given: set[int] = set()


def free_port() -> int:
    """A port that nobody listens on, and that was not given out before: its server may not have started yet."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = int(server.getsockname()[1])
        if port not in _given:
            _given.add(port)
            return port

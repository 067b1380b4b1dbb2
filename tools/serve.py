"""Runs web and mail worker side by side in this terminal until Ctrl-C, or until one of them ends."""

import os
import signal
import socket
import subprocess
import sys
import time

HOST, PORT = "127.0.0.1", int(os.environ.get("PORT", "8000"))
COMMANDS = {
    "web": f"tools.web --interface wsgi --host {HOST} --port {PORT} --workers 2 --blocking-threads 64"
    " --respawn-failed-workers --workers-kill-timeout 10 --no-access-log --log-level error"
    " --factory tools.web:create_app",
    "worker": "flask --app app worker",
}
# Each thread of glibc's would else keep a heap of its own.
FRUGAL = {"MALLOC_ARENA_MAX": "2"} | os.environ
PORT_IN_USE = f"Port {PORT} is in use. Choose another one: make run PORT={PORT + 1}"
PATIENCE = 15  # Seconds a process may take to finish what it is doing.

Running = dict[str, subprocess.Popen[bytes]]


class StopRequested(Exception):  # noqa: N818 - nothing went wrong when somebody presses Ctrl-C
    """Somebody pressed Ctrl-C, or the system asks us to end."""


def main() -> int:
    if is_answered():
        print(PORT_IN_USE, file=sys.stderr)
        return 1
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    running: Running = {}
    try:
        for name, command in COMMANDS.items():
            running[name] = subprocess.Popen([sys.executable, "-m", *command.split()], env=FRUGAL)
        return watch(running)
    except StopRequested:
        return 0
    finally:
        end(running)


def is_answered() -> bool:
    try:
        socket.create_connection((HOST, PORT), timeout=1).close()
    except OSError:
        return False
    return True


def stop(*_: object) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # Asking twice must not leave a process behind.
    raise StopRequested


def watch(running: Running) -> int:
    """Say where to look once somebody answers there; come back when a process has ended by itself."""
    told = False
    while not (ended := [name for name, process in running.items() if process.poll() is not None]):
        if not told and (told := is_answered()):
            print(f"\nTrade Events is open at http://{HOST}:{PORT} (Ctrl-C ends it)\n", flush=True)
        time.sleep(0.2)
    print(f"The {ended[0]} process ended by itself, so everything is stopped.", file=sys.stderr)
    return 1


def end(running: Running) -> None:
    """Ask every process to finish, and take away what has not after a while, so that nothing stays behind."""
    for process in running.values():
        process.terminate()
    for process in running.values():
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


if __name__ == "__main__":
    sys.exit(main())

"""What `make run` does before anything is served."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.guards.sources import ROOT


@pytest.mark.slow
def test_a_busy_port_is_found_before_anything_is_made(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        environment = os.environ | {"PORT": str(port), "INSTANCE_DIR": str(tmp_path / "instance")}
        command = [sys.executable, "-m", "tools.prepare"]
        told = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
        )
    assert (told.returncode, told.stdout) == (1, "")
    assert f"Port {port} is in use" in told.stderr
    assert not (tmp_path / "instance").exists()

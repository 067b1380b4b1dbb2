"""``make bench``: measures what the project promises about speed and size, prints a table, writes RESULTS.md.

``python -m bench pages memory`` measures these alone and writes nothing.
"""

import importlib
import sys
from pathlib import Path

from bench import report

MODULES = (
    "pages",
    "registrations",
    "profile",
    "first_visit",
    "memory",
    "csv_export",
    "attendee_page",
    "secrecy",
    "power_cut",
    "rush.safety",
    "rush.speed",
    "mail_speed",
    "mail_kill.safety",
)
RESULTS = Path(__file__).parent / "RESULTS.md"
FOREWORD = """# What was measured

Written by `make bench`. Each ratio comes from rounds that were interleaved in one run, and is the median of them;
absolute figures depend on the machine and on what else it did. Everything is plain HTTP on loopback, and the client
takes its share of the same cores.
"""


def main() -> int:
    wanted = sys.argv[1:] or MODULES
    machine = report.machine()
    lines = []
    for name in wanted:
        for line in importlib.import_module(f"bench.{name}").measure():
            print(" | ".join(line.cells()), flush=True)
            lines.append(line)
    table = report.table(report.HEAD, (line.cells() for line in lines))
    print(f"\n{machine}\n\n{table}")
    if not sys.argv[1:]:
        RESULTS.write_text(f"{FOREWORD}\n{machine}\n\n{table}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Holds one run, or one for each seed, and prints what came of it. Ends with 1 when something was wrong."""

import argparse
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.mail_kill import __doc__ as story
from bench.mail_kill.run import Plan, Result, run
from bench.places import folder
from bench.rush.attempts import fresh_database


def main() -> int:
    logging.disable(logging.WARNING)
    asked = arguments().parse_args()
    failed = False
    for seed in asked.seed:
        plan = Plan(asked.people, asked.archive, seed, tuple(asked.every), asked.lease, asked.enough, asked.pause)
        with given_database(asked.address) if asked.address else fresh_database(asked.database) as (address, place):
            result = run(plan, address, place)
        print(f"{asked.database}, {'with' if plan.archive else 'without'} an archive, seed {seed}: {told(result)}")
        failed = failed or bool(result.faults)
    return int(failed)


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.mail_kill", description=story)
    parser.add_argument("--people", type=int, default=Plan.people)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--archive", action="store_true", help="settle doubts from the mail server's copies")
    parser.add_argument("--seed", type=int, nargs="+", default=[1])
    parser.add_argument("--every", type=float, nargs=2, default=Plan.every, help="seconds between kills, at random")
    parser.add_argument("--enough", type=int, help="aim at the window, and stop killing after so many hits")
    parser.add_argument(
        "--pause", type=float, default=Plan.pause, help="seconds between a copy and its answer, at most"
    )
    parser.add_argument("--address", help="a migrated, empty database, instead of a fresh one")
    parser.add_argument("--lease", type=float, default=Plan.lease, help="seconds; production has 60")
    return parser


@contextmanager
def given_database(address: str) -> Iterator[tuple[str, Path]]:
    with folder() as place:
        yield address, place


def told(result: Result) -> str:
    found = result.verdict
    counts = f"{found.rows} mails, {found.copies} copies, lost {len(found.lost)}, unexpected {len(found.unexpected)}, "
    counts += f"unsettled {len(found.unsettled)}, more than one Message-ID {len(found.several_ids)}, "
    counts += f"mix-ups {len(found.mix_ups)}; {result.kills} kills, {result.windows} of them in the window, "
    counts += f"doubled {len(found.doubled)}, of them not explained by a kill {len(found.unexplained)}; "
    counts += f"{result.seconds:.0f} s"
    named = "".join(f"\n  doubled: {name}" for name in found.doubled)
    wrong = "".join(f"\n  {name}: {', '.join(ones[:10])}" for name, ones in result.faults.items())
    return counts + named + wrong


if __name__ == "__main__":
    sys.exit(main())

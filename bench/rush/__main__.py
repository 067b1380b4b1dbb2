"""Holds one rush, or one for each seed, and prints what came of it. Ends with 1 when something was wrong."""

import argparse
import sys

from bench.rush.attempts import attempt, times
from bench.rush.mutants import MUTANTS
from bench.rush.plan import PROFILES, Profile
from bench.rush.rush import Outcome, Rush
from bench.rush.slow_disk import slow_disk


def main() -> int:
    asked = arguments().parse_args()
    failed = False
    for seed in asked.seed:
        rush = Rush(profile_of(asked), seed, asked.kills)
        with slow_disk(asked.slow_disk):
            outcome = attempt(rush, asked.database, nodes=asked.nodes, target=target_of(asked.fault))
        print(f"{asked.profile}, {asked.database}, {asked.nodes} node(s), seed {seed}: {outcome.verdict}")
        print(f"  {told(outcome)}")
        print(outcome.complaints, end="")
        failed = failed or bool(outcome.verdict.faults) or outcome.verdict.is_void
    return int(failed)


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.rush", description=__doc__)
    parser.add_argument("--profile", choices=PROFILES, default="S")
    parser.add_argument("--people", type=int, help="fewer people than the profile has, for as few seats each")
    parser.add_argument("--seconds", type=float, help="with --people: how long they keep coming")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--nodes", type=int, choices=(1, 2), default=1, help="two need PostgreSQL")
    parser.add_argument("--seed", type=int, nargs="+", default=[1])
    parser.add_argument("--fault", choices=[mutant.make for mutant in MUTANTS], help="run an app that is wrong in this")
    parser.add_argument("--slow-disk", action="store_true", help="4 ms more for each fsync")
    parser.add_argument("--kills", action="store_true", help="kill a web worker every six seconds")
    return parser


def profile_of(asked: argparse.Namespace) -> Profile:
    profile = PROFILES[asked.profile]
    return profile.of(asked.people, asked.seconds or profile.seconds) if asked.people else profile


def target_of(fault: str | None) -> str:
    return next((mutant.target for mutant in MUTANTS if mutant.make == fault), "tools.web:create_app")


def told(outcome: Outcome) -> str:
    done = len(outcome.flows)
    spent = ", ".join(f"{name} {seconds * 1000 / max(1, done):.1f}" for name, seconds in outcome.spent.items())
    return (
        f"{done / outcome.seconds:.0f} people/s for {outcome.seconds:.0f} s; POST {times(outcome.posts)}; "
        f"whole flow {times(outcome.flows)}; ms of processor each: {spent}; "
        f"{outcome.kills} kills; {outcome.turned_away} turned away, {outcome.lost_words} of them without their words; "
        f"{outcome.unsent} mails unsent; client at most {outcome.late * 1000:.0f} ms late"
    )


if __name__ == "__main__":
    sys.exit(main())

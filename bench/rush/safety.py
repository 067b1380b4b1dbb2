"""``python -m bench rush.safety``: what a rush with killed workers loses, doubles or disorders; and whether a checker
that says "nothing" would have noticed."""

from collections import Counter
from collections.abc import Iterator

from bench.report import Line
from bench.rush.attempts import attempt
from bench.rush.mutants import MUTANTS, Mutant
from bench.rush.plan import PROFILES
from bench.rush.rush import Rush

SEEDS = (1, 2, 3)
SETTINGS = (("sqlite", 1), ("postgresql", 1), ("postgresql", 2))
SMALL = PROFILES["S"].of(150, seconds=1.5)


def measure() -> Iterator[Line]:
    for database, nodes in SETTINGS:
        yield killed(database, nodes)
    for database in ("sqlite", "postgresql"):
        yield caught(database)


def killed(database: str, nodes: int) -> Line:
    """Profile S whole, once for each seed, a web worker killed every six seconds."""
    outcomes = [attempt(Rush(PROFILES["S"], seed, kills=True), database, nodes=nodes) for seed in SEEDS]
    faults: Counter[str] = Counter()
    for outcome in outcomes:
        faults.update(outcome.verdict.faults)
    served, kills = (sum(figures) for figures in zip(*((one.verdict.ok, one.kills) for one in outcomes), strict=True))
    unknown = sum(one.verdict.unknown for one in outcomes)
    told = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in faults.items()) or "no fault of any kind"
    question = f"rush S, {len(SEEDS)} seeds, workers killed, {database}, web nodes: {nodes}"
    measured = f"{told}; {served} people served as they were told, {unknown} never told, {kills} kills"
    sound = not faults and kills >= 0.9 * len(SEEDS) * 3 and not any(one.unsent for one in outcomes)
    return Line(question, measured, "", None, "none", sound)


def caught(database: str) -> Line:
    """Each deliberate fault in a small rush."""
    tried = [mutant for mutant in MUTANTS if database in mutant.databases]
    missed = [mutant.fault for mutant in tried if not is_caught(mutant, database)]
    told = f"{len(tried) - len(missed)} of {len(tried)}" + (f", not: {', '.join(missed)}" if missed else "")
    return Line(f"deliberate faults that the checker catches, {database}", told, "", None, "all", not missed)


def is_caught(mutant: Mutant, database: str) -> bool:
    outcome = attempt(Rush(SMALL, drain=0), database, target=mutant.target)
    return bool(outcome.verdict.faults.keys() & mutant.betrayed_by)

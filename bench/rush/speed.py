"""``python -m bench rush.speed``: how long people wait in a rush, how many get through in a second, and what becomes
of them when four times as many come. Load client, database and mail worker share the machine with the web.

A person waits from the instant at which they planned to come; sending counts from the form's last byte. A rate is
sustained when sending stays below 250 ms and the whole way below 1 s for 99 of 100 people, and nobody gets an error.
"""

from collections.abc import Iterator
from dataclasses import replace

from bench.preloading import compiler
from bench.report import Line
from bench.rush.attempts import attempt, percentile, times
from bench.rush.plan import PROFILES, Profile, Wave
from bench.rush.rush import Outcome, Rush
from bench.rush.slow_disk import slow_disk

RATES = (100, 150, 200, 250, 300, 350, 400, 500)  # People a second.
SECONDS = 10
AIMS = {"sqlite": 200, "postgresql": 300}
SENDING, WHOLE, SENDING_SLOW_DISK = 0.250, 1.0, 5.0
TIMES_TOO_MANY, KEPT_UP = 4, 0.8
MAIL_AIM, DRAIN = 60, 300.0  # Seconds until a mail has left; until the last one must have.


def measure() -> Iterator[Line]:
    for database in AIMS:
        for name in ("S", "L", "XL"):
            yield from profile(name, database)
        yield from curve(database)
        yield slow(database)


def profile(name: str, database: str) -> Iterator[Line]:
    """One profile as it stands: everybody gets an answer, soon."""
    outcome = attempt(Rush(PROFILES[name], drain=DRAIN if name == "L" else 0), database)
    errors = outcome.verdict.server_errors + outcome.verdict.refused + outcome.turned_away
    told = "no fault of any kind" if not outcome.verdict.faults else f"{outcome.verdict}"
    yield Line(f"rush {name}, {database}", f"{told}; {spent(outcome)}", "", None, "no 5xx", not errors)
    for what, seconds, aim in (("sending", outcome.posts, SENDING), ("whole way", outcome.flows, WHOLE)):
        met = percentile(seconds, 99) <= aim
        yield Line(f"rush {name}, {what}, {database}", times(seconds), "", None, f"p99 ≤ {aim * 1000:.0f} ms", met)
    if name == "L":
        yield mail_delay(outcome, database)


def mail_delay(outcome: Outcome, database: str) -> Line:
    """From the form to the mail server's answer, while the web and everybody who comes share the machine."""
    p95 = percentile(outcome.mail_waits, 95)
    met = p95 <= MAIL_AIM and not outcome.unsent
    told = f"p95 {p95:.0f} s, median {percentile(outcome.mail_waits, 50):.0f} s, unsent {outcome.unsent}"
    return Line(f"rush L, from the form to the mail server's answer, {database}", told, "", None, "p95 ≤ 60 s", met)


def curve(database: str) -> Iterator[Line]:
    """People a second against how long they wait, until two rates in a row are too much; then four times as many."""
    sustained, peak, failed = 0, 0.0, 0
    for rate in RATES:
        outcome = attempt(Rush(steady(rate), drain=0), database)
        peak = max(peak, throughput(outcome))
        is_sustained = keeps_up(outcome)
        sustained, failed = (rate, 0) if is_sustained else (sustained, failed + 1)
        told = f"{throughput(outcome):.0f}/s; sending {times(outcome.posts)}; whole way {times(outcome.flows)}"
        yield Line(f"{rate} people a second, {database}", f"{told}; {spent(outcome)}")
        if failed == 2:
            break
    aim = AIMS[database]
    yield Line(f"sustained, {database}", f"{sustained} people/s", "", None, f"≥ {aim}", sustained >= aim)
    yield overload(database, max(sustained, RATES[0]), peak)


def overload(database: str, sustained: int, peak: float) -> Line:
    """Four times the sustained rate: as many are served as ever, the others are told when to come, with their words."""
    outcome = attempt(Rush(steady(TIMES_TOO_MANY * sustained), drain=0), database)
    kept = throughput(outcome) / peak
    told = f"{throughput(outcome):.0f}/s; {outcome.turned_away} turned away, {outcome.lost_words} without their words"
    sound = kept >= KEPT_UP and not outcome.lost_words and not outcome.verdict.faults
    return Line(f"{TIMES_TOO_MANY} times as many, {database}", told, f"peak {peak:.0f}/s", kept, f"≥ {KEPT_UP}", sound)


def slow(database: str) -> Line:
    """XL on a disk that takes 4 ms more for each promise."""
    question, aim = f"rush XL on a slow disk, sending, {database}", f"p99 ≤ {SENDING_SLOW_DISK:.0f} s"
    if not compiler():
        return Line(question, "no C compiler on this machine", "", None, aim)
    with slow_disk():
        outcome = attempt(Rush(PROFILES["XL"], drain=0), database)
    met = percentile(outcome.posts, 99) <= SENDING_SLOW_DISK and not outcome.verdict.faults
    return Line(question, f"{times(outcome.posts)}; {throughput(outcome):.0f}/s", "", None, aim, met)


def steady(rate: int) -> Profile:
    return replace(PROFILES["XL"], people=rate * SECONDS, waves=(Wave(1, 0, SECONDS),))


def throughput(outcome: Outcome) -> float:
    return len(outcome.flows) / outcome.seconds


def keeps_up(outcome: Outcome) -> bool:
    soon = percentile(outcome.posts, 99) <= SENDING and percentile(outcome.flows, 99) <= WHOLE
    return soon and not outcome.verdict.faults and not outcome.turned_away


def spent(outcome: Outcome) -> str:
    """Milliseconds of processor for each person."""
    people = max(1, len(outcome.flows))
    return ", ".join(f"{name} {seconds * 1000 / people:.1f} ms" for name, seconds in outcome.spent.items())

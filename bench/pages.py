"""Public pages against hello-world on the same server: a page that nobody's name is on need not be made twice."""

import statistics
import time
from collections.abc import Callable, Iterator

from bench import client
from bench.client import Flow
from bench.places import BARE, OURS, SLUG, databases, served
from bench.report import Line, interleaved, ratio

CLIENTS, ROUNDS, SECONDS = 16, 5, 1.5
AIM = 1.0
PAGES = {"list page": "/events", "event page": f"/events/{SLUG}"}


def answers_per_second(port: int, path: str) -> Callable[[], float]:
    """Ask for one page as a browser does, again and again on connections kept open."""
    request = client.get(path, Accept_Encoding="gzip, deflate, br")

    def once() -> float:
        until, counts = time.perf_counter() + SECONDS, [0] * CLIENTS
        took = client.run(port, (_ask(request, until, counts, place) for place in range(CLIENTS)), clients=CLIENTS)
        return sum(counts) / took

    return once


def _ask(request: bytes, until: float, counts: list[int], place: int) -> Flow:
    while time.perf_counter() < until:
        answer = yield request
        assert answer.status == 200, answer
        counts[place] += 1


def measure() -> Iterator[Line]:
    with databases("SQLite", ("pages",)) as (address,), served(OURS, address) as ours, served(BARE, address) as bare:
        hello = answers_per_second(bare.port, "/hello")
        pages = {name: answers_per_second(ours.port, path) for name, path in PAGES.items()}
        for warm_up in (hello, *pages.values()):
            warm_up()
        hellos, *rates = interleaved(ROUNDS, hello, *pages.values())
    for name, rate in zip(pages, rates, strict=True):
        times = ratio(rate, hellos)
        mine, theirs = statistics.median(rate), statistics.median(hellos)
        yield Line(name, f"{mine:.0f}/s", f"hello-world {theirs:.0f}/s", times, f"≥ {AIM}", times >= AIM)

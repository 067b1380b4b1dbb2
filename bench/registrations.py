"""How many people get through in a second: event page, form, sending, confirmation, 16 at once, nobody thinking.

Against a bare app that does the same four requests, and against the database alone. Every answer is checked, and so
is the database afterwards.
"""

import itertools
import re
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import create_engine, text

from bench import bare_writes, client
from bench.client import Answer, Flow
from bench.places import BARE, KINDS, OURS, PLAIN, databases, served
from bench.processes import cpu_seconds
from bench.report import Line, interleaved, ratio
from tests.support.serving import LiveServer

CLIENTS, ROUNDS, SECONDS = 16, 3, 4.0
AIM_PER_SECOND = {"SQLite": 150, "PostgreSQL": 200}
AIM_RATIO = 0.60
EVENT_PAGE = f"/events/{PLAIN}"
_KEY = re.compile(rb'name="form_key"[^>]*value="([^"]+)"')
_NUMBER = re.compile(rb'big-number__number">([0-9A-Z]{10})<')
_people = itertools.count(1)


@dataclass
class Crowd:
    """The people of one app: what their confirmation pages said, and how long they waited."""

    server: LiveServer
    numbers: dict[str, str] = field(default_factory=dict)
    posts: list[float] = field(default_factory=list)
    flows: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    sizes: tuple[int, ...] = ()

    def rush(self, seconds: float = SECONDS) -> float:
        """People come for so long; as soon as one is done the next begins. Returns registrations a second."""
        before, spent = len(self.numbers), cpu_seconds(self.server.process.pid)
        took = client.run(self.server.port, self._until(time.perf_counter() + seconds), clients=CLIENTS)
        done = len(self.numbers) - before
        self.processor.append((cpu_seconds(self.server.process.pid) - spent) * 1000 / done)
        return done / took

    def _until(self, until: float) -> Iterator[Flow]:
        while time.perf_counter() < until:
            yield self._person(next(_people))

    def _person(self, number: int) -> Flow:
        began, peer = time.perf_counter(), {"X_Forwarded_For": f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"}
        page = check((yield client.get(EVENT_PAGE, **peer)), 200)
        form = check((yield client.get(f"{EVENT_PAGE}/register", **peer)), 200)
        typed = person(number)
        filled = urlencode({**typed, "form_key": found(_KEY, form)}).encode()
        sent = check((yield client.post(f"{EVENT_PAGE}/register", filled, **peer)), 303)
        confirmation = check((yield client.get(sent.headers["location"], **peer)), 200)
        assert typed["email"].encode() in confirmation.body, "The page confirms another address."
        self.numbers[typed["email"]] = found(_NUMBER, confirmation)
        self.posts.append(sent.milliseconds)
        self.flows.append((time.perf_counter() - began) * 1000)
        self.sizes = tuple(len(answer.body) for answer in (page, form, confirmation))


def person(number: int) -> dict[str, str]:
    """One filled form; two of three people come in person, so that the hall fills up on the way."""
    return {
        "first_name": "Dana",
        "middle_name": "",
        "last_name": f"Okafor {number}",
        "suffix": "",
        "email": f"person{number}@importer.example.com",
        "organization": "Okafor Imports",
        "job_title": "Broker",
        "country": "US",
        "mode": "in-person" if number % 3 else "online",
    }


def check(answer: Answer, status: int) -> Answer:
    assert answer.status == status, f"{answer.status} instead of {status}: {answer.body[:2000]!r}"
    return answer


def found(pattern: re.Pattern[bytes], answer: Answer) -> str:
    match = pattern.search(answer.body)
    assert match, f"No {pattern.pattern!r} on the page."
    return match[1].decode()


def check_database(address: str, numbers: dict[str, str]) -> None:
    """Everybody who was told so is registered, once, with that number; every act has its entry, mail and submission."""
    engine = create_engine(address)
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT email, number FROM registration WHERE source = 'web'")).all()
        assert len(kept) == len(numbers), f"{len(kept)} rows for {len(numbers)} people"
        assert dict(kept) == numbers  # type: ignore[comparison-overlap]
        for query in (
            "SELECT count(*) FROM form_submission",
            "SELECT count(*) FROM outgoing_email WHERE kind IN ('confirmed', 'waitlisted')",
            "SELECT count(*) FROM audit_entry WHERE act = 'registered'",
        ):
            assert connection.execute(text(query)).scalar_one() == len(numbers), query
        for pool in connection.execute(text(POOLS)):
            assert pool.taken == pool.seated, f"{pool.taken} taken, {pool.seated} seated"
            assert pool.capacity is None or pool.taken <= pool.capacity, "Seats were given twice."
    engine.dispose()


POOLS = f"""SELECT capacity, taken, (SELECT count(*) FROM registration WHERE registration.event_id = seat_pool.event_id
    AND registration.mode = seat_pool.mode AND registration.state = 'confirmed') AS seated
FROM seat_pool JOIN event ON event.id = seat_pool.event_id WHERE event.slug = '{PLAIN}'"""


def database_alone(address: str, seconds: float = SECONDS / 2) -> float:
    """The writes of a registration in a loop on one connection, without any HTTP. Returns registrations a second."""
    bare_writes.open_with(address)
    event = bare_writes.rows("SELECT * FROM event WHERE slug = :slug", {"slug": PLAIN})[0]
    done, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        number = next(_people)
        bare_writes.register(event, person(number), f"alone {number}")
        done += 1
    return done / (time.perf_counter() - began)


def measure() -> Iterator[Line]:
    for kind in KINDS:
        with databases(kind, ("ours", "bare", "alone")) as (our_address, bare_address, third):
            with served(OURS, our_address) as our_server, served(BARE, bare_address) as bare_server:
                ours, bare = Crowd(our_server), Crowd(bare_server)
                for crowd in (ours, bare):
                    crowd.rush(1)  # The first requests of a process cost more.
                rates = interleaved(ROUNDS, ours.rush, bare.rush, lambda: database_alone(third))
            check_database(our_address, ours.numbers)
            check_database(bare_address, bare.numbers)
            bare_writes.close()
        yield from _lines(kind, ours, bare, rates)


def _lines(kind: str, ours: Crowd, bare: Crowd, rates: list[list[float]]) -> Iterator[Line]:
    mine, theirs, alone = (statistics.median(rate) for rate in rates)
    aim, times = AIM_PER_SECOND[kind], ratio(rates[0], rates[1])
    question = f"registrations, whole flow, {kind}"
    yield Line(question, f"{mine:.0f}/s", f"bare app {theirs:.0f}/s", times, f"≥ {AIM_RATIO}", times >= AIM_RATIO)
    yield Line(f"the same, against an absolute figure, {kind}", f"{mine:.0f}/s", "", None, f"≥ {aim}/s", mine >= aim)
    yield Line(
        f"the same, {kind}", f"{mine:.0f}/s", f"database alone, 1 connection {alone:.0f}/s", ratio(rates[0], rates[2])
    )
    spent, spent_bare = (statistics.median(crowd.processor) for crowd in (ours, bare))
    times = ratio(bare.processor, ours.processor)
    yield Line(
        f"processor time of a registration, web, {kind}", f"{spent:.1f} ms", f"bare app {spent_bare:.1f} ms", times
    )
    for name, values, other in (("sending the form", ours.posts, bare.posts), ("whole flow", ours.flows, bare.flows)):
        yield Line(f"{name}, p50 / p95 / p99, {kind}", milliseconds(values), f"bare app {milliseconds(other)}")
    pages = "event page, form, confirmation"
    yield Line(f"bytes of {pages}, {kind}", told(ours.sizes), f"bare app {told(bare.sizes)}")


def milliseconds(values: list[float]) -> str:
    at = statistics.quantiles(values, n=100)
    return " / ".join(f"{at[percent - 1]:.0f}" for percent in (50, 95, 99)) + " ms"


def told(sizes: tuple[Any, ...]) -> str:
    return " / ".join(f"{size / 1000:.1f}" for size in sizes) + " kB"

"""The console's list of people with 100 and with 100,000 registrations, through the whole application."""

import time
from collections.abc import Iterator

from flask.testing import FlaskClient

from bench import crowd
from bench.report import Line, interleaved, ratio
from tests.support import staff

FEW, MANY = 100, 100_000
ROUNDS, REQUESTS, AIM = 9, 5, 1.5
QUERIES = {"first page": "", "by date": "?sort=registered&order=descending", "one found": "?q=smith-1a"}


def measure() -> Iterator[Line]:
    for name, app in crowd.apps():
        few, many = crowd.event(FEW), crowd.event(MANY)
        client = app.test_client()
        staff.sign_in(client, staff.StaffRole.EDITOR)
        for words, query in QUERIES.items():
            yield _line(f"staff attendee page, {words}, 100,000 people, {name}", client, few, many, query)


def _line(question: str, client: FlaskClient, few: int, many: int, query: str) -> Line:
    def seconds(event_id: int) -> float:
        started = time.perf_counter()
        for _ in range(REQUESTS):
            assert client.get(f"/staff/events/{event_id}/attendees{query}").status_code == 200
        return (time.perf_counter() - started) / REQUESTS

    ours, theirs = interleaved(ROUNDS, lambda: seconds(many), lambda: seconds(few))
    found = ratio(ours, theirs)
    measured, against = f"{min(ours) * 1000:.1f} ms", f"100 people: {min(theirs) * 1000:.1f} ms"
    return Line(question, measured, against, found, f"≤ {AIM}", found <= AIM)

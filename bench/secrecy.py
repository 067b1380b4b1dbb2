"""Whether the clock tells who is registered or works here: the same request with a known and with an unknown address.

Known and unknown take turns, each address is asked about once, and only whole answers are compared. "Told apart" is
how often one known answer took longer than one unknown: 0.50 is a coin.
"""

import re
import statistics
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlencode

from flask_security import hash_password

from app.db import db, transact
from app.models import StaffMember, StaffRole
from bench import client
from bench.client import Answer, Flow
from bench.places import KINDS, OURS, PLAIN, app_on, databases, folder, served
from bench.registrations import check, found, person
from bench.report import Line

PAIRS, MEMBERS = 200, 40
AIM_MILLISECONDS = 5.0
FORM, FIND, SIGN_IN = f"/events/{PLAIN}/register", "/registrations/find", "/staff/access/sign-in"
_FORM_KEY = re.compile(rb'name="form_key"[^>]*value="([^"]+)"')
_TOKEN = re.compile(rb'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass
class Times:
    """How many milliseconds the answers took."""

    known: list[float] = field(default_factory=list)
    unknown: list[float] = field(default_factory=list)

    def line(self, question: str) -> Line:
        known, unknown = statistics.median(self.known), statistics.median(self.unknown)
        apart = f"told apart {told_apart(self.known, self.unknown):.2f}"
        difference = statistics.median(one - other for one, other in zip(self.known, self.unknown, strict=True))
        met = abs(difference) <= AIM_MILLISECONDS
        aim = f"≤ {AIM_MILLISECONDS:.0f} ms apart"
        return Line(question, f"known {known:.1f} ms", f"unknown {unknown:.1f} ms, {apart}", known / unknown, aim, met)


def told_apart(known: list[float], unknown: list[float]) -> float:
    """The share of all pairs in which the known one took longer; equal ones count half."""
    ordered = sorted(unknown)
    wins = sum(bisect_left(ordered, took) + bisect_right(ordered, took) for took in known) / 2
    return wins / (len(known) * len(unknown))


def measure() -> Iterator[Line]:
    for kind in KINDS:
        with databases(kind, ("secrecy",)) as (address,):
            add_members(address)
            with served(OURS, address) as server:
                times = {name: Times() for name in ("registering", "finding one's registrations", "signing in")}
                client.run(server.port, [_everybody(*times.values())], clients=1)
        for name, found_times in times.items():
            yield found_times.line(f"{name}: known or unknown address, {kind}")


def _everybody(registering: Times, finding: Times, signing_in: Times) -> Flow:
    for number in range(PAIRS):
        yield from _register(number)
    for number in range(PAIRS):
        for times, stranger in ((registering.known, 0), (registering.unknown, PAIRS)):
            times.append((yield from _register(number + stranger)))
        for times, stranger in ((finding.known, 0), (finding.unknown, 2 * PAIRS)):
            times.append((yield from _find(number + stranger)))
    for number in range(MEMBERS):
        for times, who in ((signing_in.known, "member"), (signing_in.unknown, "stranger")):
            times.append((yield from _sign_in(f"{who}{number}@example.gov")))


def _register(number: int) -> Flow:
    peer = {"X_Forwarded_For": f"10.1.{number >> 8}.{number & 255}"}
    key = found(_FORM_KEY, check((yield client.get(FORM, **peer)), 200))
    sent = yield client.post(FORM, urlencode({**person(number), "form_key": key}).encode(), **peer)
    return check(sent, 303).milliseconds


def _find(number: int) -> Flow:
    peer = {"X_Forwarded_For": f"10.2.{number >> 8}.{number & 255}"}
    key = found(_FORM_KEY, check((yield client.get(FIND, **peer)), 200))
    typed = {"email": person(number)["email"], "form_key": key}
    return check((yield client.post(FIND, urlencode(typed).encode(), **peer)), 200).milliseconds


def _sign_in(email: str) -> Flow:
    page: Answer = check((yield client.get(SIGN_IN)), 200)
    cookie = {"Cookie": page.headers["set-cookie"].partition(";")[0]}
    typed = {"email": email, "password": "not the password of anybody", "csrf_token": found(_TOKEN, page)}
    return check((yield client.post(SIGN_IN, urlencode(typed).encode(), **cookie)), 422).milliseconds


def add_members(address: str) -> None:
    """Staff to guess at."""
    with folder() as instance, app_on(address, instance).app_context():
        password, at = hash_password("what somebody here would choose"), datetime.now(UTC)
        values = {"role": StaffRole.VIEWER, "active": True, "password": password, "added_at": at}
        for number in range(MEMBERS):
            named = {"email": f"member{number}@example.gov", "name": f"Member {number}"}
            row = StaffMember(fs_uniquifier=f"member{number}", **named, **values)
            transact(lambda _, row=row: db.session.add(row))
        db.session.remove()
        db.engine.dispose()

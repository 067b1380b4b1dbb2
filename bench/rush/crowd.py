"""What each simulated person does: the event's page, its form, the button, the confirmation, as a browser would.

Nobody pauses to think, which is harsher than life. Whoever is cut off tries again, at the other node if there is one;
one in three gives up instead when the form was already sent, and so never learns what became of it.
"""

import re
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from bench.rush.ledger import Ledger
from bench.rush.load import CUT, Answer, Ask, Flow, Load, Reconnect, Start, Wait
from bench.rush.plan import Habit, Person

SLUG = "the-rush"
EVENT_PAGE, FORM_PAGE = f"/events/{SLUG}", f"/events/{SLUG}/register"
TRIES, PAUSE = 12, 0.5  # How often somebody who is cut off tries again, and after how many seconds.
GIVES_UP = 1 / 3
FORM = "application/x-www-form-urlencoded"
BUSY = frozenset({429, 503})

_KEY = re.compile(rb'name="form_key"[^>]*value="([^"]+)"')
_NUMBER = re.compile(rb'big-number__number">([0-9A-Z]{10})<')
_SEATED = b'class="confirmation__state"'
Asking = Generator[Ask | Wait | Start | Reconnect, Answer | None, Answer]
Doing = Generator[Ask | Wait | Start | Reconnect, Answer | None, bool]


def run(people: list[Person], ports: list[int], ledger: Ledger, *, lead: float = 0.2) -> "Crowd":
    """Let everybody come as planned, and come back when the last one is through."""
    load = Load()
    crowd = Crowd(ports, ledger, began=time.perf_counter() + lead)
    try:
        load.run(crowd.flows(people))
    finally:
        load.close()
    crowd.late, crowd.ended = load.latest, time.perf_counter()
    return crowd


@dataclass
class Crowd:
    """All of them, before one or two web nodes."""

    ports: list[int]
    ledger: Ledger
    began: float
    late: float = 0.0  # How much later than planned the client itself began somebody's visit, at worst.
    ended: float = 0.0

    def flows(self, people: list[Person]) -> Iterator[tuple[float, int, Flow]]:
        for person in people:
            visit = Visit(person, self)
            yield self.began + person.arrives, visit.port, visit.walk()

    def node(self, number: int) -> int:
        return self.ports[number % len(self.ports)]


class Visit:
    """One person's visit; ``tab`` tells apart what one person does side by side."""

    def __init__(self, person: Person, crowd: Crowd) -> None:
        self.person, self.crowd, self.moves = person, crowd, 0

    @property
    def port(self) -> int:
        return self.crowd.node(self.person.number + self.moves)

    def walk(self) -> Flow:
        page = yield from self._until_answered(0, "page", request(self.person, "GET", EVENT_PAGE))
        if page.status != 200:
            return
        if self.person.habit is Habit.MALFORMED:
            yield from self._send_garbage()
            return
        if self.person.habit is Habit.TWO_TABS:
            yield Start(self._other_tab(), self.port)
        if (yield from self._register(0)):
            whole = time.perf_counter() - self.crowd.began - self.person.arrives
            self.crowd.ledger.note(self.person.number, 0, "done", whole=whole)

    def _other_tab(self) -> Flow:
        yield from self._register(1)

    def _register(self, tab: int) -> Doing:
        form = yield from self._until_answered(tab, "form", request(self.person, "GET", FORM_PAGE))
        found = _KEY.search(form.body)
        if form.status != 200 or not found:
            return False
        key = found[1].decode()
        post = filled(self.person, key)
        if self.person.habit is Habit.DOUBLE_CLICK:
            yield Start(self._second_click(post, key), self.port)
        if self.person.habit is Habit.CUT:
            yield from self._ask(tab, "send", Ask(post, self.person.luck * 0.05), key=key)
            yield Wait(self.person.luck)
            yield from self._move()
        sent = yield from self._send(tab, post, key)
        return (yield from self._confirmed(tab, sent))

    def _second_click(self, post: bytes, key: str) -> Flow:
        yield Wait(self.person.luck * 0.1)
        sent = yield from self._send(2, post, key)
        yield from self._confirmed(2, sent)

    def _send(self, tab: int, post: bytes, key: str) -> Asking:
        gives_up = self.person.luck < GIVES_UP and self.person.habit is Habit.PLAIN
        return (yield from self._until_answered(tab, "send", post, tries=1 if gives_up else TRIES, key=key))

    def _confirmed(self, tab: int, sent: Answer) -> Doing:
        if sent.status != 303:
            return False
        asked = request(self.person, "GET", sent.header("location"))
        page = yield from self._until_answered(tab, "confirmation", asked)
        return page.status == 200

    def _until_answered(self, tab: int, act: str, asked: bytes, *, tries: int = TRIES, **facts: Any) -> Asking:
        answer = yield from self._ask(tab, act, Ask(asked), **facts)
        for _ in range(tries - 1):
            if answer.status != CUT:
                break
            yield Wait(PAUSE)
            yield from self._move()
            answer = yield from self._ask(tab, act, Ask(asked), **facts)
        return answer

    def _move(self) -> Generator[Reconnect, None, None]:
        self.moves += 1
        yield Reconnect(self.port)

    def _ask(self, tab: int, act: str, question: Ask, **facts: Any) -> Asking:
        note, who = self.crowd.ledger.note, self.person.number
        note(who, tab, act, **facts)
        answer = yield question
        assert answer
        note(who, tab, act, **facts, told=answer.status, took=answer.seconds, **self._read(act, answer))
        return answer

    def _read(self, act: str, answer: Answer) -> dict[str, Any]:
        """What the answer says to this person."""
        if answer.status == CUT:
            return {"why": answer.why}
        if answer.status in BUSY:
            kept = act != "send" or self.person.email.encode() in answer.body
            return {"again_after": answer.header("retry-after"), "kept": kept}
        if act == "confirmation" and answer.status == 200:
            number = _NUMBER.search(answer.body)
            told = {"number": number[1].decode() if number else "", "seated": _SEATED in answer.body}
            return told | {"mine": self.person.email.encode() in answer.body}
        return {"to": answer.header("location")} if act == "send" else {}

    def _send_garbage(self) -> Doing:
        form = yield from self._until_answered(0, "form", request(self.person, "GET", FORM_PAGE))
        found = _KEY.search(form.body)
        post = garbage(self.person, found[1].decode() if found else "")
        answer = yield from self._ask(0, "garbage", Ask(post))
        return answer.status < 400


def request(person: Person, method: str, path: str, body: bytes = b"", kind: str = FORM) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"X-Forwarded-For: {person.address}"]
    if method == "POST":
        lines += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def filled(person: Person, key: str) -> bytes:
    return request(person, "POST", FORM_PAGE, urlencode({**typed(person), "form_key": key}).encode())


def typed(person: Person) -> dict[str, str]:
    return {
        "first_name": "Dana",
        "middle_name": "",
        "last_name": f"Okafor {person.number}",
        "suffix": "",
        "email": person.email,
        "organization": "Okafor Imports",
        "job_title": "Broker",
        "country": "US",
        "website": "",
    }


def garbage(person: Person, key: str) -> bytes:
    """One of the things that arrive at every public form and that no browser of a person sends."""
    values = {**typed(person), "form_key": key}
    bodies = (
        (urlencode(values).encode().replace(b"Dana", b"%FF%FE"), FORM),
        (urlencode({**values, "form_key": "forged.key"}).encode(), FORM),
        (urlencode({**values, "first_name": "\0", "last_name": "x" * 5000}).encode(), FORM),
        (urlencode([*values.items(), ("email", "other@importer.example.com")]).encode(), FORM),
        (b'{"email": "' + person.email.encode() + b'"}', "application/json"),
        (urlencode({**values, "organization": "x" * 70_000}).encode(), FORM),
        (b"&".join(b"field%d=x" % number for number in range(3000)), FORM),
    )
    return request(person, "POST", FORM_PAGE, *bodies[int(person.luck * len(bodies))])

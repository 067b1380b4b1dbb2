"""Compares what people were told with what the database and the mail server hold.

The words are those of Jepsen's checkers. A *person* counts once, however often they sent.

attempted     sent the form at least once
acknowledged  were told that we have it: the POST was answered 303
ok            acknowledged, and all is there: one registration with its audit entry, mail and submission, the number
              and the state that the page showed
lost          acknowledged, but not there, or not as told, or a part is missing, or the confirmation was not found
unknown       were told nothing (cut off, nobody answered) and gave up
recovered     unknown, and all is there
torn          registrations of which a part is missing, and parts without their registration: never, told or not
unexpected    registrations of people who sent none, sent garbage, or were told each time that we have none
duplicated    people told more than one number, and presses of a button for which more than one submission stands
doubled registrations   live registrations of an address beyond its first
doubled mails           confirmations of a registration beyond its first, copies of one message beyond its first, and
                        "already registered" mails beyond those that the person's own further forms explain
inversions    people who sit behind somebody who came after them. The order is that of the commits: a registration's id
              is given under the event's lock, held until the commit. In that order the first N must be seated (N = the
              capacity), and the positions of all others must rise; the people's own watches are asked too: whoever was
              acknowledged before another sent must not sit behind them
gaps          positions of the line missing or given twice: those who wait hold 1, 2, 3 … exactly
oversold      seated people beyond the capacity, and by how much the pool's own count differs from the rows
undersold     seats that stand empty while somebody waits
5xx, refused  answers of 500 and above, but for being told at the door when to come again, which is counted apart;
              connections that nobody accepted
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate

from bench.rush.records import Letter, Records, Row, Told

STATE_KINDS = ("confirmed", "waitlisted")


@dataclass(frozen=True)
class Verdict:
    """The figures. All but the first five are faults of ours and must be 0."""

    attempted: int
    acknowledged: int
    ok: int
    unknown: int
    recovered: int
    lost: int
    torn: int
    unexpected: int
    duplicated: int
    doubled_registrations: int
    doubled_mails: int
    inversions: int
    gaps: int
    oversold: int
    undersold: int
    server_errors: int
    refused: int

    @property
    def faults(self) -> dict[str, int]:
        counted = asdict(self)
        return {name: counted[name] for name in list(counted)[5:] if counted[name]}

    @property
    def is_void(self) -> bool:
        """Nobody was served, so nothing was shown."""
        return not self.acknowledged

    def __str__(self) -> str:
        return ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in asdict(self).items())


def check(people: dict[int, Told], records: Records, letters: list[Letter]) -> Verdict:
    rows: dict[int, list[Row]] = {}
    for row in records.rows:
        rows.setdefault(row.who, []).append(row)
    acknowledged = {who for who, told in people.items() if told.acknowledged}
    unknown = {who for who, told in people.items() if told.attempted and not told.acknowledged and not told.refused}
    ok = {who for who in acknowledged if is_as_told(people[who], rows.get(who, []))}
    seated = sum(row.seated for row in records.rows)
    waiting = len(records.rows) - seated
    return Verdict(
        attempted=sum(told.attempted for told in people.values()),
        acknowledged=len(acknowledged),
        ok=len(ok),
        unknown=len(unknown),
        recovered=sum(bool(rows.get(who)) and all(row.is_whole for row in rows[who]) for who in unknown),
        lost=len(acknowledged - ok),
        torn=sum(not row.is_whole for row in records.rows) + records.broken,
        unexpected=sum(len(rows[who]) for who in rows.keys() - acknowledged - unknown),
        duplicated=_told_twice(people) + sum(count - 1 for count in records.presses.values()),
        doubled_registrations=sum(len(found) - 1 for found in rows.values()),
        doubled_mails=doubled_mails(people, records, letters),
        inversions=len(inverted(people, records.rows)),
        gaps=gaps(records.rows),
        oversold=max(0, seated - records.pool.capacity) + abs(records.pool.taken - seated),
        undersold=min(waiting, max(0, records.pool.capacity - seated)),
        server_errors=sum(told.errors for told in people.values()),
        refused=sum(line.get("why") == "refused" for told in people.values() for line in told.lines),
    )


def is_as_told(told: Told, rows: Sequence[Row]) -> bool:
    """Whether what stands is what the person read. A second tab is told about a newcomer, so its state may differ."""
    if not rows or not all(row.is_whole for row in rows) or told.confirmation_was_missing:
        return False
    states_fit = len(told.keys) > 1 or all(seat == rows[0].seated for seat in told.seated)
    return states_fit and told.numbers <= {row.number for row in rows}


def _told_twice(people: dict[int, Told]) -> int:
    return sum(len(told.numbers) > 1 for told in people.values())


def doubled_mails(people: dict[int, Told], records: Records, letters: Iterable[Letter]) -> int:
    confirmations = sum(max(0, row.mails - 1) for row in records.rows)
    copies = sum(count - 1 for count in Counter(letter.message_id for letter in letters).values())
    forms = {f"person{who}@importer.example.com": len(told.keys) for who, told in people.items()}
    further = sum(
        max(0, count - max(0, forms.get(address, 0) - 1))
        for (address, kind), count in records.mails.items()
        if kind not in STATE_KINDS
    )
    return confirmations + copies + further


def inverted(people: dict[int, Told], rows: Sequence[Row]) -> set[int]:
    """Who sits behind somebody that came later."""
    return _by_commits(rows) | _by_watches(people, rows)


def _by_commits(rows: Sequence[Row]) -> set[int]:
    best_after = list(accumulate((row.rank for row in reversed(rows)), min))[::-1]
    return {row.who for row, best in zip(rows, best_after[1:], strict=False) if best < row.rank}


def _by_watches(people: dict[int, Told], rows: Sequence[Row]) -> set[int]:
    """Only pairs that did not overlap have an order of their own: one was told before the other sent."""
    sent = sorted((told.asked_at, row.rank) for row in rows if (told := people[row.who]).asked_at is not None)
    best_from = list(accumulate((rank for _, rank in reversed(sent)), min))[::-1]
    found = set()
    for row in rows:
        answered_at = people[row.who].answered_at
        if answered_at is not None:
            after = bisect_right(sent, (answered_at, (2, 0)))
            if after < len(sent) and best_from[after] < row.rank:
                found.add(row.who)
    return found


def gaps(rows: Iterable[Row]) -> int:
    positions = Counter(row.position for row in rows if not row.seated)
    expected = Counter(range(1, positions.total() + 1))
    return (expected - positions).total()

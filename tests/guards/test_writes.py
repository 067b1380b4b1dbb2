"""Who may write what: one file commits, one file moves seats, one file reads the system clock."""

import ast
import re
from collections.abc import Iterable, Iterator

import pytest

from tests.guards.sources import Module, lies_in, modules, tell

SEAT_COLUMNS = frozenset({"taken", "capacity", "position", "waiting"})
# The seats of the event, those of its sessions, and those of options.
SEAT_MOVERS = tuple(f"app/operations/registration/{name}.py" for name in ("allotting", "seating", "option_seats"))
# What is written by hand into their tables stands in one file.
SEAT_SQL = re.compile(r"\b(?:UPDATE|INSERT INTO|DELETE FROM)\s+(?:seat_pool|option_limit|registration|pick)\b")
HANDWRITTEN = "app/operations/registration/statements.py"
# Keywords of these calls become columns.
WRITERS = frozenset({"values", "update", "SeatPool", "OptionLimit", "Registration", "Pick"})
CLOCKS = frozenset(
    {
        *("datetime.now", "datetime.utcnow", "datetime.today", "date.today"),
        *("time.time", "time.time_ns", "time.monotonic", "time.localtime", "time.gmtime", "func.now"),
    }
)


def commits(found: Iterable[Module]) -> Iterator[str]:
    for module in found:
        for call in _calls(module):
            if (
                isinstance(call.func, ast.Attribute)
                and call.func.attr in {"commit", "begin"}
                and not _is_database(module)
            ):
                yield f"{module.path}:{call.lineno} commits; hand the work to db.transact()."


def _is_database(module: Module) -> bool:
    return module.path == "app/db.py"


def seats(found: Iterable[Module]) -> Iterator[str]:
    for module in found:
        if module.path in SEAT_MOVERS or lies_in(module.name, "app.models", "app.formats"):
            continue
        for line, column in _written(module):
            if column in SEAT_COLUMNS:
                yield f"{module.path}:{line} writes {column}; only allotting, seating and option_seats may."


def statements(found: Iterable[Module]) -> Iterator[str]:
    for module in found:
        if module.path == HANDWRITTEN or not lies_in(module.name, "app"):
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and SEAT_SQL.search(node.value):
                yield f"{module.path}:{node.lineno} moves seats by a statement of its own; {HANDWRITTEN} has those."


def _written(module: Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.attr
    for call in _calls(module):
        name = ast.unparse(call.func).rpartition(".")[2]
        if name in WRITERS:
            yield from ((call.lineno, keyword.arg or "") for keyword in call.keywords)
        if name == "setattr" and len(call.args) > 1 and isinstance(call.args[1], ast.Constant):
            yield call.lineno, str(call.args[1].value)


def clocks(found: Iterable[Module]) -> Iterator[str]:
    for module in found:
        if module.path == "app/clock.py":
            continue
        for call in _calls(module):
            name = ".".join(ast.unparse(call.func).split(".")[-2:])
            if name in CLOCKS and not (name == "func.now" and _is_database(module)):
                yield f"{module.path}:{call.lineno} reads a clock ({name}); take the instant as an argument."


def _calls(module: Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(module.tree) if isinstance(node, ast.Call))


RULES = {rule.__name__: rule for rule in (commits, seats, statements, clocks)}
BROKEN = {
    "commits": "def keep():\n    db.session.commit()",
    "seats": "def hand_out(pool):\n    pool.taken += 1",
    "statements": 'EMPTY = text("UPDATE seat_pool SET taken = 0")',
    "clocks": "def is_past(event):\n    return event.ends_at < datetime.now(UTC)",
}


@pytest.mark.parametrize("name", RULES)
def test_it_holds(name: str) -> None:
    faults = list(RULES[name]([*modules(), *modules("migrations")]))
    assert not faults, tell(faults)


@pytest.mark.parametrize("name", RULES)
def test_it_sees_a_breach(name: str) -> None:
    assert list(RULES[name]([Module("app/operations/registration/registering.py", BROKEN[name])]))


@pytest.mark.parametrize(
    "statement", ["update(SeatPool).values(taken=0)", "setattr(pool, 'capacity', 5)", "SeatPool(waiting=1)"]
)
def test_it_sees_seats_moved_in_a_statement(statement: str) -> None:
    assert list(seats([Module("app/web/staff/program.py", statement)]))

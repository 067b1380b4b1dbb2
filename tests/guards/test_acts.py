"""What staff do is written down: each verb that takes ``by`` and ``at`` leads to a line in the audit log."""

import ast
from collections.abc import Iterable, Iterator

from tests.guards.sources import FUNCTIONS, Module, lies_in, modules, tell

RECORDS = "app.operations.auditing.record"
# The log is written by those who ask for these.
PARTS_OF_ACTS = {"app.operations.registration.cancelling.end"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(module: Module) -> Iterator[Function]:
    yield from (node for node in ast.walk(module.tree) if isinstance(node, FUNCTIONS))


def is_verb(node: Function) -> bool:
    return not node.name.startswith("_") and {"by", "at"} <= {one.arg for one in node.args.kwonlyargs}


def used(node: ast.AST, known: dict[str, str]) -> set[str]:
    """The full names of what a function calls, or hands on to be called: of this module, or of an imported one."""
    found = set()
    for one in ast.walk(node):
        if isinstance(one, ast.Name) and one.id in known:
            found.add(known[one.id])
        elif isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name) and one.value.id in known:
            found.add(f"{known[one.value.id]}.{one.attr}")
    return found


def known_in(module: Module) -> dict[str, str]:
    """What the names of a module stand for: its own functions, and what it imports."""
    imported = {one.name.rpartition(".")[2]: one.name for one in module.imports}
    return imported | {node.name: f"{module.name}.{node.name}" for node in functions(module)}


def silent(found: Iterable[Module]) -> Iterator[tuple[str, str]]:
    operations = [module for module in found if lies_in(module.name, "app.operations")]
    uses: dict[str, set[str]] = {}
    for module in operations:
        known = known_in(module)
        uses |= {f"{module.name}.{node.name}": used(node, known) for node in functions(module)}
    telling = {RECORDS}
    while more := {name for name, names in uses.items() if names & telling} - telling:
        telling |= more
    for module in operations:
        for node in functions(module):
            name = f"{module.name}.{node.name}"
            if is_verb(node) and name not in telling:
                yield name, f"{module.path}:{node.lineno} {node.name} is done by somebody, and the log says nothing."


def test_it_holds() -> None:
    found = modules()
    assert len([node for module in found for node in functions(module) if is_verb(node)]) > 60
    faults = dict(silent(found))
    assert faults.keys() == PARTS_OF_ACTS, tell(list(faults.values()))


def test_it_sees_a_breach() -> None:
    head = "from app.operations import auditing\ndef _note(): auditing.record('x')\n"
    path = "app/operations/program/planning.py"
    assert not list(silent([Module(path, f"{head}def move(one, *, by, at): _note()")]))
    assert list(silent([Module(path, f"{head}def drop(one, *, by, at): one.gone = at")]))

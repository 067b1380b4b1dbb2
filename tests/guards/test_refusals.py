"""Refusals are named exceptions, and somebody answers each of them in words: none reaches a person as a fault."""

import ast
from collections.abc import Iterable, Iterator
from itertools import chain

import pytest

from tests.guards.sources import Module, lies_in, modules, tell

OURS = ("app.operations", "app.models", "app.keys")
BUILT_IN = {"Exception", "ValueError", "RuntimeError", "LookupError"}
# Each form with a time asks first (web/staff/program/time_fields.py): then only a fault of ours can raise these.
ASKED_BEFORE = {"TimeSkippedError", "TimeRepeatedError"}


def parents(found: Iterable[Module]) -> dict[str, set[str]]:
    """Each exception of ours and what it is a kind of."""
    return {
        node.name: {ast.unparse(base).rpartition(".")[2] for base in node.bases}
        for module in found
        if lies_in(module.name, *OURS)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef) and node.name.endswith("Error")
    }


def answered(found: Iterable[Module]) -> set[str]:
    """The names that are caught somewhere, or stand in a table of web/ that says them in words."""
    names = set()
    for module in found:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ExceptHandler) and node.type:
                names |= set(_names(node.type))
            elif lies_in(module.name, "app.web", "app.cli") and isinstance(node, ast.Dict | ast.Tuple):
                parts = chain.from_iterable(map(_names, (part for part in _parts(node) if part)))
                names |= set(parts)
    return names


def _parts(node: ast.Dict | ast.Tuple) -> list[ast.expr | None]:
    return node.keys if isinstance(node, ast.Dict) else list(node.elts)


def _names(node: ast.expr) -> Iterator[str]:
    yield from (ast.unparse(part).rpartition(".")[2] for part in ast.walk(node) if isinstance(part, ast.expr))


def unanswered(found: list[Module]) -> Iterator[str]:
    known, family = answered(found), parents(found)
    for name in family:
        line = {name}
        while above := {parent for one in line for parent in family.get(one, set())} - line - BUILT_IN:
            line |= above
        if not line & (known | ASKED_BEFORE):
            yield f"{name} is raised and answered by nobody: give it words in web/refusals.py, or catch it."


@pytest.mark.slow
def test_every_refusal_is_answered() -> None:
    found = modules()
    assert len(parents(found)) > 30
    faults = list(unanswered(found))
    assert not faults, tell(faults)


def test_it_sees_a_breach() -> None:
    broken = "class NobodyKnowsError(Exception):\n    pass\n\nclass KnownError(Exception):\n    pass\n"
    table = "WORDS = {KnownError: 'Try again.'}"
    found = [Module("app/operations/registration/x.py", broken), Module("app/web/x.py", table)]
    assert [fault.split()[0] for fault in unanswered(found)] == ["NobodyKnowsError"]

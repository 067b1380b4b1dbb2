"""Small pieces: a function is read at a glance, a module in one sitting. The answer to a breach is a better cut."""

import ast
from collections.abc import Iterable, Iterator

import pytest

from tests.guards.sources import FUNCTIONS, ROOT, Module, modules, tell

FUNCTION, MODULE, TEMPLATE, TEST_MODULE = 40, 300, 150, 400
# What may be larger, and why. A line here that is no longer needed is a fault as well.
LARGER: dict[str, tuple[int, str]] = {}


def large_functions(found: Iterable[Module]) -> Iterator[tuple[str, int, int]]:
    for module in found:
        for node in ast.walk(module.tree):
            if isinstance(node, FUNCTIONS) and node.end_lineno:
                yield f"{module.path}:{node.name}", node.end_lineno - node.lineno + 1, FUNCTION


def large_files() -> Iterator[tuple[str, int, int]]:
    limits = {
        "app/**/*.py": MODULE,
        "templates/**/*.*": TEMPLATE,
        "tests/**/*.py": TEST_MODULE,
        "bench/*.py": MODULE,
    }
    for pattern, limit in limits.items():
        for path in sorted(ROOT.glob(pattern)):
            yield path.relative_to(ROOT).as_posix(), len(path.read_text(encoding="utf-8").splitlines()), limit


def faults(sizes: Iterable[tuple[str, int, int]]) -> Iterator[str]:
    for place, size, limit in sizes:
        granted, _reason = LARGER.get(place, (limit, ""))
        if size > granted:
            yield f"{place} has {size} lines, {granted} are the most. Find a better cut."
        if place in LARGER and size <= limit:
            yield f"{place} has {size} lines and needs no exception any more."


@pytest.mark.slow
def test_functions_are_small() -> None:
    found = list(faults(large_functions([*modules(), *modules("tests", "tools", "bench")])))
    assert not found, tell(found)


def test_files_are_small() -> None:
    found = list(faults(large_files()))
    assert not found, tell(found)


def test_it_sees_a_large_function() -> None:
    body = "\n".join(["def long():", *["    pass"] * FUNCTION])
    assert list(faults(large_functions([Module("app/long.py", body)])))

"""The project's own files as guards read them.

A guard takes modules and gives faults, so that it can be shown a broken one: each guard's own test does that.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Import:
    """``from app.models.event import Event`` gives the name app.models.event.Event."""

    name: str
    line: int
    is_inside_function: bool


@dataclass(frozen=True)
class Module:
    path: str
    source: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source)

    @property
    def name(self) -> str:
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def is_package(self) -> bool:
        return self.path.endswith("__init__.py")

    @cached_property
    def imports(self) -> list[Import]:
        return list(self._imports(self.tree, is_inside_function=False))

    def _imports(self, node: ast.AST, *, is_inside_function: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
                continue
            if isinstance(child, ast.Import):
                yield from (Import(alias.name, child.lineno, is_inside_function) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                origin = self._origin(child)
                yield from (Import(f"{origin}.{a.name}", child.lineno, is_inside_function) for a in child.names)
            else:
                inside = is_inside_function or isinstance(child, FUNCTIONS)
                yield from self._imports(child, is_inside_function=inside)

    def _origin(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self.name.split(".")
        parts = parts[: len(parts) - node.level + self.is_package]
        return ".".join([*parts, *([node.module] if node.module else [])])


@cache
def modules(*folders: str) -> list[Module]:
    """Every Python file below these folders; of ``app`` unless told otherwise. Read once for all guards."""
    paths = (path for folder in folders or ("app",) for path in sorted((ROOT / folder).rglob("*.py")))
    return [Module(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in paths]


def lies_in(name: str, *places: str) -> bool:
    return any(name == place or name.startswith(f"{place}.") for place in places)


def tell(faults: list[str]) -> str:
    return "\n  ".join(["", *faults])

"""Column names as a spreadsheet needs them: none empty, no two alike."""

from collections.abc import Iterable

from .cleaning import one_line


def unique_names(names: Iterable[str]) -> list[str]:
    """The names on one line each; an empty one becomes its number, a repeated one is numbered."""
    taken: set[str] = set()
    unique = []
    for position, name in enumerate(names, start=1):
        wanted = one_line(name) or f"#{position}"
        chosen, copy = wanted, 1
        while chosen.casefold() in taken:
            copy += 1
            chosen = f"{wanted} ({copy})"
        taken.add(chosen.casefold())
        unique.append(chosen)
    return unique

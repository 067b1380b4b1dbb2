"""One line of "what happens next"."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    title: str
    text: str = ""
    when: str = ""

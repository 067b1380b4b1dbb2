"""A text that speaks to one person each, as one for everybody: for a bulletin that others send.

Names by which somebody is addressed go. A sentence that says more about one person, or that holds something private,
goes as a whole, and the reader is told which: half a sentence would say something that nobody wrote.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from app.formats import placeholders

_BULLET = re.compile(r"^\s*(?:[-•*]|\d+\.)\s+")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")
_FEW_WORDS = r"(?:[^\s{},.!?:]+\s+){1,3}"


@dataclass(frozen=True, slots=True)
class Impersonal:
    text: str
    left_out: list[str]  # Sentences, as they were typed.


def impersonal(
    text: str, values: Mapping[str, str], *, names: Collection[str], private: Collection[str] = ()
) -> Impersonal:
    """``values`` is what may be filled in, ``names`` are the placeholders by which a person is addressed."""
    lines, left_out = [], []
    for line in text.splitlines():
        found = [(sentence, _said(sentence, values, names, private)) for sentence in _sentences(line)]
        left_out += [sentence for sentence, said in found if said is None]
        kept = " ".join(said for _sentence, said in found if said)
        if kept or not line.strip():
            lines.append(_mark(line) + kept if kept else "")
    return Impersonal(_capital(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()), left_out)


def _mark(line: str) -> str:
    return "- " if _BULLET.match(line) else ""


def _sentences(line: str) -> list[str]:
    return [one for one in _SENTENCE_END.split(_BULLET.sub("", line).strip()) if one]


def _said(sentence: str, values: Mapping[str, str], names: Collection[str], private: Collection[str]) -> str | None:
    """The sentence for everybody; empty if it was a greeting alone, None if it cannot be said to everybody."""
    unaddressed = _without_address(sentence, names)
    if not placeholders.used(unaddressed) <= values.keys() or any(one in unaddressed for one in private):
        return None
    return placeholders.filled(unaddressed, values)


def _without_address(sentence: str, names: Collection[str]) -> str:
    """ "Dear {first_name}, come." as "Come."; "Come, {first_name}." as "Come." """
    name = r"\{(?:" + "|".join(map(re.escape, names)) + r")\}"
    if opening := re.match(rf"(?:{_FEW_WORDS})?{name}\s*(?:[,!:.]\s*|$)", sentence):
        return _capital(sentence[opening.end() :])
    return re.sub(rf",\s*{name}\s*(?:,|(?=[.!?]))", "", sentence)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

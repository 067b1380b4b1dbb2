"""Enums that carry the word a person reads and the tone it is shown in."""

from enum import Enum
from typing import Self

from flask_babel.speaklater import LazyString


class Labelled(Enum):
    """An enum stored by value, with its label (translated when shown) and its tone beside it.

    Tones are ``good``, ``note``, ``warn``, ``stop`` and ``quiet``; the look decides what they become.
    """

    label: LazyString | str
    tone: str

    def __new__(cls, value: str, label: LazyString | str = "", tone: str = "quiet") -> Self:
        member = object.__new__(cls)
        member._value_ = value
        member.label = label
        member.tone = tone
        return member

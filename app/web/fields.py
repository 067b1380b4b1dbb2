"""Typed form fields: what passes here can be stored and found on both databases alike."""

import unicodedata

from app.formats import cleaning


def one_line(text: str) -> str:
    """What a person typed into a one-line field, as it is kept: composed letters, no controls, single spaces."""
    return cleaning.one_line(unicodedata.normalize("NFC", text))

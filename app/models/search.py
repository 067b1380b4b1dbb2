"""Keys for searching and sorting: folded here, in Python, so that both databases find and order alike."""

import unicodedata


def search_key(text: str) -> str:
    """Fold case, marks and spacing away: "İbrahim  Núñez" becomes "ibrahim nunez"."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(bare.split())

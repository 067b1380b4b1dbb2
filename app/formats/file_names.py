"""Names for downloads that no title can turn into a path, a second header or a disguised file type."""

import re
import unicodedata
from urllib.parse import quote

from .cleaning import one_line

_LONGEST = 200  # In bytes: file systems stop at 255.
_NOT_IN_NAME = re.compile(r'[\\/:*?"<>|%]+')
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9]+")
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)")  # Windows opens these as devices, whatever the ending.
_ENDING = re.compile(r"[a-z0-9]+")


def plain_name(title: str, ending: str) -> str:
    """The title as a file name in ASCII letters, digits and hyphens."""
    letters = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return _named(_NOT_PLAIN.sub("-", letters), ending)


def full_name(title: str, ending: str) -> str:
    """The title as a file name in its own script."""
    return _named(_NOT_IN_NAME.sub("-", one_line(title)), ending)


def content_disposition(title: str, ending: str) -> str:
    """The header that makes a browser save the file under its title (RFC 6266), with a plain name for old ones."""
    plain, full = plain_name(title, ending), full_name(title, ending)
    if plain == full:
        return f'attachment; filename="{plain}"'
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(full, safe='')}"


def _named(stem: str, ending: str) -> str:
    if not _ENDING.fullmatch(ending):
        raise ValueError(f"{ending!r} is no file ending.")
    stem = stem.strip(" .-").encode()[:_LONGEST].decode("utf-8", "ignore").rstrip(" .-") or "download"
    return f"{stem}-file.{ending}" if _DEVICE.fullmatch(stem.split(".")[0].strip()) else f"{stem}.{ending}"

"""What a password must be: long, and not one that everybody tries; nothing about kinds of signs.

These are the rules of NIST SP 800-63B-4.
"""

import re
import unicodedata
from enum import Enum
from functools import cache
from itertools import pairwise
from pathlib import Path

MINIMUM_ALONE = 15
MINIMUM_WITH_SECOND_FACTOR = 8
MAXIMUM = 128
COMMON = Path(__file__).with_name("common-passwords.txt")
# A password made of these alone is the first thing that somebody tries who knows where we work.
OFFICE_WORDS = (
    "administrator admin agriculture border broker brokers cargo cbp certificate coac committee compliance console "
    "conference customs department door editor email enforcement entry event events exporter federal forced forum "
    "freight gov government homeland import importer importers industry labor login office otr outreach partner "
    "partners password port protection register registration registrations relations sbrefa secret security staff "
    "summit symposium system tariff trade ufac united states usa usmca viewer virtual washington webinar webinars week "
    "welcome welcome1 the and for our my new this is"
).split()
LOOKALIKES = str.maketrans("013457@$!", "oleastasi")
ROWS = "1234567890 qwertyuiop qwertzuiop azertyuiop asdfghjkl zxcvbnm abcdefghijklmnopqrstuvwxyz".split()
ENOUGH_OF_ITS_OWN = 6  # Letters that are left when the words everybody knows are taken out.


def normalized(password: str) -> str:
    """One form for what looks alike on different keyboards. Spaces and all scripts stay."""
    return unicodedata.normalize("NFKC", password)


class Fault(Enum):
    """Why a password will not do."""

    TOO_SHORT = "too short"
    TOO_LONG = "too long"
    GUESSABLE = "guessable"


def minimum(*, has_second_factor: bool) -> int:
    return MINIMUM_WITH_SECOND_FACTOR if has_second_factor else MINIMUM_ALONE


def fault(password: str, *, has_second_factor: bool, email: str) -> Fault | None:
    """What is wrong with this password, if anything."""
    if len(password) < minimum(has_second_factor=has_second_factor):
        return Fault.TOO_SHORT
    if len(password) > MAXIMUM:
        return Fault.TOO_LONG
    return Fault.GUESSABLE if is_guessable(password, email) else None


def is_guessable(password: str, email: str = "") -> bool:
    """Whether the password is a common one, a common one made longer, or made of words of this office."""
    folded = password.casefold()
    spellings = {folded, folded.translate(LOOKALIKES)}
    return any(_is_common(spelling) or _is_made_of_known_words(spelling, email) for spelling in spellings)


def _is_common(folded: str) -> bool:
    joined = re.sub(r"\s", "", folded)
    core = joined.strip("0123456789!@#$%^&*()-_=+.,?")
    repeated = re.sub(r"^(.+?)\1+$", r"\1", joined)  # "passwordpassword", "aaaaaaaaaaaaaaa".
    is_short_repeat = repeated != joined and len(repeated) < 5
    return is_short_repeat or any(part in common() for part in (joined, core, repeated)) or _is_sequence(joined)


def _is_sequence(text: str) -> bool:
    """Keys in a row, digits and the alphabet up and down, however often begun again."""
    steps = list(pairwise(text))
    return sum(step in _neighbors() or step[0] == step[1] for step in steps) >= len(steps) * 0.8


@cache
def _neighbors() -> frozenset[tuple[str, str]]:
    return frozenset(step for row in ROWS for way in (row, row[::-1]) for step in pairwise(way))


def _is_made_of_known_words(folded: str, email: str) -> bool:
    known = [*OFFICE_WORDS, *(part for part in re.split(r"[^a-z0-9]+", email.casefold()) if len(part) > 2)]
    rest = folded
    for word in sorted(known, key=len, reverse=True):
        rest = rest.replace(word, " ")
    return rest != folded and len(re.sub(r"[\W\d_]", "", rest)) < ENOUGH_OF_ITS_OWN


@cache
def common() -> frozenset[str]:
    lines = COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("# ") and line != "#")

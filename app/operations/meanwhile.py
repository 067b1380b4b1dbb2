"""Two people at one form: the second learns what the first one changed, instead of undoing it unseen.

For rows that count no versions of themselves: the form carries a mark of what it was shown with.
"""

import hashlib
import json
from typing import Any

MARK_LENGTH = 16


class ChangedMeanwhileError(Exception):
    """What the form was shown with stands no more, and it asks for something else than what does."""


def mark(values: Any) -> str:
    """Tells one state of what a form shows from the next. Values that JSON does not know count as they print."""
    plain = json.dumps(values, sort_keys=True, default=str)
    return hashlib.sha256(plain.encode()).hexdigest()[:MARK_LENGTH]


def refuse(shown: str | None, *, standing: str, typed: str) -> None:
    """Raise ChangedMeanwhileError, unless the form was shown with what stands, or the same button was pressed twice.

    Without ``shown`` nothing is compared: whoever calls has read what stands under the same lock.
    """
    if shown not in (None, standing) and typed != standing:
        raise ChangedMeanwhileError

"""From a row to the bytes that leave: written once, kept, and the same at each attempt."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app import clock
from app.mail.messages import assemble, check, new_message_id
from app.mail.rendering import render
from app.models import MailWords, OutgoingEmail


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail in hand: whose it is, and what every attempt at it has in common, byte for byte."""

    row: OutgoingEmail  # As it was read; it belongs to no session.
    content: bytes
    message_id: str
    subject: str

    @property
    def email_id(self) -> int:
        return self.row.id

    @property
    def is_first(self) -> bool:
        """Whether nothing is fixed yet, because this is the first attempt."""
        return self.row.message_id is None

    @property
    def doubtful_since(self) -> datetime | None:
        """The first attempt of which nobody knows what became."""
        return self.row.steps[1].at if self.row.doubts and len(self.row.steps) > 1 else None

    def fixed(self) -> dict[str, Any]:
        """What is to be fixed before it leaves for the first time."""
        if not self.is_first:
            return {}
        content = self.row.as_kept(self.content)
        return {"content": content, "message_id": self.message_id, "subject": self.subject}


def letter(row: OutgoingEmail, words: MailWords, *, is_demo: bool) -> Letter:
    """What was written for the first attempt, or is written now; looked over either way. Raises UnsendableError."""
    content, message_id, subject = _kept(row) or _written(row, words, is_demo)
    return Letter(row, content, message_id, subject)


def _kept(row: OutgoingEmail) -> tuple[bytes, str, str] | None:
    content = row.letter
    if content is None or row.message_id is None:
        return None
    check(content, row.recipient)
    return content, row.message_id, row.subject


def _written(row: OutgoingEmail, words: MailWords, is_demo: bool) -> tuple[bytes, str, str]:
    facts = _facts(row)
    rendered = render(row.kind, facts, row.language, at=row.queued_at, words=words, is_demo=is_demo)
    message_id = new_message_id()
    name = (facts.get("registration") or {}).get("full_name", "")
    content = assemble(rendered, row.recipient, name, message_id=message_id, at=clock.now())
    return content, message_id, rendered.subject


def _facts(row: OutgoingEmail) -> dict[str, Any]:
    """The row's facts. A registration made in one stroke with its mail got its id only with the row."""
    registration = row.facts.get("registration")
    if registration and registration["id"] is None:
        return {**row.facts, "registration": {**registration, "id": row.registration_id}}
    return row.facts

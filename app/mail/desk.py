"""The mails that a worker has taken: some still to be written, some written and ready to leave."""

from collections import deque
from collections.abc import Sequence

from app.db import db
from app.mail import outbox, wording
from app.mail.letters import Letter, letter
from app.models import MailWords, OutgoingEmail


class Desk:
    """Everything is read at once, so that no transaction is open while mails are written and sent."""

    def __init__(
        self, rows: Sequence[OutgoingEmail] = (), words: Sequence[MailWords] = (), *, is_demo: bool = False
    ) -> None:
        self.unwritten = deque(zip(rows, words, strict=True))
        self.written: deque[Letter] = deque()
        self.is_demo = is_demo

    @classmethod
    def laid_out(cls, ids: Sequence[int]) -> "Desk":
        rows = outbox.rows(ids)
        desk = cls(rows, wording.for_all(rows), is_demo=wording.is_demonstration())
        for row in rows:
            db.session.expunge(row)
        db.session.rollback()
        return desk

    def __len__(self) -> int:
        return len(self.unwritten) + len(self.written)

    def next_row(self) -> OutgoingEmail:
        """The row that is written next."""
        return self.unwritten[0][0]

    def write_next(self) -> None:
        """Whatever is raised, this mail is off the desk."""
        row, words = self.unwritten.popleft()
        self.written.append(letter(row, words, is_demo=self.is_demo))

    def take(self, most: int) -> list[Letter]:
        return [self.written.popleft() for _ in range(min(most, len(self.written)))]

    def put_back(self, letters: Sequence[Letter]) -> None:
        """On top again: their turn comes first."""
        self.written.extendleft(reversed(letters))

    def clear(self) -> list[int]:
        """Take everything off; the numbers of what lay there."""
        ids = [one.email_id for one in self.written] + [row.id for row, _ in self.unwritten]
        self.unwritten.clear()
        self.written.clear()
        return ids

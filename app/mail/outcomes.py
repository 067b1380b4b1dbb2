"""What became of mails: kept in memory as it is learned, and written down as soon as there is a transaction."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime

from app.mail import marks, outbox
from app.mail.answers import InDoubtError, RefusedError, TryLaterError
from app.mail.marks import Held
from app.models import EmailState, OutgoingEmail

Settle = Callable[[OutgoingEmail, str, datetime], None]
ANSWERED = (outbox.accept, outbox.fail)  # What only a server does that takes our mail.


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a row becomes, and why."""

    email_id: int
    settle: Settle
    words: str = ""


def of(email_id: int, sent: Future[str]) -> Outcome:
    """What the server's answer makes of a row. Raises UnreachableError, which concerns the other rows too."""
    try:
        return Outcome(email_id, outbox.accept, sent.result())
    except RefusedError as error:
        return Outcome(email_id, outbox.fail, str(error))
    except TryLaterError as error:
        return Outcome(email_id, outbox.postpone, str(error))
    except InDoubtError as error:
        return Outcome(email_id, outbox.doubt, str(error))


def write_down(outcomes: Sequence[Outcome], rows: Mapping[int, Held], at: datetime) -> None:
    """Settle those of these rows that are held. Nearly all of them have been accepted, as it should be."""
    due = [one for one in outcomes if one.email_id in rows]
    usual = [one for one in due if one.settle is outbox.accept and rows[one.email_id].state is EmailState.SENDING]
    marks.accept([(rows[one.email_id], one.words) for one in usual], at)
    others = [one for one in due if one not in usual]
    loaded = outbox.loaded([one.email_id for one in others])
    for one in others:
        one.settle(loaded[one.email_id], one.words, at)


def tell_of_an_answer(outcomes: Sequence[Outcome]) -> bool:
    """Whether a server that takes our mail has spoken."""
    return any(one.settle in ANSWERED for one in outcomes)

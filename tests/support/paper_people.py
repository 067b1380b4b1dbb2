"""People and seats as the desk on paper writes them down."""

from dataclasses import dataclass, field
from datetime import datetime

from app.models import Mode

ROOM, ONLINE = Mode.IN_PERSON, Mode.ONLINE
EVENT = -1  # The event's own seats; its sessions are 0, 1, 2 …


class RefusedError(Exception):
    """This cannot be done, and nothing has changed."""


@dataclass(eq=False)
class Person:
    email: str
    mode: Mode
    organization: str
    guest: str = ""  # The name of somebody who is booked under a colleague's address.
    by_staff: bool = False  # Whom staff registered they let in knowingly.
    pending: bool = False  # The office has still to say yes; till then the person holds nothing.
    gone: bool = False
    declined: bool = False  # Gone because the office said no; the address stays known.
    keeps: bool = False  # Would keep a turn for the room, once approved.
    aside: frozenset[int] = frozenset()  # Sessions that went with the office's no.
    asked: int = 0  # How often the office has asked back.
    answered: bool = False
    wishes: bool = False  # Approved for online, asks for the room.
    turn: Mode | None = None  # The line of the event in which the person stands, or whose seat is held for them.
    until: datetime | None = None  # Till when that seat is held.
    picks: dict[int, Mode] = field(default_factory=dict)
    held: dict[int, datetime] = field(default_factory=dict)  # Sessions of which a seat is held till then.

    @property
    def keeps_turn(self) -> bool:
        return self.turn not in {None, self.mode}

    @property
    def has_place(self) -> bool:
        return not self.gone and not self.pending

    @property
    def sits(self) -> bool:
        return self.has_place and self.turn is not self.mode


@dataclass
class Pool:
    capacity: int | None
    shrink_to: int | None = None
    seated: list[Person] = field(default_factory=list)
    line: list[Person] = field(default_factory=list)

    @property
    def is_free(self) -> bool:
        return self.capacity is None or len(self.seated) < self.capacity

    def enter(self, person: Person) -> None:
        """Whoever came first goes first."""
        (self.seated if self.is_free and not self.line else self.line).append(person)

    def leave(self, person: Person) -> None:
        if person in self.line:
            self.line.remove(person)
        elif person in self.seated:
            self.seated.remove(person)
            if self.shrink_to is not None:
                self.resize(self.shrink_to, shrinking=True)

    def resize(self, capacity: int | None, *, shrinking: bool) -> None:
        taken = len(self.seated)
        is_below = capacity is not None and capacity < taken
        if is_below and not shrinking:
            raise RefusedError
        self.capacity, self.shrink_to = (taken, capacity) if is_below else (capacity, None)

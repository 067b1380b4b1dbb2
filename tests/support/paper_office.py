"""What the office decides at the desk on paper: approvals and invitations. And forms that book several people."""

from collections.abc import Collection, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.support.paper_desk import PaperDesk
from tests.support.paper_people import EVENT, ONLINE, Person, RefusedError

# So often a day an address is told of seats that others booked for it; and whoever books for people without one.
MOST_A_DAY, MOST_GUESTS_A_DAY = 3, 40


@dataclass
class Invitation:
    version: int = 1
    used: bool = False
    revoked: bool = False

    @property
    def is_open(self) -> bool:
        return not (self.used or self.revoked)

    def renew(self) -> None:
        self.version, self.used, self.revoked = self.version + 1, False, False


@dataclass(frozen=True)
class Link:
    """What a mailed invitation names."""

    email: str
    version: int


class PaperOffice(PaperDesk):
    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.by_invitation = False
        self.most_colleagues = 0
        self.invitations: dict[str, Invitation] = {}

    def register_by_link(
        self, person: Person, wanted: Collection[int], at: datetime, *, keeps_turn: bool, link: Link | None
    ) -> None:
        if self.by_invitation and not self._opens(person, link):
            raise RefusedError
        if self.register(person, wanted, at, keeps_turn=keeps_turn):
            self._use(person)

    def register_by_hand(self, person: Person, wanted: Collection[int], at: datetime, *, adds_seat: bool) -> None:
        super().register_by_hand(person, wanted, at, adds_seat=adds_seat)
        self._use(person)

    def _opens(self, person: Person, link: Link | None) -> bool:
        """Each invitation is good for one registration under its address."""
        if link is None or link.email != person.email:
            return False
        invitation = self.invitations[link.email]
        return invitation.is_open and invitation.version == link.version

    def _use(self, person: Person) -> None:
        if self.by_invitation and person.email in self.invitations:
            self.invitations[person.email].used = True

    def invite(self, emails: Sequence[str]) -> None:
        if not self.by_invitation:
            raise RefusedError
        for email in emails:
            standing = self.invitations.get(email)
            if self._holds(email) or (standing and not standing.revoked):
                continue
            if standing:
                standing.renew()
            else:
                self.invitations[email] = Invitation()

    def invite_again(self, email: str) -> None:
        if not self.by_invitation or self._holds(email):
            raise RefusedError
        if not self.invitations[email].is_open:
            self.invitations[email].renew()

    def take_back(self, email: str) -> None:
        invitation = self.invitations[email]
        if invitation.used:
            raise RefusedError
        if not invitation.revoked:
            invitation.version, invitation.revoked = invitation.version + 1, True

    def _holds(self, email: str) -> bool:
        return self.is_known(Person(email, ONLINE, ""))

    def approve(self, person: Person, at: datetime, *, has_reason: bool) -> None:
        if not (person.pending or person.declined) or (not has_reason and self._is_over_cap(person)):
            raise RefusedError
        mode, keeps_turn = self._as_it_stands(at) if person.keeps and person.mode is ONLINE else (person.mode, False)
        pool = self.pools[EVENT, mode]
        if pool.capacity == 0 or not (pool.is_free or self.moves(mode, at)):
            raise RefusedError
        person.mode, back = mode, (person.aside if person.declined else ())
        person.pending = person.gone = person.declined = False
        held = [one for one in back if (one, mode) in self.pools and self.pools[one, mode].capacity != 0]
        person.picks |= dict.fromkeys(held, mode)
        self._give(person, at, keeps_turn=keeps_turn)
        if person.sits:
            self._bring_sessions(person)
        self.told.append((person.email, at))

    def approve_together(self, people: Sequence[Person], at: datetime) -> None:
        """Whom it cannot be done for stays as they are."""
        for person in people:
            if person.pending:
                try:
                    self.approve(person, at, has_reason=False)
                except RefusedError:
                    continue

    def turn_down(self, person: Person) -> None:
        if not person.pending:
            raise RefusedError
        person.aside = frozenset(person.picks)
        self._end(person)
        person.declined = True

    def ask(self, person: Person) -> None:
        if not person.pending:
            raise RefusedError
        person.asked, person.answered = person.asked + 1, False

    def answer(self, person: Person, number: int) -> None:
        if not person.pending or not person.asked or person.asked != number:
            raise RefusedError
        person.answered = True

    def book(
        self, people: Sequence[Person], wanted: Collection[int], at: datetime, *, keeps_turn: bool, all_or_none: bool
    ) -> None:
        """Everybody, or nobody at all."""
        before = deepcopy(vars(self))
        try:
            self._book(people, wanted, at, keeps_turn=keeps_turn, all_or_none=all_or_none)
        except RefusedError:
            vars(self).update(before)
            raise

    def _book(
        self, people: Sequence[Person], wanted: Collection[int], at: datetime, *, keeps_turn: bool, all_or_none: bool
    ) -> None:
        self._refuse_closed(people[0].mode, at)
        if self.by_invitation or len(people) - 1 > self.most_colleagues:
            raise RefusedError
        organization = self._colleagues(people[0])
        capped = self.cap is not None and not self.needs_approval
        turned_away = all_or_none and capped and len(organization) + len(people) > (self.cap or 0)
        known: list[Person] = []
        for person in people:
            keeps = self._foresee(person, wanted, at, keeps_turn=keeps_turn)
            none_may_wait = all_or_none or not self.moves(person.mode, at)
            if none_may_wait and not (self.needs_approval or self.has_seat(person.mode, at)):
                raise RefusedError
            if self.is_known(person) or self._had_enough(person, people[0], at):
                self._settle(person, wanted, at, keeps_turn=keeps)  # Counts as new until all of them are served.
                known.append(person)
            elif not (turned_away or self._is_turned_away(person)):
                self._enter(person, wanted, at, keeps_turn=keeps)
        for person in known:
            self._end(person)
        if known:
            self.promote(at)

    def _had_enough(self, person: Person, sender: Person, at: datetime) -> bool:
        if not person.guest and person.email == sender.email:
            return False
        told = [email for email, when in self.told if email == person.email and when > at - timedelta(days=1)]
        return len(told) >= (MOST_GUESTS_A_DAY if person.guest else MOST_A_DAY)

"""What the office decides, and forms that book several people: done at the real desk and on paper alike."""

from functools import partial

from app.db import db
from app.models import Access, Approval, Invitation
from app.operations.registration import approving, inviting
from app.operations.registration.details import Colleague
from tests.support.desk import sign_up
from tests.support.desk_acts import MOST_COLLEAGUES, MOST_PEOPLE, STAFF, DeskActs, NothingToDoError, address
from tests.support.paper_office import Link
from tests.support.paper_people import Person

GUESTS = ("Ada", "Bo")


class OfficeActs(DeskActs):
    def number(self) -> int:
        """Where the office invites, mostly somebody who is invited."""
        fits = [number for number in range(MOST_PEOPLE) if self.is_invited(number)]
        return self.random.choice(fits) if fits and self.random.random() < 0.7 else super().number()

    def is_invited(self, number: int) -> bool:
        invitation = self.paper.invitations.get(address(number))
        return bool(self.paper.by_invitation and invitation and invitation.is_open)

    def enter(self) -> None:
        person, typed, picks = self.form()
        link = self.link(person.email)
        invitation = (self.invitation_ids()[link.email], link.version) if link else None
        self.both(
            lambda: self.paper.register_by_link(person, picks, self.at, keeps_turn=typed.keeps_turn, link=link),
            lambda: sign_up(self.event_id, typed.with_values(invitation=invitation)),
        )

    def link(self, email: str) -> Link | None:
        """Mostly the link that was mailed last to this address; now and then an old one, or another person's."""
        kept = self.paper.invitations
        if self.random.random() < 0.15 and kept:
            email = self.random.choice(sorted(kept))
        if email not in kept or self.random.random() < 0.1:
            return None
        return Link(email, max(1, kept[email].version - int(self.random.random() < 0.2)))

    def invitation_ids(self) -> dict[str, int]:
        rows = db.session.scalars(db.select(Invitation).filter_by(event_id=self.event_id))
        return {row.email: row.id for row in rows}

    def ask_for_approval_or_not(self) -> None:
        wanted = not self.paper.needs_approval
        self.both(
            lambda: setattr(self.paper, "needs_approval", wanted), lambda: self.change_rules(needs_approval=wanted)
        )

    def take_the_invited_or_all(self) -> None:
        wanted = not self.paper.by_invitation
        access = Access.INVITED if wanted else Access.EVERYONE
        self.both(lambda: setattr(self.paper, "by_invitation", wanted), lambda: self.change_rules(access=access))

    def approve(self) -> None:
        person, id_ = self.one(lambda one: one.pending or one.declined)
        has_reason = self.random.random() < 0.3
        verb = partial(approving.approve, reason="Known to us." if has_reason else "", **STAFF)
        self.act(lambda: self.paper.approve(person, self.at, has_reason=has_reason), verb, id_)

    def approve_together(self) -> None:
        ids = dict(zip(self.paper.people, self.ids(), strict=True))
        people = [person for person in self.paper.people if self.random.random() < 0.7]

        def verb(*, at: object) -> None:
            chosen = [ids[person] for person in people]
            approving.decide_many(self.event_id, chosen, partial(approving.approve, at=at, **STAFF))

        self.act(lambda: self.paper.approve_together(people, self.at), verb)

    def turn_down(self) -> None:
        person, id_ = self.one(lambda one: one.pending)
        self.act(lambda: self.paper.turn_down(person), approving.decline, id_, **STAFF)

    def ask_back(self) -> None:
        person, id_ = self.one(lambda one: one.pending)
        for question in ("Which ports?", "Since when?")[: self.random.randint(1, 2)]:
            self.act(lambda: self.paper.ask(person), approving.ask, id_, question, **STAFF)

    def answer_back(self) -> None:
        """Mostly the question that stands; an earlier one is not asked any more."""
        person, id_ = self.one(lambda one: one.pending and one.asked)
        number = max(1, person.asked - int(self.random.random() < 0.4))
        self.act(lambda: self.paper.answer(person, number), approving.answer, id_, "Newark.", number=number)

    def invite(self) -> None:
        if not self.paper.by_invitation and self.random.random() < 0.9:
            raise NothingToDoError
        emails = [address(super(OfficeActs, self).number()) for _ in range(self.random.randint(1, 5))]
        self.act(lambda: self.paper.invite(emails), inviting.invite, self.event_id, emails, **STAFF)

    def invite_again(self) -> None:
        email, id_ = self.invitation()
        self.act(lambda: self.paper.invite_again(email), inviting.resend, id_, **STAFF)

    def take_invitation_back(self) -> None:
        email, id_ = self.invitation()
        self.act(lambda: self.paper.take_back(email), inviting.revoke, id_, **STAFF)

    def invitation(self) -> tuple[str, int]:
        if not self.paper.invitations:
            raise NothingToDoError
        email = self.random.choice(sorted(self.paper.invitations))
        return email, self.invitation_ids()[email]

    def book(self) -> None:
        """The sender, and colleagues with an address of their own or under the sender's."""
        sender, typed, picks = self.form()
        count = self.random.randint(1, MOST_COLLEAGUES + int(self.random.random() < 0.1))
        colleagues = [self.colleague(sender) for _ in range(count)]
        forms = [
            Colleague(one.guest or "Dana", last_name="Lim", email="" if one.guest else one.email) for one in colleagues
        ]
        all_or_none, turn = self.random.random() < 0.3, typed.keeps_turn
        sent = typed.with_values(colleagues=tuple(forms), all_or_none=all_or_none)
        people = [sender, *colleagues]
        self.both(
            lambda: self.paper.book(people, picks, self.at, keeps_turn=turn, all_or_none=all_or_none),
            lambda: sign_up(self.event_id, sent),
        )

    def colleague(self, sender: Person) -> Person:
        if self.random.random() < 0.4:
            return Person(sender.email, sender.mode, sender.organization, guest=self.random.choice(GUESTS))
        return Person(address(self.number()), sender.mode, sender.organization)


def said(approval: Approval | None) -> tuple[int, bool]:
    """How often the office has asked back, and whether the latest question is answered."""
    return (approval.questions, approval.answered_at is not None) if approval else (0, False)

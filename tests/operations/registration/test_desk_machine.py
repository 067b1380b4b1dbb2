"""Whatever people and staff do in whatever order, a desk kept on paper beside it says who should have what.

Each story is random and always the same; ``DESK_STORIES=500`` tells so many instead of the usual few.
"""

import os
from collections import defaultdict
from collections.abc import Sequence

import pytest
from sqlalchemy.orm import selectinload

from app.db import db, locks_rows, transact
from app.models import (
    EmailState,
    Event,
    EventState,
    Invitation,
    MessageKind,
    OutgoingEmail,
    Pick,
    Registration,
    RegistrationState,
    SeatPool,
)
from app.models.message_kind import ABOUT_SESSIONS, STATE_KINDS
from app.operations import auditing
from app.operations.registration import room_wishes
from tests.support.desk_acts import NothingToDoError
from tests.support.office_acts import said
from tests.support.paper_people import EVENT, ROOM, Person
from tests.support.room_acts import RoomActs

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.slow]


class Desk(RoomActs):
    """The desk, and what must hold of it after every act."""

    def go_on(self, steps: int) -> None:
        for beginning in BEGINNINGS[self.seed % len(BEGINNINGS)]:
            getattr(self, beginning)()
        for _ in range(12):
            self.enter()
        for _ in range(steps):
            self.do_something()
            self.both_say_the_same()

    def do_something(self) -> None:
        """Of the acts that come up the first for which there is somebody. Nobody is kept out for long."""
        opening = self.opening() if self.random.random() < 0.2 else []
        for name in opening + self.random.choices(list(ACTS), ACTS.values(), k=50):
            self.told.append(name)
            try:
                getattr(self, name)()
                return
            except NothingToDoError:
                self.told.pop()

    def opening(self) -> list[str]:
        if self.paper.paused:
            return ["pause_or_resume"]
        if self.paper.by_invitation:
            return ["take_the_invited_or_all"]
        if any(one.wishes for one in self.paper.people):
            return ["let_in"]
        return [] if self.paper.moves(ROOM, self.at) else ["take_free_seat"]

    def close(self) -> None:
        """No offer of a past story may lapse in the next one."""
        db.session.rollback()
        transact(lambda _: setattr(db.session.get_one(Event, self.event_id), "state", EventState.CANCELLED))

    def both_say_the_same(self) -> None:
        db.session.rollback()
        query = db.select(Registration).where(Registration.event_id == self.event_id).order_by(Registration.id)
        people = db.session.scalars(query.options(selectinload(Registration.picks).joinedload(Pick.session))).all()
        assert len(people) == len(self.paper.people)
        self.names = dict(zip((one.id for one in people), self.paper.people, strict=True))
        for registration in people:
            self.check_person(registration, self.names[registration.id])
        for pool in db.session.scalars(db.select(SeatPool).filter_by(event_id=self.event_id)):
            self.check_pool(pool, people)
        asked = {self.names[wish.registration_id] for wish in room_wishes.of_event(self.event_id, self.at)}
        assert asked == {one for one in self.paper.people if one.wishes and self.paper.may_wish(one)}
        self.check_mails(people)
        self.check_invitations()

    def check_person(self, real: Registration, paper: Person) -> None:
        held = (real.email, real.is_live, real.mode, real.waits_for, real.offered_until)
        assert held == (paper.email, not paper.gone, paper.mode, paper.turn, paper.until)
        waits = RegistrationState.OFFERED if paper.until else RegistrationState.WAITLISTED
        stands = RegistrationState.CONFIRMED if paper.sits else waits
        gone = RegistrationState.NOT_APPROVED if paper.declined else RegistrationState.CANCELLED
        expected = RegistrationState.PENDING_APPROVAL if paper.pending else stands
        assert real.state is (gone if paper.gone else expected)
        assert said(real.approval) == (paper.asked, paper.answered)
        picks = {self.sessions.index(pick.session_id): pick.mode for pick in real.live_picks}
        assert picks == paper.picks
        promised = {pick.session_id: pick.offered_until for pick in real.live_picks if pick.offered_until}
        assert promised == {self.sessions[one]: until for one, until in paper.held.items()}

    def check_pool(self, pool: SeatPool, people: Sequence[Registration]) -> None:
        place = EVENT if pool.session_id is None else self.sessions.index(pool.session_id)
        paper = self.paper.pools[place, pool.mode]
        seated, line = _of_event(pool, people) if place == EVENT else _of_session(pool, people)
        assert {self.names[one] for one in seated} == set(paper.seated)
        assert [self.names[one] for _position, one in sorted(line)] == paper.line
        assert (pool.taken, pool.waiting) == (len(seated), len(line))
        assert (pool.capacity, pool.shrink_to) == (paper.capacity, paper.shrink_to)
        assert pool.capacity is None or pool.taken <= pool.capacity
        if place == EVENT:
            moves = self.at < self.paper.closes[pool.mode] and any(map(self.paper.may_sit, paper.line))
        else:
            moves = bool(line)
        assert not moves or pool.taken == pool.capacity, "A seat is empty while somebody waits for it."

    def check_invitations(self) -> None:
        rows = db.session.scalars(db.select(Invitation).filter_by(event_id=self.event_id))
        kept = {row.email: (row.link_version, row.used_at is not None, row.revoked_at is not None) for row in rows}
        on_paper = self.paper.invitations.items()
        assert kept == {email: (one.version, one.used, one.revoked) for email, one in on_paper}

    def check_mails(self, people: Sequence[Registration]) -> None:
        """One mail is left to send that says how somebody stands, and after it at most one about sessions alone. The
        last says how they stand. An offer that still stands is left to send as well."""
        query = db.select(OutgoingEmail).where(
            OutgoingEmail.event_id == self.event_id,
            OutgoingEmail.kind.in_(STATE_KINDS),
            OutgoingEmail.state != EmailState.WITHDRAWN,
        )
        told: dict[int | None, list[OutgoingEmail]] = defaultdict(list)
        for mail in db.session.scalars(query.order_by(OutgoingEmail.id)):
            told[mail.registration_id].append(mail)
        for person in people:
            mails = _without_standing_offers(told[person.id], person)
            assert [mail.kind in ABOUT_SESSIONS for mail in mails] in ([False], [False, True])
            facts = mails[-1].facts["registration"]
            picks = {pick.session.title: pick.state.value for pick in person.live_picks}
            assert {session["title"]: session["state"] for session in facts["sessions"]} == picks
            stands = (person.state.value, person.mode.value, person.waits_for and person.waits_for.value)
            assert (facts["state"], facts["mode"], facts["waits_for"]) == stands
            until = person.offered_until and person.offered_until.isoformat()
            assert facts["offered_until"] == until


def _without_standing_offers(mails: Sequence[OutgoingEmail], person: Registration) -> Sequence[OutgoingEmail]:
    in_session = any(pick.offered_until for pick in person.live_picks)
    stands = {MessageKind.OFFERED: bool(person.offered_until), MessageKind.SESSION_OFFERED: in_session}
    unsettled = [mail for mail in mails if mail.state is EmailState.QUEUED or stands[mail.kind]]
    return [mail for mail in unsettled if mail is unsettled[-1] or not stands.get(mail.kind)]


def _of_event(pool: SeatPool, people: Sequence[Registration]) -> tuple[list[int], list[tuple[int, int]]]:
    """Who holds a seat, and who waits at which position."""
    sits = [one.id for one in people if one.mode is pool.mode and one.state is RegistrationState.CONFIRMED]
    turns = [one for one in people if one.waits_for is pool.mode]
    held = [one.id for one in turns if one.offered_until]
    return sits + held, [(one.position or 0, one.id) for one in turns if not one.offered_until]


def _of_session(pool: SeatPool, people: Sequence[Registration]) -> tuple[list[int], list[tuple[int, int]]]:
    picks = [pick for one in people for pick in one.live_picks if pick.session_id == pool.session_id]
    picks = [pick for pick in picks if pick.mode is pool.mode]
    seated = [pick.registration_id for pick in picks if pick.state.holds_seat]
    line = [(pick.position, pick.registration_id) for pick in picks if pick.position is not None]
    return seated, [one for one in line if one[1] not in seated]


# How often an act comes up.
OFTEN = {
    5: "enter cancel let_time_pass leave_session book",
    3: "change_mode move_in_line approve ask_for_room let_in take_free_seat",
    2: "change_sessions accept accept_session attend_online resize_event resize_session set_cap turn_down invite"
    " ask_back answer_back move_in_session_line give_session_seat",
    1: "enter_by_hand leave_line decline add_one_seat pause_or_resume work approve_together invite_again stop_asking"
    " keep_out take_invitation_back ask_for_approval_or_not take_the_invited_or_all",
}
ACTS = {act: often for often, acts in OFTEN.items() for act in acts.split()}
# Some stories are about approval or invitations from the start, some about the last days.
BEGINNINGS = ((), ("ask_for_approval_or_not",), ("let_days_pass",), ("take_the_invited_or_all", *["invite"] * 4))
STORIES, STEPS = int(os.environ.get("DESK_STORIES", "12")), 45


def test_the_desk_and_the_paper_agree() -> None:
    first = STORIES if locks_rows() else 0  # Each database tells stories of its own, so that more are told.
    for seed in range(first, first + STORIES):
        desk = Desk(seed)
        try:
            desk.go_on(STEPS)
        except Exception as fault:
            fault.add_note(" → ".join(desk.told))
            raise
        desk.close()
    # What the log tells of all these acts fits together, and comes back from the database as it was sealed.
    while transact(lambda _: auditing.seal()):
        pass
    assert auditing.verify().first_bad_id is None

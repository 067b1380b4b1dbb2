"""A seat from the waiting list that is held for an answer: accepted, declined, passed on when time is up."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from app import clock
from app.db import db, transact
from app.mail.rendering import render
from app.models import (
    Access,
    BouncedAddress,
    EmailState,
    Event,
    EventState,
    FailureReason,
    MessageKind,
    Mode,
    OutgoingEmail,
    Registration,
)
from app.operations.program import planning
from app.operations.registration import offering
from app.operations.registration.cancelling import cancel
from app.operations.registration.changing import correct_address, resend
from app.operations.registration.offering import NoOfferError, OfferEndedError
from app.worker import TIMETABLE, run_job
from tests.support import factories as make
from tests.support.desk import details, make_event, registrations, seats, sign_up, standings, take_offers, with_rules

pytestmark = pytest.mark.usefixtures("app", "at")
HOUR = timedelta(hours=1)
LAPSE = next(job for job in TIMETABLE if job.verb is offering.lapse_due)


@pytest.fixture
def event_id() -> int:
    """One seat in the room, taken; two wait for it, one of them attends online meanwhile."""
    return full_room()


def full_room(**rules: object) -> int:
    made = with_rules(make_event(capacity=1, online=None), **{"offer_hours": 48} | rules)
    sign_up(made)
    sign_up(made)
    sign_up(made, details(mode=Mode.ONLINE, keeps_turn=True))
    return made


def leave(event_id: int, index: int) -> None:
    person_id = registrations(event_id)[index].id
    transact(lambda at: cancel(person_id, at=at).id)


def lapse() -> int:
    """The offers run out of which people were told."""
    take_offers()
    return run_job(LAPSE)


def answer(event_id: int, index: int, verb: object = offering.accept) -> None:
    person_id = registrations(event_id)[index].id
    transact(lambda at: verb(person_id, at=at).id)  # type: ignore[operator]


def mails(person: Registration) -> list[str]:
    query = db.select(OutgoingEmail).filter_by(registration_id=person.id).order_by(OutgoingEmail.id)
    return [mail.kind.value for mail in db.session.scalars(query)]


def test_a_freed_seat_is_held_for_an_answer(event_id: int, at: datetime) -> None:
    leave(event_id, 0)
    assert standings(event_id) == ["in-person cancelled", "in-person offered (held)", "online confirmed > in-person"]
    assert seats(event_id) == {"in-person": (1, 1), "online": (1, 0)}
    offered = registrations(event_id)[1]
    assert (offered.offered_until, offered.position) == (at + 48 * HOUR, 1)
    assert mails(offered) == ["waitlisted", "offered"]
    # Held is held: who comes now stands in line, and nobody else is asked.
    sign_up(event_id)
    assert standings(event_id)[3] == "in-person waitlisted"


def test_accepting_takes_the_seat_with_one_mail(event_id: int) -> None:
    leave(event_id, 0)
    answer(event_id, 1)
    person = registrations(event_id)[1]
    assert standings(event_id)[1] == "in-person confirmed"
    assert seats(event_id) == {"in-person": (1, 1), "online": (1, 0)}
    assert (mails(person), person.calendar_sequence) == (["waitlisted", "offered", "confirmed"], 1)
    with pytest.raises(NoOfferError):
        answer(event_id, 1)


def test_declining_passes_the_seat_on_at_once(event_id: int) -> None:
    leave(event_id, 0)
    answer(event_id, 1, offering.decline)
    expected = ["in-person cancelled", "in-person cancelled", "online confirmed > in-person (held)"]
    assert standings(event_id) == expected
    assert seats(event_id) == {"in-person": (1, 0), "online": (1, 0)}
    with pytest.raises(NoOfferError):
        answer(event_id, 1, offering.decline)


def test_who_attends_online_meanwhile_changes_over_in_one_step(event_id: int) -> None:
    leave(event_id, 1)
    leave(event_id, 0)
    before = registrations(event_id)[2]
    uid, number = before.calendar_uid, before.number
    answer(event_id, 2)
    person = registrations(event_id)[2]
    assert standings(event_id)[2] == "in-person confirmed"
    assert seats(event_id) == {"in-person": (1, 0), "online": (0, 0)}
    assert (person.calendar_uid, person.calendar_sequence, person.number) == (uid, 1, number)
    assert person.days == ["2026-03-16"]
    assert mails(person) == ["confirmed", "offered", "confirmed"]


def test_declining_keeps_the_seat_online(event_id: int) -> None:
    leave(event_id, 1)
    leave(event_id, 0)
    answer(event_id, 2, offering.decline)
    assert standings(event_id)[2] == "online confirmed"
    assert seats(event_id) == {"in-person": (0, 0), "online": (1, 0)}
    assert mails(registrations(event_id)[2])[-1] == "changed"


class TestLapsing:
    def test_it_passes_on_by_itself(self, event_id: int, at: datetime) -> None:
        leave(event_id, 0)
        with clock.stopped_at(at + 48 * HOUR - timedelta(seconds=1)):
            assert lapse() == 0
        with clock.stopped_at(at + 48 * HOUR):
            assert lapse() == 1
            assert lapse() == 0
        expected = ["in-person cancelled", "in-person cancelled", "online confirmed > in-person (held)"]
        assert standings(event_id) == expected
        lapsed, offered = registrations(event_id)[1:]
        assert (mails(lapsed)[-1], lapsed.cancelled_by) == ("offer-lapsed", "waiting list")
        assert offered.offered_until == at + 96 * HOUR
        with clock.stopped_at(at + 96 * HOUR):
            lapse()
        assert standings(event_id)[2] == "online confirmed"
        assert seats(event_id) == {"in-person": (0, 0), "online": (1, 0)}
        assert mails(registrations(event_id)[2])[-1] == "offer-lapsed"

    def test_the_deadline_shown_is_the_deadline_enforced(self, event_id: int, at: datetime) -> None:
        """Even where the worker was not there in time."""
        leave(event_id, 0)
        with clock.stopped_at(at + 48 * HOUR), pytest.raises(OfferEndedError):
            answer(event_id, 1)
        with clock.stopped_at(at + 48 * HOUR - timedelta(seconds=1)):
            answer(event_id, 1)
        assert standings(event_id)[1] == "in-person confirmed"

    def test_an_answer_that_came_first_counts(self, event_id: int, at: datetime) -> None:
        leave(event_id, 0)
        answer(event_id, 1)
        with clock.stopped_at(at + 48 * HOUR):
            assert lapse() == 0

    def test_weekends_by_the_clocks_of_the_event(self) -> None:
        event_id = full_room(offer_hours=24, offers_skip_weekends=True)
        friday = datetime(2026, 3, 6, 17, tzinfo=ZoneInfo("America/New_York"))
        with clock.stopped_at(friday):
            leave(event_id, 0)
        monday = datetime(2026, 3, 9, 17, tzinfo=ZoneInfo("America/New_York"))
        assert registrations(event_id)[1].offered_until == monday

    def test_no_offer_outlasts_the_line(self, event_id: int) -> None:
        event = db.session.get_one(Event, event_id)
        until = event.promotes_until(Mode.IN_PERSON)
        assert until
        with clock.stopped_at(until - HOUR):
            leave(event_id, 0)
        assert registrations(event_id)[1].offered_until == until
        with clock.stopped_at(until):
            assert lapse() == 1
        # The line is closed: nobody is asked any more.
        assert standings(event_id)[2] == "online confirmed > in-person"


class TestMovedEvents:
    def move(self, event_id: int, **values: object) -> None:
        def work(at: datetime) -> None:
            event = planning.open_for_edit(event_id, None)
            picture = planning.Picture.of(event, at)
            for name, value in values.items():
                setattr(event, name, value)
            tell = planning.Telling(quietly=True)
            planning.finish(event, picture, {}, by="ed@example.gov", at=at, tell=tell)

        transact(work)

    def test_an_earlier_event_shortens_the_offer(self, event_id: int, at: datetime) -> None:
        leave(event_id, 0)
        starts = make.wall("2026-03-04 09:00")
        self.move(event_id, starts_local=starts, starts_at=make.on("2026-03-04", 14), registration_closes_at=None)
        assert registrations(event_id)[1].offered_until == make.on("2026-03-03", 14)

    def test_without_a_date_nobody_has_to_decide(self, event_id: int, at: datetime) -> None:
        leave(event_id, 0)
        times = dict.fromkeys(("starts_local", "starts_at", "ends_local", "ends_at"))
        kept = {name: getattr(db.session.get_one(Event, event_id), name) for name in times}
        self.move(event_id, state=EventState.POSTPONED, **times)
        assert standings(event_id)[1] == "in-person waitlisted"
        assert seats(event_id) == {"in-person": (0, 2), "online": (1, 0)}
        with clock.stopped_at(at + 60 * HOUR):
            assert lapse() == 0
            self.move(event_id, state=EventState.PUBLISHED, **kept)
        assert standings(event_id)[1] == "in-person offered (held)"
        assert registrations(event_id)[1].offered_until == at + 108 * HOUR

    def test_who_kept_online_meanwhile_waits_for_the_room_again(self, app: Flask) -> None:
        event_id = with_rules(make_event(capacity=1, online=5), offer_hours=48)
        sign_up(event_id)
        sign_up(event_id, details(mode=Mode.ONLINE, keeps_turn=True))
        leave(event_id, 0)
        assert standings(event_id)[1] == "online confirmed > in-person (held)"
        times = dict.fromkeys(("starts_local", "starts_at", "ends_local", "ends_at"))
        self.move(event_id, state=EventState.POSTPONED, **times)
        assert standings(event_id)[1] == "online confirmed > in-person"
        assert seats(event_id) == {"in-person": (0, 1), "online": (1, 0)}

    def test_an_offer_that_was_not_sent_yet_is_taken_back(self, event_id: int) -> None:
        leave(event_id, 0)
        times = dict.fromkeys(("starts_local", "starts_at", "ends_local", "ends_at"))
        self.move(event_id, state=EventState.POSTPONED, **times)
        [offered] = db.session.scalars(db.select(OutgoingEmail).filter_by(kind=MessageKind.OFFERED))
        assert offered.state is EmailState.WITHDRAWN

    def test_an_offer_that_ran_out_stays_so_whatever_is_edited(self, event_id: int, at: datetime) -> None:
        leave(event_id, 0)
        with clock.stopped_at(at + 48 * HOUR):
            self.move(event_id, summary="Said better.")
            assert registrations(event_id)[1].offered_until == at + 48 * HOUR
            assert lapse() == 1

    def test_a_later_event_opens_its_line_again(self, event_id: int, at: datetime) -> None:
        event = db.session.get_one(Event, event_id)
        later = {"starts_local": make.wall("2026-04-20 13:00"), "starts_at": make.on("2026-04-20", 17)}
        later |= {"ends_local": make.wall("2026-04-20 14:00"), "ends_at": make.on("2026-04-20", 18)}
        until = event.promotes_until(Mode.IN_PERSON)
        assert until
        with clock.stopped_at(until + HOUR):
            leave(event_id, 0)
            assert standings(event_id)[1] == "in-person waitlisted"
            self.move(event_id, **later)
        assert standings(event_id)[1] == "in-person offered (held)"


@pytest.mark.parametrize(("starts_in", "again"), [(60, True), (26, False)])
def test_who_did_not_answer_hears_whether_they_can_come_back(
    event_id: int, at: datetime, starts_in: int, *, again: bool
) -> None:
    """At the end of the line nobody gets the seat, and registration may have ended as well."""
    closes = None if again else at + HOUR
    starts = {"starts_at": at + starts_in * HOUR, "ends_at": at + (starts_in + 1) * HOUR}
    values = starts | {"registration_closes_at": closes}
    transact(lambda _: [setattr(db.session.get_one(Event, event_id), *one) for one in values.items()])
    leave(event_id, 0)
    with clock.stopped_at(at + 48 * HOUR if again else at + 2 * HOUR):
        assert lapse() == 1
    [mail] = db.session.scalars(db.select(OutgoingEmail).filter_by(kind=MessageKind.OFFER_LAPSED))
    said = " ".join(render(mail.kind, mail.facts, at=mail.queued_at).text.split())
    assert ("To come all the same, register once more" in said) is again
    assert ("Registration is not open any more." in said) is not again
    assert "next person" not in said


def test_the_offer_is_mailed_again_as_it_stands(event_id: int) -> None:
    leave(event_id, 0)
    person_id = registrations(event_id)[1].id
    transact(lambda at: resend(person_id, at=at, by="ed@example.gov"))
    assert mails(registrations(event_id)[1])[-2:] == ["offered", "offered"]


def test_more_seats_are_offered_together(event_id: int) -> None:
    more = planning.Seats({Mode.IN_PERSON: 3, Mode.ONLINE: None})
    transact(lambda at: planning.edit(event_id, [], version=None, by="ed@example.gov", at=at, seats=more))
    assert standings(event_id)[1:] == ["in-person offered (held)", "online confirmed > in-person (held)"]
    assert seats(event_id) == {"in-person": (3, 0), "online": (1, 0)}


def test_no_seat_is_held_for_an_address_at_which_nothing_arrives(event_id: int, at: datetime) -> None:
    dead, right = registrations(event_id)[1].email_key, "right@importer.example"
    flag = BouncedAddress(email_key=dead, bounced_at=at, reason=FailureReason.NO_SUCH_ADDRESS)
    make.kept(lambda _: flag)
    leave(event_id, 0)
    assert standings(event_id)[1:] == ["in-person waitlisted", "online confirmed > in-person (held)"]
    answer(event_id, 2, offering.decline)
    assert standings(event_id)[1:] == ["in-person waitlisted", "online confirmed"]
    person = registrations(event_id)[1].id
    transact(lambda at: correct_address(person, right, at=at, by="ed@example.gov"))
    assert standings(event_id)[1] == "in-person offered (held)"


@pytest.mark.parametrize("state", [EmailState.QUEUED, EmailState.RETRY])
def test_who_was_never_asked_is_asked_anew(event_id: int, at: datetime, state: EmailState) -> None:
    """The mail server takes nothing for two days: the hours to answer begin again, with a mail that says so."""
    leave(event_id, 0)
    [first] = offers(event_id, 1)
    transact(lambda _: setattr(db.session.get_one(OutgoingEmail, first.id), "state", state))
    with clock.stopped_at(at + 48 * HOUR):
        assert run_job(LAPSE) == 1
        assert run_job(LAPSE) == 0
    assert standings(event_id)[1:] == ["in-person offered (held)", "online confirmed > in-person"]
    person = registrations(event_id)[1]
    assert (person.offered_until, person.position) == (at + 96 * HOUR, 1)
    first, anew = offers(event_id, 1)
    assert (first.state, anew.state) == (EmailState.WITHDRAWN, EmailState.QUEUED)
    assert anew.facts["registration"]["offered_until"] == person.offered_until.isoformat()


def test_after_a_mail_that_failed_the_next_is_asked_until_staff_have_seen_to_it(event_id: int, at: datetime) -> None:
    leave(event_id, 0)
    [first] = offers(event_id, 1)
    transact(lambda _: setattr(db.session.get_one(OutgoingEmail, first.id), "state", EmailState.FAILED))
    with clock.stopped_at(at + 48 * HOUR):
        assert lapse() == 1
        assert standings(event_id)[1:] == ["in-person waitlisted", "online confirmed > in-person (held)"]
        answer(event_id, 2, offering.decline)
        assert standings(event_id)[1] == "in-person waitlisted"
        person_id = registrations(event_id)[1].id
        transact(lambda at: resend(person_id, at=at, by="ed@example.gov"))
    assert standings(event_id)[1] == "in-person offered (held)"
    assert mails(registrations(event_id)[1])[-2:] == ["waitlisted", "offered"]


def offers(event_id: int, index: int) -> list[OutgoingEmail]:
    db.session.expire_all()
    told = {"registration_id": registrations(event_id)[index].id, "kind": MessageKind.OFFERED}
    return list(db.session.scalars(db.select(OutgoingEmail).filter_by(**told).order_by(OutgoingEmail.id)))


def test_many_lapsed_offers_ask_once_who_could_not_be_told(asked: list[str], at: datetime) -> None:
    event_id = with_rules(make_event(capacity=1), offer_hours=24)
    for _ in range(5):
        sign_up(event_id)
    more = planning.Seats({Mode.IN_PERSON: 5})
    transact(lambda at: planning.edit(event_id, [], version=None, by="ed@example.gov", at=at, seats=more))
    assert standings(event_id)[1:] == ["in-person offered (held)"] * 4
    asked.clear()
    with clock.stopped_at(at + 24 * HOUR):
        assert lapse() == 4
    assert sum("FROM bounced_address" in statement for statement in asked) == 1


def test_whose_invitation_is_used_is_told_the_way_back(at: datetime) -> None:
    event_id = with_rules(make_event(capacity=1), offer_hours=24)
    for _ in range(2):
        sign_up(event_id)
    leave(event_id, 0)
    transact(lambda _: setattr(db.session.get_one(Event, event_id).rules, "access", Access.INVITED))
    with clock.stopped_at(at + 24 * HOUR):
        lapse()
    mail = db.session.scalars(db.select(OutgoingEmail).filter_by(kind=MessageKind.OFFER_LAPSED)).one()
    text = " ".join(render(mail.kind, mail.facts).text.split())
    assert "Your invitation is used. To come all the same, reply to this message" in text
    assert "Registration is not open any more" not in text

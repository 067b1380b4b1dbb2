"""What a booker does for those whom they registered, until each of them takes over."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from app import clock
from app.db import db, transact
from app.mail.rendering import render
from app.models import AuditEntry, Booking, Event, FormSubmission, MessageKind, Registration, RegistrationState
from app.operations.registration import handing_over, managing
from app.operations.registration.cancelling import PERSON, EventOverError, cancel
from app.operations.registration.changing import NameTakenError, change_details, correct_address
from app.operations.registration.changing_places import RenamedTooOftenError
from app.operations.registration.continuing import mail_links
from app.operations.registration.readdressing import readdress
from tests.support.booking import booked_form, group_event, mails, places, rename
from tests.support.desk import details, make_event, registrations, seats, sign_up, standings, with_rules

pytestmark = pytest.mark.usefixtures("app", "at")


def person(event_id: int, number: int) -> Registration:
    db.session.expire_all()
    return registrations(event_id)[number]


def test_cancelling_one_frees_the_seat_and_tells_the_person_who_did_it() -> None:
    event_id = group_event(2)
    sign_up(event_id, booked_form("Ana", "Bo"))
    for _ in range(2):
        transact(lambda at: managing.cancel_place(places()[0].id, at=at))
    assert standings(event_id) == ["in-person confirmed", "in-person cancelled", "in-person confirmed"]
    assert person(event_id, 1).cancelled_by == "booker"
    [told] = mails(MessageKind.CANCELLED)
    assert (told.recipient, told.facts["cancelled_by"]) == ("ana@broker.example", "Maria Keller")


def test_a_place_of_a_known_address_is_cancelled_for_the_booker_alone() -> None:
    event_id = group_event()
    sign_up(event_id, details(email="ana@broker.example"))
    sign_up(event_id, booked_form("Ana"))
    rename(places()[0], "Anna")
    transact(lambda at: managing.cancel_place(places()[0].id, at=at))
    assert [(place.full_name, bool(place.cancelled_at)) for place in places()] == [("Anna Lim", True)]
    assert person(event_id, 0).state is RegistrationState.CONFIRMED
    assert person(event_id, 0).full_name.startswith("Dana")


def test_a_new_name_is_mailed_and_logged() -> None:
    event_id = group_event()
    sign_up(event_id, booked_form("Ana"))
    rename(places()[0], "Anna")
    assert (person(event_id, 1).full_name, person(event_id, 1).name_key) == ("Anna Lim", "lim anna")
    [told] = mails(MessageKind.CHANGED)
    assert told.facts["changes"] == [["first_name", "Ana", "Anna"]]
    entry = db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == "changed")).one()
    assert entry.actor == "booker"


def test_a_guest_keeps_a_name_of_their_own_under_the_address() -> None:
    event_id = group_event()
    sign_up(event_id, booked_form("Ana", "Bo", own=False))
    with pytest.raises(NameTakenError):
        rename(places()[0], "Bo")
    before = person(event_id, 1).number
    rename(places()[0], "Anna")
    assert person(event_id, 1).guest_key == "lim anna"
    assert person(event_id, 1).number == places()[0].number != before


@pytest.mark.parametrize("act", ["press", "change", "cancel"])
def test_whoever_acts_on_their_own_takes_over(act: str) -> None:
    event_id = group_event()
    sign_up(event_id, booked_form("Ana"))
    mine_id = person(event_id, 1).id
    typed = details(first_name="Ana", last_name="Lim", job_title="Broker", organization="Keller")
    acts = {
        "press": lambda at: managing.take_over(mine_id, at=at),
        "change": lambda at: change_details(mine_id, typed, at=at),
        "cancel": lambda at: cancel(mine_id, at=at).id,
    }
    transact(acts[act])
    for verb in (
        lambda at: managing.cancel_place(places()[0].id, at=at),
        lambda _: rename(places()[0], "Anna"),
    ):
        with pytest.raises(managing.NotYoursAnyMoreError):
            transact(verb)
    assert person(event_id, 1).first_name == "Ana"


def test_what_staff_do_takes_nothing_from_the_booker() -> None:
    event_id = group_event()
    sign_up(event_id, booked_form("Ana"))
    mine_id = person(event_id, 1).id
    transact(lambda at: correct_address(mine_id, "ana@other.example", at=at, by="staff@office.example"))
    assert places()[0].may_be_managed


def test_a_guest_stays_the_bookers_until_they_have_an_address_of_their_own() -> None:
    event_id = group_event()
    sign_up(event_id, booked_form("Ana", own=False))
    mine_id = person(event_id, 1).id
    typed = details(first_name="Ana", last_name="Lim", job_title="Broker", organization="Keller")
    transact(lambda at: change_details(mine_id, typed, at=at))
    assert places()[0].may_be_managed
    transact(lambda at: correct_address(mine_id, "ana@other.example", at=at, by=PERSON))
    assert person(event_id, 1).guest_key == ""
    assert not places()[0].may_be_managed


def test_after_the_event_nothing_is_changed() -> None:
    event_id = group_event()
    sign_up(event_id, booked_form("Ana"))
    ends_at = db.session.get_one(Event, event_id).ends_at
    assert ends_at
    with clock.stopped_at(ends_at + timedelta(minutes=1)), pytest.raises(EventOverError):
        transact(lambda at: managing.cancel_place(places()[0].id, at=at))


def test_a_mistyped_address_of_the_booker_takes_the_guests_along(at: datetime) -> None:
    event_id = group_event()
    submission_id = sign_up(event_id, booked_form("Ana", "Bo", own=False))
    shown_id = transact(lambda at: readdress(submission_id, "keller@broker.example", at=at))
    assert [one.email for one in registrations(event_id)] == ["keller@broker.example"] * 3
    assert [place.number for place in places()] == [one.number for one in registrations(event_id)[1:]]
    assert [mail.recipient for mail in mails(MessageKind.BOOKED)] == ["maria@broker.example", "keller@broker.example"]
    assert db.session.scalars(db.select(Booking)).one().link_version == 2
    assert len(db.session.get_one(FormSubmission, shown_id).outcome["people"]) == 2


def test_a_booker_whose_address_was_known_is_registered_anew_without_the_colleagues() -> None:
    event_id = group_event()
    sign_up(event_id, details(email="maria@broker.example"))
    submission_id = sign_up(event_id, booked_form("Ana"))
    shown_id = transact(lambda at: readdress(submission_id, "keller@broker.example", at=at))
    emails = [one.email for one in registrations(event_id)]
    assert emails == ["maria@broker.example", "ana@broker.example", "keller@broker.example"]
    assert len(db.session.get_one(FormSubmission, shown_id).outcome["people"]) == 1
    assert mails(MessageKind.ALREADY_REGISTERED)[-1].recipient == "maria@broker.example"


def test_a_booking_counts_its_seats_alone() -> None:
    event_id = with_rules(make_event(capacity=3, online=None), most_colleagues=2)
    sign_up(event_id, booked_form("Ana", "Bo"))
    assert seats(event_id) == {"in-person": (3, 0), "online": (0, 0)}


def test_whoever_takes_a_guests_seat_over_has_an_address_of_their_own() -> None:
    event_id = group_event()
    sign_up(event_id, booked_form("Ana", own=False))
    guest_id = person(event_id, 1).id
    names = {"first_name": "Cy", "last_name": "Ito", "language": "en"}
    move = transact(lambda at: handing_over.propose(guest_id, email="cy@broker.example", **names, at=at))
    typed = details(email="cy@broker.example", first_name="Cy", last_name="Ito", organization="Keller")
    transact(lambda at: handing_over.take_over(guest_id, move.version, typed, at=at).id)
    assert (person(event_id, 1).email_key, person(event_id, 1).guest_key) == ("cy@broker.example", "")
    assert not places()[0].may_be_managed


def test_all_links_of_an_address_name_its_guests() -> None:
    event_id = group_event()
    sign_up(event_id, booked_form("Ana", own=False))
    transact(lambda at: mail_links("maria@broker.example", language="en", at=at))
    [mail] = mails(MessageKind.MY_LINKS)
    listed = [one["registration"] for one in mail.facts["registrations"]]
    assert {one["full_name"]: one["is_guest"] for one in listed} == {"Maria Keller": False, "Ana Lim": True}


def test_no_mail_of_a_guest_leaves_without_their_name(app: Flask) -> None:
    sign_up(group_event(), booked_form("Ana", own=False))
    [_own, guests] = mails(MessageKind.CONFIRMED)
    written = render(guests.kind, guests.facts)
    assert written.subject.startswith("For Ana Lim: Confirmed")
    assert "This message is for Ana Lim" in written.text
    assert "This message is for Ana Lim" in written.html


@pytest.mark.parametrize("known", [True, False])
def test_a_name_is_changed_three_times_at_most(*, known: bool) -> None:
    event_id = group_event()
    if known:
        sign_up(event_id, details(email="ana@broker.example"))
    sign_up(event_id, booked_form("Ana"))
    for name in ("Anna", "Anne", "Ann"):
        rename(places()[0], name)
    with pytest.raises(RenamedTooOftenError):
        rename(places()[0], "Ana")
    assert places()[0].first_name == "Ann"


@pytest.mark.slow
def test_nobody_is_booked_and_cancelled_over_and_over() -> None:
    event_id = group_event(9)
    for _ in range(5):
        sign_up(event_id, booked_form("Ana"))
        transact(lambda at: managing.cancel_place(places()[-1].id, at=at))
    told = [mail.recipient for mail in mails(MessageKind.CONFIRMED)]
    assert told.count("ana@broker.example") == 3
    assert [place.state for place in places()] == [RegistrationState.CONFIRMED] * 5
    assert seats(event_id) == {"in-person": (1, 0)}


@pytest.mark.slow
def test_strangers_cannot_fill_a_mailbox_with_guests() -> None:
    event_id = group_event(most=20)
    for number in range(4):
        sign_up(event_id, booked_form(*(f"Guest {number} {one}" for one in range(15)), own=False))
    # Maria's own, and as many as a day allows.
    assert len(mails(MessageKind.CONFIRMED)) == 40
    assert len(registrations(event_id)) == 40

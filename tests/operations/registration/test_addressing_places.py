"""A mistyped address of somebody who was booked: asked and confirmed alike, whether the typed one was known or not."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from app import clock
from app.db import db, transact
from app.models import BookedPlace, Event, MessageKind, Registration
from app.operations.registration import addressing_places, managing
from app.operations.registration.admitting import OtherDomainError
from app.operations.registration.capping import OrganizationFullError
from app.operations.registration.changing import AddressTakenError
from app.operations.registration.proposing import MoveOverError, OwnAddressError
from app.operations.registration.registering import AllTakenError
from tests.support.booking import booked_form, group_event, mails, places
from tests.support.desk import details, registrations, seats, sign_up

pytestmark = [pytest.mark.usefixtures("app", "at"), pytest.mark.slow]
RIGHT = "lim@broker.example"


@pytest.fixture(params=[False, True], ids=["new", "known"])
def known(request: pytest.FixtureRequest) -> bool:
    """Whether the mistyped address was registered before."""
    return bool(request.param)


def booked(event_id: int, *, known: bool = False, **typed: Any) -> BookedPlace:
    if known:
        sign_up(event_id, details(email="ana@broker.example"))
    sign_up(event_id, booked_form("Ana", **typed))
    return places()[0]


def ask(place: BookedPlace, email: str = RIGHT) -> None:
    number = place.id
    transact(lambda at: addressing_places.ask(number, email, language="en", at=at))


def confirm(version: int | None = None) -> None:
    [place] = places()
    number, version = place.id, version or place.new_email_version or 0
    transact(lambda at: addressing_places.confirm(number, version, at=at).id)


def under(event_id: int, email: str) -> Registration:
    return next(one for one in registrations(event_id) if one.email == email)


def test_the_person_is_asked_and_has_the_registration_for_themselves(*, known: bool) -> None:
    event_id = group_event(9)
    ask(booked(event_id, known=known))
    [mail] = mails(MessageKind.CONFIRM_ADDRESS)
    assert (mail.recipient, mail.facts["asked_by"], mail.facts["holder"]) == (RIGHT, "Maria Keller", "Ana Lim")
    assert [mail.recipient for mail in mails(MessageKind.ADDRESS_ASKED)] == ([] if known else ["ana@broker.example"])
    taken = seats(event_id)["in-person"][0]
    confirm()
    mine, [place] = under(event_id, RIGHT), places()
    assert (place.registration_id, place.number, place.may_be_managed) == (mine.id, mine.number, False)
    assert mine.full_name == "Ana Lim"
    assert seats(event_id)["in-person"] == (taken + known, 0)
    told = [mail for mail in mails(MessageKind.CONFIRMED) if mail.recipient == RIGHT]
    assert [mail.facts.get("booked_by") for mail in told] == [None]
    if known:
        assert under(event_id, "ana@broker.example").full_name.startswith("Dana")


def test_until_then_nothing_changes_and_it_can_be_taken_back(*, known: bool) -> None:
    event_id = group_event()
    place = booked(event_id, known=known)
    ask(place)
    version = places()[0].new_email_version
    assert places()[0].email == "ana@broker.example"
    transact(lambda at: addressing_places.withdraw(places()[0].id, at=at))
    with pytest.raises(MoveOverError):
        confirm(version)


def test_the_first_link_stays_good_and_an_earlier_one_opens_nothing(*, known: bool) -> None:
    event_id = group_event()
    place = booked(event_id, known=known)
    ask(place)
    first = places()[0].new_email_version
    ask(places()[0])
    assert places()[0].new_email_version == first
    ask(places()[0], "ana.lim@broker.example")
    with pytest.raises(MoveOverError):
        confirm(first)


def test_after_a_week_nobody_waits_for_the_answer(at: datetime) -> None:
    event_id = group_event()
    ask(booked(event_id))
    [place] = places()
    assert addressing_places.standing(place, at + timedelta(days=6)) == RIGHT
    assert addressing_places.standing(place, at + timedelta(days=7)) is None


def test_what_is_refused_at_once(*, known: bool) -> None:
    event_id = group_event(access="domains", access_domains="broker.example")
    place = booked(event_id, known=known)
    with pytest.raises(OwnAddressError):
        ask(place, "ANA@broker.example")
    with pytest.raises(OtherDomainError):
        ask(place, "ana@other.example")
    assert mails(MessageKind.CONFIRM_ADDRESS) == []


def test_an_address_with_a_registration_of_its_own_takes_no_other(*, known: bool) -> None:
    event_id = group_event()
    place = booked(event_id, known=known)
    sign_up(event_id, details(email=RIGHT))
    ask(place)
    with pytest.raises(AddressTakenError):
        confirm()
    assert places()[0].may_be_managed


def test_who_has_no_address_of_their_own_has_none_to_correct() -> None:
    event_id = group_event()
    sign_up(event_id, booked_form("Ana", own=False))
    with pytest.raises(managing.NotYoursAnyMoreError):
        ask(places()[0])


def test_whose_organization_has_its_places_learns_so_on_confirming() -> None:
    event_id = group_event(organization_cap=1)
    place = booked(event_id)
    assert len(registrations(event_id)) == 1
    ask(place)
    with pytest.raises(OrganizationFullError):
        confirm()


def test_who_confirms_once_the_line_is_closed_is_not_put_into_it(at: datetime) -> None:
    event_id = group_event(2)
    ask(booked(event_id, known=True))
    with clock.stopped_at(at + timedelta(days=6)):
        transact(lambda at: setattr(db.session.get_one(Event, event_id), "starts_at", at + timedelta(hours=12)))
        with pytest.raises(AllTakenError):
            confirm()
    assert seats(event_id) == {"in-person": (2, 0)}


def test_who_took_over_meanwhile_is_asked_nothing() -> None:
    event_id = group_event()
    place = booked(event_id)
    ask(place)
    version, mine_id = places()[0].new_email_version, under(event_id, "ana@broker.example").id
    transact(lambda at: managing.take_over(mine_id, at=at))
    with pytest.raises(managing.NotYoursAnyMoreError):
        confirm(version)
    with pytest.raises(managing.NotYoursAnyMoreError):
        ask(places()[0])

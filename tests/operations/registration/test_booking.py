"""Booking: several people by one form, each with a registration of their own, and nobody told who was known."""

import pytest

from app.db import db, transact
from app.models import Access, Booking, Event, FormSubmission, Invitation, MessageKind, Mode
from app.operations.registration import inviting
from app.operations.registration.booking import NotSeatsForAllError, TooManyColleaguesError
from tests.support.booking import booked_form, group_event, mails, places
from tests.support.desk import details, make_event, registrations, seats, sign_up, standings, with_rules

pytestmark = pytest.mark.usefixtures("app", "at")


def shown(submission_id: int) -> tuple[str, list[str]]:
    """The state of the sender and of each colleague on the confirmation page."""
    found = db.session.get_one(FormSubmission, submission_id)
    return found.state.value, [one["state"] for one in found.outcome["people"]]


def test_each_gets_a_registration_a_mail_and_a_place_in_the_booking() -> None:
    event_id = group_event()
    sign_up(event_id, booked_form("Ana", "Bo"))
    assert [(one.full_name, one.email) for one in registrations(event_id)] == [
        ("Maria Keller", "maria@broker.example"),
        ("Ana Lim", "ana@broker.example"),
        ("Bo Lim", "bo@broker.example"),
    ]
    assert [mail.recipient for mail in mails(MessageKind.CONFIRMED)] == [one.email for one in registrations(event_id)]
    assert [mail.facts.get("booked_by") for mail in mails(MessageKind.CONFIRMED)] == [
        None,
        "Maria Keller",
        "Maria Keller",
    ]
    assert [place.registration_id for place in places()] == [one.id for one in registrations(event_id)[1:]]
    [overview] = mails(MessageKind.BOOKED)
    assert overview.recipient == "maria@broker.example"
    assert [one["name"] for one in overview.facts["people"]] == ["Ana Lim", "Bo Lim"]


def test_as_many_as_there_are_seats_in_the_order_of_the_booked_form() -> None:
    event_id = group_event(2)
    submission_id = sign_up(event_id, booked_form("Ana", "Bo"))
    assert standings(event_id) == ["in-person confirmed", "in-person confirmed", "in-person waitlisted"]
    assert shown(submission_id) == ("confirmed", ["confirmed", "waitlisted"])


def test_all_or_none_registers_nobody_when_one_would_wait() -> None:
    event_id = group_event(2)
    with pytest.raises(NotSeatsForAllError):
        sign_up(event_id, booked_form("Ana", "Bo", all_or_none=True))
    assert registrations(event_id) == []
    assert mails(MessageKind.BOOKED) == []
    assert seats(event_id) == {"in-person": (0, 0)}
    sign_up(event_id, booked_form("Ana", all_or_none=True))
    assert seats(event_id) == {"in-person": (2, 0)}


def test_a_known_address_counts_as_new_for_what_is_shown_and_wastes_no_seat() -> None:
    event_id = group_event(3)
    sign_up(event_id, details(email="ana@broker.example"))
    submission_id = sign_up(event_id, booked_form("Ana", "Bo"))
    assert shown(submission_id) == ("confirmed", ["confirmed", "waitlisted"])
    assert standings(event_id) == ["in-person confirmed"] * 3
    assert seats(event_id) == {"in-person": (3, 0)}
    assert [mail.recipient for mail in mails(MessageKind.PROMOTED)] == ["bo@broker.example"]
    [told] = mails(MessageKind.ALREADY_REGISTERED)
    assert (told.recipient, told.facts["booked_by"]) == ("ana@broker.example", "Maria Keller")
    assert [(place.full_name, place.registration_id is None) for place in places()] == [
        ("Ana Lim", True),
        ("Bo Lim", False),
    ]


def test_all_or_none_counts_a_known_address_as_new() -> None:
    event_id = group_event(2)
    sign_up(event_id, details(email="ana@broker.example"))
    with pytest.raises(NotSeatsForAllError):
        sign_up(event_id, booked_form("Ana", all_or_none=True))


def test_people_without_an_address_are_told_apart_by_name() -> None:
    event_id = group_event()
    sign_up(event_id, booked_form("Ana", "Bo", own=False))
    people = registrations(event_id)
    assert [one.email for one in people] == ["maria@broker.example"] * 3
    assert [one.guest_key for one in people] == ["", "lim ana", "lim bo"]
    assert len({one.number for one in people}) == len({one.calendar_uid for one in people}) == 3
    sign_up(event_id, booked_form("Ana", "Cy", own=False))
    assert [one.full_name for one in registrations(event_id)[3:]] == ["Cy Lim"]


def test_the_same_press_of_the_button_books_once() -> None:
    event_id, sent = group_event(), booked_form("Ana")
    first, second = (sign_up(event_id, sent, form_key="one form") for _ in range(2))
    assert first == second
    assert len(registrations(event_id)) == 2
    assert db.session.scalar(db.select(db.func.count()).select_from(Booking)) == 1


def test_more_colleagues_than_the_event_takes_are_refused() -> None:
    with pytest.raises(TooManyColleaguesError):
        sign_up(group_event(most=1), booked_form("Ana", "Bo"))
    with pytest.raises(TooManyColleaguesError):
        sign_up(make_event(), booked_form("Ana"))


def test_a_cap_of_the_organization_is_told_by_mail_alone() -> None:
    event_id = group_event(organization_cap=2)
    submission_id = sign_up(event_id, booked_form("Ana", "Bo"))
    assert [one.full_name for one in registrations(event_id)] == ["Maria Keller", "Ana Lim"]
    [refused] = mails(MessageKind.ORGANIZATION_FULL)
    assert (refused.recipient, refused.facts["booked_by"]) == ("bo@broker.example", "Maria Keller")
    assert {one["told_by_mail"] for one in db.session.get_one(FormSubmission, submission_id).outcome["people"]} == {
        True
    }
    assert [place.state for place in places()] == [None, None]


def test_all_or_none_turns_all_away_when_the_organization_has_too_few_places() -> None:
    event_id = group_event(organization_cap=2)
    sign_up(event_id, booked_form("Ana", "Bo", all_or_none=True))
    assert registrations(event_id) == []
    refused = mails(MessageKind.ORGANIZATION_FULL)
    assert [mail.facts.get("booked_by") for mail in refused] == [None, "Maria Keller", "Maria Keller"]


def test_somebody_who_keeps_a_turn_brings_colleagues_who_keep_theirs() -> None:
    event_id = with_rules(make_event(capacity=1, online=None), most_colleagues=4)
    sign_up(event_id, details())
    sign_up(event_id, booked_form("Ana", mode=Mode.ONLINE, keeps_turn=True))
    assert standings(event_id)[1:] == ["online confirmed > in-person"] * 2


def test_nothing_is_left_of_a_stand_in() -> None:
    event_id = group_event(1)
    sign_up(event_id, details(email="ana@broker.example"))
    sign_up(event_id, booked_form("Ana"))
    assert standings(event_id) == ["in-person confirmed", "in-person waitlisted"]
    assert seats(event_id) == {"in-person": (1, 1)}


def test_where_the_office_approves_everybody_waits_for_it() -> None:
    event_id = group_event(2)
    transact(lambda _: setattr(db.session.get_one(Event, event_id).rules, "needs_approval", True))
    sign_up(event_id, details(email="ana@broker.example"))
    submission_id = sign_up(event_id, booked_form("Ana", "Bo"))
    assert standings(event_id) == ["in-person pending-approval"] * 3
    assert shown(submission_id) == ("pending-approval", ["pending-approval"] * 2)
    assert seats(event_id) == {"in-person": (0, 0)}


def test_nobody_books_for_others_by_an_invitation() -> None:
    event_id = group_event(5)
    transact(lambda _: setattr(db.session.get_one(Event, event_id).rules, "access", Access.INVITED))
    transact(lambda at: inviting.invite(event_id, ["maria@broker.example"], by="ed@example.gov", at=at))
    mine = db.session.scalars(db.select(Invitation)).one()
    with pytest.raises(TooManyColleaguesError):
        sign_up(event_id, booked_form("Ana").with_values(invitation=(mine.id, mine.link_version)))
    assert registrations(event_id) == []

"""How many people of one organization an event takes: the same name, the mail that says no, the waiting list."""

from datetime import datetime

import pytest

from app.db import db, transact
from app.models import AuditEntry, FormSubmission, MessageKind, OutgoingEmail, RegistrationState
from app.operations.registration import allotting, waiting
from app.operations.registration.by_hand import Asked, Channel, register_by_hand
from app.operations.registration.cancelling import PERSON, cancel
from app.operations.registration.capping import OrganizationFullError, OtherOrganizationError
from app.operations.registration.changing import change_details
from app.operations.registration.readdressing import readdress
from tests.support import desk

pytestmark = pytest.mark.usefixtures("app", "at")


def capped(most: int = 2, **given: object) -> int:
    return desk.with_rules(desk.make_event(**given), organization_cap=most)  # type: ignore[arg-type]


def come(event_id: int, organization: str = "Acme") -> int:
    return desk.sign_up(event_id, desk.details(organization=organization))


def mails() -> list[str]:
    return [mail.kind.value for mail in db.session.scalars(db.select(OutgoingEmail).order_by(OutgoingEmail.id))]


def test_one_more_than_the_cap_is_told_by_mail_and_holds_nothing() -> None:
    event_id = capped(capacity=5)
    for name in ("Acme", "The ACME Co., Ltd.", "Acme, Inc."):
        come(event_id, name)
    assert [person.organization for person in desk.registrations(event_id)] == ["Acme", "The ACME Co., Ltd."]
    assert desk.seats(event_id) == {"in-person": (2, 0)}
    assert mails() == ["confirmed", "confirmed", "organization-full"]


def test_what_is_shown_is_the_same_with_and_without_a_place() -> None:
    event_id = capped(1, capacity=5)
    shown = [db.session.get_one(FormSubmission, come(event_id)) for _ in range(2)]
    assert [one.registration_id is None for one in shown] == [False, True]
    first, second = ((one.state, one.mode, one.outcome, one.lost_race) for one in shown)
    assert first == second
    assert shown[0].outcome["told_by_mail"]


def test_other_organizations_and_people_without_one_are_not_counted() -> None:
    event_id = capped(1)
    for name in ("Acme", "Acme Logistics", "Acmes", "The Acmetrics Corp", "none", "None", "N/A"):
        come(event_id, name)
    assert len(desk.registrations(event_id)) == 7


def test_a_place_given_up_can_be_taken_by_a_colleague() -> None:
    event_id = capped(1)
    come(event_id)
    [first] = desk.registrations(event_id)
    transact(lambda at: cancel(first.id, at=at).id)
    come(event_id, "ACME LLC")
    assert desk.standings(event_id) == ["in-person cancelled", "in-person confirmed"]


def test_who_waits_counts_as_well() -> None:
    event_id = capped(1, capacity=1)
    come(event_id, "Broker")
    come(event_id)
    come(event_id)
    assert desk.standings(event_id) == ["in-person confirmed", "in-person waitlisted"]


def test_a_stranger_fills_no_mailbox() -> None:
    event_id = capped(1)
    come(event_id)
    typed = desk.details(organization="Acme")
    for _ in range(3):
        desk.sign_up(event_id, typed)
    assert mails() == ["confirmed", "organization-full"]


def test_a_corrected_address_is_told_in_its_turn() -> None:
    event_id = capped(1)
    come(event_id)
    shown = come(event_id)
    transact(lambda at: readdress(shown, "right@importer.example", at=at))
    told = db.session.scalars(
        db.select(OutgoingEmail.recipient).filter_by(kind=MessageKind.ORGANIZATION_FULL).order_by(OutgoingEmail.id)
    ).all()
    assert told[-1] == "right@importer.example"
    assert len(desk.registrations(event_id)) == 1


def test_staff_register_one_more_with_a_reason() -> None:
    event_id = capped(1)
    come(event_id)

    def by_hand(reason: str) -> int:
        typed = desk.details(organization="Acme Corp.")
        asked = Asked(Channel.PHONE, reason)
        return transact(lambda at: register_by_hand(event_id, typed, asked, by="ruth@example.gov", at=at).id)

    with pytest.raises(OrganizationFullError) as refusal:
        by_hand("")
    assert refusal.value.most == 1
    made = by_hand("The speaker's interpreter.")
    entry = db.session.scalars(db.select(AuditEntry).where(AuditEntry.subject_id == made)).one()
    assert entry.detail["reason"] == "The speaker's interpreter."
    assert desk.standings(event_id) == ["in-person confirmed", "in-person confirmed"]


def test_the_waiting_list_passes_over_whose_organization_has_its_seats() -> None:
    event_id = capped(2, capacity=2)
    for name in ("Broker", "Acme", "Acme", "Carrier"):
        come(event_id, name)
    transact(lambda _: setattr(desk.registrations(event_id)[0].event.rules, "organization_cap", 1))
    broker = desk.registrations(event_id)[0].id
    transact(lambda at: cancel(broker, at=at).id)
    states = {person.organization: person.state for person in desk.registrations(event_id) if person.id > broker}
    assert states["Carrier"] is RegistrationState.CONFIRMED
    assert desk.standings(event_id)[1:] == ["in-person confirmed", "in-person waitlisted", "in-person confirmed"]
    assert desk.seats(event_id) == {"in-person": (2, 1)}


def test_a_line_seats_no_more_of_one_organization_at_once_than_the_cap() -> None:
    event_id = capped(2, capacity=1)
    for name in ("Broker", "Acme", "Acme", "Carrier"):
        come(event_id, name)
    transact(lambda _: setattr(desk.registrations(event_id)[0].event.rules, "organization_cap", 1))

    def widen(at: datetime) -> None:
        event = allotting.lock_event(event_id)
        allotting.set_capacity(event.pools[0], 4)
        waiting.promote(event, at)

    transact(widen)
    assert [one.rpartition(" ")[2] for one in desk.standings(event_id)] == [
        *("confirmed", "confirmed"),
        *("waitlisted", "confirmed"),
    ]


def test_nobody_takes_a_seat_along_to_another_organization() -> None:
    event_id = capped(1)
    come(event_id)
    typed = desk.details(organization="Broker")
    desk.sign_up(event_id, typed)
    person = desk.registrations(event_id)[1].id

    def change(organization: str, by: str = PERSON) -> None:
        details = typed.with_values(organization=organization)
        transact(lambda at: change_details(person, details, at=at, by=by))

    with pytest.raises(OtherOrganizationError):
        change("Acme")
    change("The Broker Company")
    change("Acme", by="ruth@example.gov")
    assert desk.registrations(event_id)[1].organization == "Acme"


def test_who_is_turned_away_stands_in_the_log() -> None:
    event_id = capped(1)
    desk.sign_up(event_id)
    for _ in range(2):
        desk.sign_up(event_id, desk.details(email="ben@importer.example"))
    entries = db.session.scalars(db.select(AuditEntry).filter_by(act="turned away")).all()
    assert [entry.detail for entry in entries] == [{"most": 1}] * 2  # Each time, though the mail goes out once.
    assert entries[0].personal == {"email": "ben@importer.example", "organization": "Okafor Imports"}

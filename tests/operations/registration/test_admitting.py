"""Who may register: a code and mail domains, told by the form and the event alone."""

from datetime import datetime

import pytest

from app.db import db, transact
from app.models import Access, Event
from app.operations.registration.admitting import OtherDomainError, WrongCodeError, is_code
from app.operations.registration.readdressing import readdress
from tests.support import desk

pytestmark = pytest.mark.usefixtures("app")


@pytest.mark.parametrize("typed", ["Tariff-2027", " tariff 2027 ", "TARIFF-2027"])
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    assert is_code("tariff-2027", typed)


@pytest.mark.parametrize(("code", "typed"), [("tariff-2027", ""), ("tariff-2027", "tariff-2028"), ("", ""), ("-", "-")])
def test_anything_else_is_no_code(code: str, typed: str) -> None:
    assert not is_code(code, typed)


def test_without_the_code_nothing_is_written() -> None:
    event_id = desk.with_rules(desk.make_event(), access=Access.CODE, access_code="tariff")
    for typed in ("", "duty"):
        with pytest.raises(WrongCodeError):
            desk.sign_up(event_id, desk.details(access_code=typed))
    assert desk.registrations(event_id) == []
    desk.sign_up(event_id, desk.details(access_code="tariff"))
    assert desk.standings(event_id) == ["in-person confirmed"]


def test_a_known_address_without_the_code_is_refused_like_any_other() -> None:
    event_id = desk.with_rules(desk.make_event(), access=Access.CODE, access_code="tariff")
    typed = desk.details(access_code="tariff")
    desk.sign_up(event_id, typed)
    with pytest.raises(WrongCodeError):
        desk.sign_up(event_id, typed.with_values(access_code="duty"))


@pytest.mark.parametrize("address", ["a@importer.example", "a@IMPORTER.example", "a@bücher.example"])
def test_an_address_of_a_listed_domain_registers(address: str) -> None:
    listed = "@importer.example; xn--bcher-kva.example"
    event_id = desk.with_rules(desk.make_event(), access=Access.DOMAINS, access_domains=listed)
    desk.sign_up(event_id, desk.details(email=address))
    assert desk.standings(event_id) == ["in-person confirmed"]


@pytest.mark.parametrize("address", ["a@broker.example", "a@mail.importer.example", "a@notimporter.example"])
def test_an_address_of_another_domain_does_not(address: str) -> None:
    event_id = desk.with_rules(desk.make_event(), access=Access.DOMAINS, access_domains="importer.example")
    with pytest.raises(OtherDomainError) as refusal:
        desk.sign_up(event_id, desk.details(email=address))
    assert refusal.value.domains == ("importer.example",)
    assert desk.registrations(event_id) == []


def test_an_address_is_not_corrected_to_another_domain() -> None:
    event_id = desk.with_rules(desk.make_event(), access=Access.DOMAINS, access_domains="importer.example")
    shown = desk.sign_up(event_id, desk.details(email="a@importer.example"))
    with pytest.raises(OtherDomainError):
        transact(lambda at: readdress(shown, "a@broker.example", at=at))
    assert [person.email for person in desk.registrations(event_id)] == ["a@importer.example"]


def test_what_was_listed_for_another_rule_binds_nobody(at: datetime) -> None:
    event_id = desk.with_rules(desk.make_event(), access_code="tariff", access_domains="importer.example")
    desk.sign_up(event_id, desk.details(email="a@broker.example"))
    assert not db.session.get_one(Event, event_id).is_unlisted
    assert desk.standings(event_id) == ["in-person confirmed"]

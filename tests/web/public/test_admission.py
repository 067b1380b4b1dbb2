"""Who may register, on the public pages: said beforehand, refused beside the field, and nothing typed is lost."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from app import links
from app.db import db
from app.models import Access, Event, FormSubmission
from app.web import limits
from tests.support.desk import make_event, registrations, with_rules
from tests.support.html import Page
from tests.support.pages import CheckedClient

pytestmark = pytest.mark.usefixtures("at")
DANA = {
    "first_name": "Dana",
    "last_name": "Okafor",
    "email": "dana@importer.example",
    "organization": "Okafor Imports",
}
SECRET = "0123456789abcdef"


def address_of(event_id: int) -> str:
    return f"/events/{db.session.get_one(Event, event_id).slug}/register"


def send(client: CheckedClient, event_id: int, **typed: Any) -> TestResponse:
    return client.submit(client.page(address_of(event_id)), **{**DANA, **typed})


def test_the_code_is_asked_and_a_wrong_one_refused_beside_it(client: CheckedClient) -> None:
    event_id = with_rules(make_event(), access=Access.CODE, access_code="tariff")
    for typed, sentence in (("", "Enter the code from your invitation."), ("duty", "This is not the event’s code.")):
        refused = send(client, event_id, access_code=typed, first_name="Zoë")
        assert refused.status_code == 422
        assert sentence in Page(refused.text).main.one(id="access_code-error").text
        assert 'value="Zoë"' in refused.text
    assert registrations(event_id) == []
    assert send(client, event_id, access_code="Tariff").status_code == 303


def test_a_code_is_not_tried_for_nothing_with_a_form_that_lacks_something(
    client: CheckedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "WRONG_CODE", "2/hour")
    event_id = with_rules(make_event(), access=Access.CODE, access_code="tariff")
    first = Page(send(client, event_id, access_code="one", organization="").text).one(id="error-summary")
    for sentence in ("Enter your organization.", "This is not the event’s code."):
        assert sentence in first.text
    send(client, event_id, access_code="two", organization="")
    assert "This is not the event’s code." not in send(client, event_id, access_code="three", organization="").text


def test_an_event_without_a_code_asks_none(client: CheckedClient) -> None:
    assert "access_code" not in client.get(address_of(make_event())).text


def test_codes_cannot_be_tried_one_after_the_other(client: CheckedClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WRONG_CODE", "2/hour")
    event_id = with_rules(make_event(), access=Access.CODE, access_code="tariff")
    assert [send(client, event_id, access_code=typed).status_code for typed in ("one", "two")] == [422, 422]
    late = send(client, event_id, access_code="tariff")
    assert late.status_code == 429
    assert 'value="Okafor Imports"' in late.text
    assert registrations(event_id) == []


def test_the_domains_are_said_beside_the_address_and_another_refused_there(client: CheckedClient) -> None:
    event_id = with_rules(make_event(), access=Access.DOMAINS, access_domains="importer.example, broker.example")
    page = client.page(address_of(event_id))
    listed = "@importer.example, @broker.example"
    assert f"Only addresses of these domains can register: {listed}." in page.main.one(id="email-hint").text
    refused = send(client, event_id, email="dana@elsewhere.example", organization="")
    assert refused.status_code == 422
    assert f"Use an address of one of these domains: {listed}." in Page(refused.text).main.one(id="email-error").text
    assert 'value="dana@elsewhere.example"' in refused.text
    assert send(client, event_id).status_code == 303


def test_an_unlisted_event_stands_nowhere_but_at_its_address(client: CheckedClient) -> None:
    event_id = with_rules(make_event(title="Broker Roundtable", slug=f"roundtable-{SECRET}"), access=Access.LINK)
    event = db.session.get_one(Event, event_id)
    series, slug = event.series.slug, event.slug
    lists = ("/", "/events", "/events?q=roundtable", "/events.atom", "/events.ics", "/sitemap.xml")
    for path in (*lists, f"/series/{series}", f"/series/{series}.ics"):
        found = client.get(path)
        assert found.status_code == 200
        assert SECRET not in found.text, path
    for path in (f"/events/{slug}", f"/events/{slug}/register"):
        assert '<meta name="robots" content="noindex">' in client.get(path).text
    assert client.get("/events/roundtable").status_code == 404
    assert client.get("/events/roundtable/register").status_code == 404
    assert send(client, event_id).status_code == 303


def test_an_event_for_everyone_is_found_by_search_engines(client: CheckedClient) -> None:
    event = db.session.get_one(Event, make_event())
    assert "noindex" not in client.get(f"/events/{event.slug}").text


def test_a_capped_event_says_so_beforehand_and_leaves_the_answer_to_the_mail(client: CheckedClient) -> None:
    event_id = with_rules(make_event(), organization_cap=1)
    page = client.page(address_of(event_id))
    assert "At most 1 person of one organization." in page.main.one(id="organization-hint").text
    shown = []
    for number in range(2):
        address = f"dana{number}@importer.example"
        main = client.page(send(client, event_id, email=address).location).main
        found = db.session.scalars(db.select(FormSubmission.number).where(FormSubmission.email == address)).one()
        shown.append(main.text.replace(address, "ADDRESS").replace(found, "NUMBER"))
    assert shown[0] == shown[1]
    assert "We mail you within minutes whether you have a seat." in shown[0]
    assert "confirmed" not in shown[0]
    assert len(registrations(event_id)) == 1


def test_at_a_capped_event_the_organization_stays_and_what_was_typed_is_kept(client: CheckedClient) -> None:
    event_id = with_rules(make_event(), organization_cap=1)
    send(client, event_id)
    [person] = registrations(event_id)
    token = links.sign_reference(links.MANAGE, person.id, person.link_version)
    page = client.page(f"/registrations/{token}/change")
    refused = client.submit(page, organization="Acme", last_name="Okafor-Reyes")
    assert refused.status_code == 422
    assert "so this one stays" in Page(refused.text).main.one(id="organization-error").text
    assert 'value="Okafor-Reyes"' in refused.text


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        ({"access": Access.CODE, "access_code": "tariff"}, "You need the code from your invitation."),
        ({"access": Access.DOMAINS, "access_domains": "a.example, b.example"}, "can register: @a.example, @b.example."),
        ({"organization_cap": 2}, "At most 2 people of one organization."),
    ],
)
def test_the_page_of_the_event_says_it_first(client: CheckedClient, rules: dict[str, Any], sentence: str) -> None:
    page = client.page(address_of(with_rules(make_event(), **rules)).removesuffix("/register"))
    assert sentence in page.main.text
    assert "tariff" not in page.text

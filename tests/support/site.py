"""The whole site, ready to be walked: the demonstration, a few people, and an address for every page of the URL map."""

from collections.abc import Iterator

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from app import links
from app.db import db, transact
from app.models import (
    Access,
    Event,
    EventState,
    FollowRequest,
    Invitation,
    Mode,
    MoveKind,
    PendingMove,
    Registration,
    RegistrationState,
    Series,
    Topic,
)
from app.operations.registration import addressing_places, inviting
from tests.support import factories as make
from tests.support.booking import booked_form, bookers_page, places
from tests.support.desk import sign_up, with_rules
from tests.support.following import ask, follower
from tests.support.pages import CheckedClient
from tests.support.sessions import hold_sessions

# What answers with something else than a page.
NOT_PAGES = (".ics", ".atom", ".txt", ".xml", ".ico", "/healthz", "/readyz", "/metrics")
# Pages that open for whom a registration is to move to: the purpose of their link, and what was asked.
MOVES = {
    "take_over": (links.TAKE_OVER, MoveKind.HAND_OVER),
    "confirm_new_address": (links.NEW_ADDRESS, MoveKind.CORRECTION),
}
LINKS = {name: purpose for name, (purpose, _) in MOVES.items()} | {"invitation": links.INVITED}
PERSON = {"first_name": "Ana", "last_name": "Lopez", "email": "ana@example.com", "organization": "Harbor Brokers"}


def prepare(app: Flask, client: CheckedClient) -> None:
    """Load the demonstration, and register somebody of our own."""
    loaded = app.test_cli_runner().invoke(args=["demo"])
    assert loaded.exit_code == 0, loaded.output
    event = make.event(slug="walked", title="Walking through a site")
    make.joining(event)
    hold_sessions(event.id, {"seats": {Mode.ONLINE: 5}}, {"seats": {Mode.ONLINE: None}})
    for state in set(RegistrationState) - {RegistrationState.OFFERED}:
        make.registration(event, state=state)
    moves = {name: _moving(event, kind) for name, (_, kind) in MOVES.items()}
    app.config["WALKED_LINKS"] = moves | {"invitation": _invited()}
    form = client.page("/events/walked/register")
    sent = client.submit(form, **PERSON)
    assert sent.status_code == 303, sent.text
    confirmation = sent.location.split("/")[-2]
    app.config["WALKED_FOLLOWING"] = _following(event.series)
    after = dict.fromkeys(("confirmation", "follow_after_registering"), (confirmation,))
    app.config["WALKED_ARGUMENTS"] = {**after, **_booked()}


def _following(series: Series) -> dict[str, str]:
    """Somebody who follows a series, and somebody who was asked to confirm. Returns the tokens of their links."""
    digest = follower(series, email="follower@example.com").digest
    ask(series, email="asked@example.com")
    request = db.session.scalars(select(FollowRequest)).one()
    return {
        "confirm_following": links.sign_reference(links.CONFIRM_FOLLOWING, request.id, request.version),
        "subscriptions": links.sign(links.SUBSCRIPTIONS, digest),
        "stop_news": links.sign(links.STOP_NEWS, digest),
    }


def _invited() -> tuple[int, int]:
    """Somebody who is invited. Returns what the mailed link names."""
    event_id = with_rules(make.event(slug="invited", title="By invitation").id, access=Access.INVITED)
    transact(lambda at: inviting.invite(event_id, ["ben@example.com"], by="ed@example.gov", at=at))
    invitation = db.session.scalars(select(Invitation).filter_by(event_id=event_id)).one()
    return invitation.id, invitation.link_version


def _booked() -> dict[str, tuple[str] | tuple[int, str]]:
    """A booking for one colleague, whose address was mistyped. Returns what the addresses of its pages name."""
    event_id = with_rules(make.event(slug="booked", title="Booked for several").id, most_colleagues=2)
    hold_sessions(event_id, {"seats": {Mode.ONLINE: 5}})
    sign_up(event_id, booked_form("Bo", mode=Mode.ONLINE))
    token, place_id = bookers_page().rpartition("/")[2], places()[0].id
    transact(lambda at: addressing_places.ask(place_id, "lim@broker.example", language="en", at=at))
    asked = links.sign_reference(links.BOOKED_ADDRESS, place_id, places()[0].new_email_version or 0)
    pages = ("booked_person", "change_booked", "booked_sessions", "correct_booked_address")
    return {"booking": (token,), "confirm_booked_address": (asked,)} | dict.fromkeys(pages, (place_id, token))


def _moving(event: Event, kind: MoveKind) -> tuple[int, int]:
    """Somebody whose registration waits to move. Returns what the mailed link names."""
    person = make.registration(event)
    asked = {"registration_id": person.id, "link_version": person.link_version, "kind": kind}
    named = {"email": f"{kind.value}@example.com", "first_name": "Ben"}
    move = make.kept(lambda at: PendingMove(**asked, **named, asked_at=at))
    return move.registration_id, move.version


def public_pages(app: Flask, most: int | None = None) -> Iterator[str]:
    """The address of each public and personal page; of events, series and topics all, or this many, newest first."""
    for rule in app.url_map.iter_rules():
        is_page = "GET" in (rule.methods or ()) and not rule.rule.endswith(NOT_PAGES)
        if rule.endpoint.startswith("public.") and is_page:
            yield from addresses(app, rule)[:most]


def addresses(app: Flask, rule: Rule) -> list[str]:
    found = [dict(zip(sorted(rule.arguments), values, strict=True)) for values in _values(app, rule)]
    assert found, f"tests/support/site.py has no values for {rule}: add them."
    return [app.url_map.bind("").build(rule.endpoint, values) for values in found]


def _values(app: Flask, rule: Rule) -> list[tuple[str]] | list[tuple[()]]:
    name = rule.endpoint.removeprefix("public.")
    if not rule.arguments:
        return [()]
    if name in app.config["WALKED_ARGUMENTS"]:
        return [app.config["WALKED_ARGUMENTS"][name]]
    if name in app.config["WALKED_FOLLOWING"]:
        return [(app.config["WALKED_FOLLOWING"][name],)]
    if "slug" in rule.arguments:
        return [(slug,) for slug in _slugs(name)]
    if name in LINKS:
        return [(links.sign_reference(LINKS[name], *app.config["WALKED_LINKS"][name]),)]
    purpose = {"offer": links.OFFER, "offer_questions": links.OFFER, "my_links": links.CALENDAR}.get(name, links.MANAGE)
    walked = select(Registration).join(Event).where(Event.slug == "walked")
    return [(links.sign_reference(purpose, one.id, one.link_version),) for one in db.session.scalars(walked)]


def _slugs(endpoint: str) -> list[str]:
    if endpoint.startswith("series"):
        return list(db.session.scalars(select(Series.slug).order_by(Series.place)))
    if endpoint.startswith("topic"):
        return list(db.session.scalars(select(Topic.slug).order_by(Topic.place)))
    public = select(Event.slug).where(Event.state != EventState.DRAFT).order_by(Event.starts_at.desc().nulls_first())
    return list(db.session.scalars(public))

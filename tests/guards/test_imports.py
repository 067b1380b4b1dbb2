"""Imports point one way: web and commands to operations, operations to models, models to the database."""

from collections.abc import Iterable, Iterator

import pytest

from tests.guards.sources import Module, lies_in, modules, tell

GROUND = (
    *("app.clock", "app.connections", "app.db", "app.handwritten", "app.keys", "app.nights", "app.together"),
    "app.write_queue",
)
MAY_IMPORT = {
    "app.clock": (),
    "app.keys": ("app.clock",),
    "app.connections": ("app.clock", "app.write_queue"),
    "app.db": ("app.clock", "app.connections"),
    "app.handwritten": ("app.connections", "app.db"),
    "app.giving_way": (),
    "app.nights": (),
    "app.together": ("app.db",),
    "app.write_queue": ("app.clock",),
    "app.links": (*GROUND, "app.models"),
    "app.return_paths": GROUND,
    "app.backing_up": (*GROUND, "app.operations"),
    "app.migrating": GROUND,
    "app.migrating_checks": (),
    "app.extensions": (*GROUND, "app.models"),
    "app.formats": ("app.formats", "app.nights"),
    "app.models": ("app.models", *GROUND),
    "app.operations": ("app.operations", "app.models", "app.formats", "app.links", "app.return_paths", *GROUND),
    "app.mail": ("app.mail", "app.models", "app.formats", "app.links", "app.return_paths", "app.extensions", *GROUND),
    "app.web": (
        *("app.web", "app.operations", "app.models", "app.formats", "app.links", "app.extensions", *GROUND),
        *("app.mail.rendering", "app.mail.messages"),  # A preview: facts in, message out, nothing is sent.
        "app.mail.necessary",
        "app.mail.wording",
        "app.mail.agenda",  # A person's own calendar: the same entries as in the mails.
        "app.mail.invites",  # Who invites: the same in a page's calendar file as in the mail.
    ),
}
# The only four that know every side: they wire things together.
WIRING = ("app", "app.worker", "app.cli", "app.collecting")

# A room may call the rooms after it; all may call the ground floor, which calls no room.
ROOMS = ("records", "program", "attendance", "communication", "registration", "access")
GROUND_FLOOR = ("auditing", "notifying")

NO_HTTP = ("flask", "flask_wtf", "wtforms", "werkzeug", "flask_security", "flask_mail", "flask_limiter")

# The rows that the sign-in library reads are made of its own mixins.
MAY_KNOW_HTTP = {"app/models/staff.py": "flask_security"}

# Own imports inside functions are the scar of a circle. Each one here says why it is none.
LATE_IMPORTS = {"app/formats/calendar.py": "3 MB that a process without calendars need not hold"}


def directions(found: Iterable[Module]) -> Iterator[str]:
    for module in found:
        home = next((place for place in MAY_IMPORT if lies_in(module.name, place)), None)
        if home is None:
            if not lies_in(module.name, *WIRING[1:]) and module.name != "app":
                yield f"{module.path}: the house has no such part; add it to MAY_IMPORT."
            continue
        for one in module.imports:
            if lies_in(one.name, "app") and not lies_in(one.name, *MAY_IMPORT[home]):
                yield f"{module.path}:{one.line} {home} must not know {one.name}."


def rooms(found: Iterable[Module]) -> Iterator[str]:
    for module in found:
        if not lies_in(module.name, "app.operations"):
            continue
        here = _room(module.name)
        for one in module.imports:
            there = _room(one.name) if lies_in(one.name, "app.operations") else None
            if there in ROOMS and (here not in ROOMS or ROOMS.index(there) < ROOMS.index(here)):
                yield f"{module.path}:{one.line} {here} calls upwards into {there}."


def _room(name: str) -> str:
    return [*name.split("."), "", ""][2]


def speakers_of_http(found: Iterable[Module]) -> Iterator[str]:
    for module in found:
        if lies_in(module.name, "app.models", "app.operations", "app.formats"):
            for one in module.imports:
                if lies_in(one.name, *NO_HTTP) and not lies_in(one.name, MAY_KNOW_HTTP.get(module.path, "-")):
                    yield f"{module.path}:{one.line} knows HTTP ({one.name}); hand plain values over instead."


def neighbours(found: Iterable[Module]) -> Iterator[str]:
    for module in found:
        for here, there in (("app.web.public", "app.web.staff"), ("app.web.staff", "app.web.public")):
            if lies_in(module.name, here):
                for one in module.imports:
                    if lies_in(one.name, there):
                        yield f"{module.path}:{one.line} what both need lives in app/web/, not in {there}."


def late(found: Iterable[Module]) -> Iterator[str]:
    for module in found:
        if module.name in WIRING or module.path in LATE_IMPORTS:
            continue
        for one in module.imports:
            if one.is_inside_function and lies_in(one.name, "app", "config"):
                yield f"{module.path}:{one.line} imports {one.name} inside a function; cut the circle."


def begins_transaction(found: Iterable[Module]) -> Iterator[str]:
    """A verb works inside its caller's transaction; only looking at something private writes by itself."""
    for module in found:
        if lies_in(module.name, "app.operations", "app.models", "app.mail.messages", "app.mail.rendering"):
            for one in module.imports:
                if one.name == "app.db.transact" and module.path != "app/operations/auditing.py":
                    yield f"{module.path}:{one.line} begins a transaction; leave that to the view or command."


RULES = {rule.__name__: rule for rule in (directions, rooms, speakers_of_http, neighbours, late, begins_transaction)}


@pytest.mark.parametrize("name", RULES)
def test_it_holds(name: str) -> None:
    faults = list(RULES[name](modules()))
    assert not faults, tell(faults)


BROKEN = {
    "directions": ("app/models/event.py", "from app.operations.program import planning"),
    "rooms": ("app/operations/access/staffing.py", "from app.operations.records import exporting"),
    "speakers_of_http": ("app/operations/program/planning.py", "from flask import request"),
    "neighbours": ("app/web/public/events.py", "from app.web.staff import events"),
    "begins_transaction": ("app/operations/program/planning.py", "from app.db import db, transact"),
    "late": ("app/web/public/events.py", "def view():\n    from app.models.event import Event"),
}


@pytest.mark.parametrize("name", RULES)
def test_it_sees_a_breach(name: str) -> None:
    assert list(RULES[name]([Module(*BROKEN[name])]))


def test_mail_and_operations_do_not_know_each_other() -> None:
    broken = [Module("app/operations/registration/registering.py", "from app.mail import delivery")]
    assert list(directions(broken))
    assert list(directions([Module("app/mail/delivery.py", "from ..operations import notifying")]))

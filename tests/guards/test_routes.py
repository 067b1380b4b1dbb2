"""Addresses: kebab-case, typed numbers, and nothing but POST where something changes."""

import re
from collections.abc import Iterable, Iterator

from flask import Flask
from werkzeug.routing import Map, Rule

from tests.guards.sources import tell

SEGMENT = re.compile(r"^(|<[^>]+>|\.?[a-z0-9]+(-[a-z0-9]+)*(\.(ics|atom|xml|txt|ico|json|csv|xlsx|js|css))?)$")
UNTYPED_NUMBER = re.compile(r"<(?!int)[^>]*(id|number|page|year)>")
METHODS = {"GET", "HEAD", "OPTIONS", "POST"}


def faults(rules: Iterable[Rule]) -> Iterator[str]:
    for rule in rules:
        plain = re.sub(r"(?<=>)\.[a-z]+$", "", rule.rule)
        if not all(SEGMENT.match(segment) for segment in plain.strip("/").split("/")):
            yield f"{rule.rule} is not kebab-case."
        if UNTYPED_NUMBER.search(rule.rule):
            yield f"{rule.rule} takes a number without saying <int:…>."
        if (rule.methods or set()) - METHODS:
            yield f"{rule.rule} answers {rule.methods}; forms know GET and POST."


def test_addresses_are_tidy(app: Flask) -> None:
    found = list(faults(app.url_map.iter_rules()))
    assert not found, tell(found)


def test_it_sees_a_breach() -> None:
    broken = ["/Events", "/staff/event_list", "/staff/events/<event_id>", "/events/newOne"]
    rules = Map([Rule(rule, endpoint=rule) for rule in broken]).iter_rules()
    assert len(list(faults(rules))) == len(broken)

"""Numbers that no row can have: in an address they are no page, in a form's hidden version they are an old one."""

import re

import pytest
from flask import Flask

from app.db import db
from app.models import Event
from app.web.sessions import is_staff_path
from tests.support import factories as make
from tests.support.pages import CheckedClient

pytestmark = pytest.mark.slow

NUMBER = re.compile(r"<int(?:\([^)]*\))?:[^>]+>")
OTHER = re.compile(r"<(?:any\((?P<first>[^,)]+)[^>]*|[^>]+)>")
ODD = {
    "C15 2^31": str(2**31),
    "C15 2^63": str(2**63),
    "C15 10^20": str(10**20),
    "C12 below zero": "-1",
    "C10 an exponent": "1e3",
    "C11 another script's digit": "٣",
    "C09 five thousand digits": "9" * 5000,
}


@pytest.mark.parametrize("number", ODD.values(), ids=ODD)
def test_it_is_no_page(app: Flask, administrator: CheckedClient, number: str) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if is_staff_path(rule.rule) and NUMBER.search(rule.rule)]
    assert len(rules) > 30
    token = administrator.page("/staff/notice").main.all("input", name="csrf_token")[0].get("value")
    for rule in rules:
        address = OTHER.sub(lambda match: (match["first"] or "nothing").strip(" '\""), NUMBER.sub(number, rule.rule))
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            status = administrator.open(address, method=method, data={"csrf_token": token}).status_code
            assert status in {404, 405}, f"{method} {address[:80]}: {status}"


@pytest.mark.parametrize("version", ["x", "", *ODD.values()], ids=["C20 no number", "C13 nothing", *ODD])
def test_a_version_that_never_was_overwrites_nothing(editor: CheckedClient, at: object, version: str) -> None:
    event = make.event()
    before = event.version
    for part in ("basics", "timing"):
        page = editor.page(f"/staff/events/{event.id}/edit/{part}")
        assert editor.submit(page, version=version).status_code in {400, 409, 422}, part
    db.session.expire_all()
    assert db.session.get_one(Event, event.id).version == before

"""C15: a number that no row can have is no page, whatever the page, the method and the database."""

import re

import pytest
from flask import Flask

from app.web.sessions import is_staff_path
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

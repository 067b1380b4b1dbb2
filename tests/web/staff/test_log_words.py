"""The audit log's facts in words: no lists, no quotes, no numbers of a machine."""

from typing import Any

import pytest
from flask import Flask

from app.formats import dates
from app.models import AuditEntry
from app.web.staff import log_words

LEAD = {"amount": 3, "unit": "hours", "mode": "online"}


@pytest.mark.parametrize(
    ("detail", "lines"),
    [
        ({"changed": {"title": ["Old", "New"]}, "quietly": False}, ["title: Old → New"]),
        ({"changed": {"link": ["…", "…"]}, "quietly": True}, ["link: changed", "nobody was written to"]),
        ({"changed": {"reason": [None, "It rains"]}}, ["reason: It rains"]),
        ({"changed": {"may_end_early": [True, False]}}, ["may end early: yes → no"]),
        ({"changed": {"topics": [[1], []]}}, ["topics: 1 → nothing"]),
        (
            {"changed": {"time": [["2027-01-15T17:00:00", None], ["2027-01-16T09:30:00", None]], "along": ["a", "b"]}},
            ["time: Fri, Jan 15, 2027, 5:00 p.m.; nothing → Sat, Jan 16, 2027, 9:30 a.m.; nothing", "along: a; b"],
        ),
        (
            {"along": ["registration_closes", "session-12", "session-13"]},
            ["along: Registration ends; Session"],
        ),
        ({"changed": {"mode": ["in-person", "online"]}}, ["attends: In person → Online"]),
        ({"state": "waitlisted", "notice": "event-changed"}, ["state: On the waiting list", "notice: Event changed"]),
        ({"changed": {"asked_fields": [{}, {"job_title": "optional"}]}},
         ["asked fields: nothing → job title: optional"]),
        ({"changed": {"access": ["everyone", "domains"]}, "why": "mailbox-full"},
         ["access: Everyone → Addresses of certain mail domains", "why: The mailbox is full"]),
        ({"series_id": 3}, ["series: 3"]),
        ({"until": "2027-01-15T17:00:00+00:00"}, ["until: Fri, Jan 15, 2027, 12:00 p.m. EST"]),
        ({"before": [], "now": [LEAD]}, ["now: 3 hours before (Online)"]),
        ({"ahead": [4, 0], "reason": "By phone"}, ["ahead: 4 → 0", "reason: By phone"]),
        ({"sessions": ["Duties", "Drawback"]}, ["sessions: Duties; Drawback"]),
        ({"filter": {"state": "confirmed", "mode": None}, "days": ["2027-01-15"], "rows": 0},
         ["filter: state: Confirmed", "days: Fri, Jan 15, 2027", "rows: 0"]),
        ({"changed": {"title": ["2026-02-30", "2026-12-08T10:00 new hall"]}},
         ["title: 2026-02-30 → 2026-12-08T10:00 new hall"]),
        ({"reason": "0001-01-01T00:00+00:00"}, ["reason: 0001-01-01T00:00+00:00"]),
        ({"changed": {"reason": [None, ""]}}, []),
        ({}, []),
    ],
)  # fmt: skip
def test_it_works(app: Flask, detail: dict[str, Any], lines: list[str]) -> None:
    with app.test_request_context():
        assert list(map(dates.plain, log_words.lines(AuditEntry(detail=detail)))) == lines

"""Every page of the console opens for an administrator, keeps the rules of every page, and has a title of its own.

And looking changes nothing, but that the log says who looked at what is private.
"""

from collections import defaultdict

import pytest
from flask import Flask

from app.db import db
from app.models import AuditEntry
from tests.guards.sources import tell
from tests.support import staff
from tests.support.console import pages, prepare
from tests.support.pages import CheckedClient

pytestmark = pytest.mark.slow
SIGN_IN = "/staff/access/sign-in"


def test_they_open_and_have_titles_of_their_own(app: Flask, client: CheckedClient) -> None:
    staff.sign_in(client, staff.StaffRole.ADMINISTRATOR)
    prepare(app)
    titles, before, last = defaultdict(list), rows(), db.session.scalar(db.select(db.func.max(AuditEntry.id)))
    for address in pages(app):
        answer = client.get(address)
        assert answer.status_code in {200, 302}, f"{address}: {answer.status}"
        assert not (answer.location or "").startswith(SIGN_IN), f"{address} signs us out"
        if answer.status_code == 200:
            titles[answer.text.partition("<title>")[2].partition("</title>")[0].strip()].append(address)
    shared = [f"{title!r}: {found}" for title, found in titles.items() if len(found) > 1]
    assert not shared, tell(shared)
    assert len(titles) > 40
    assert rows() == before
    assert set(db.session.scalars(db.select(AuditEntry.act).where(AuditEntry.id > last))) == {"viewed"}


def rows() -> dict[str, object]:
    """Everything that is kept, besides the log."""
    db.session.rollback()
    tables = [table for table in db.metadata.sorted_tables if table.name != "audit_entry"]
    return {table.name: db.session.execute(db.select(table)).all() for table in tables}

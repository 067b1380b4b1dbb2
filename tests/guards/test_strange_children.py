"""X10: what belongs to one event is neither shown nor changed under the address of another, wherever both are named.

The pages come from the URL map, so a new one without a line here fails.
"""

from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.db import db, transact
from app.models import (
    Access,
    AnsweredQuestion,
    ChangeNotice,
    Helper,
    HelperRole,
    Invitation,
    Material,
    MaterialKind,
    MessageKind,
    Mode,
    Speaker,
)
from app.operations.registration import inviting
from tests.guards.sources import tell
from tests.support import factories as make
from tests.support.desk import with_rules
from tests.support.pages import CheckedClient
from tests.support.sessions import hold_sessions
from tests.web.public.test_bad_requests import everything

pytestmark = [pytest.mark.usefixtures("at"), pytest.mark.slow]
BY = "ed@example.gov"


def furnish(event_id: int) -> dict[str, int]:
    """An event with one of each, by the names that stand in addresses."""
    with_rules(event_id, access=Access.INVITED)
    [session_id] = hold_sessions(event_id, {"seats": dict.fromkeys(Mode, 5)})
    transact(lambda at: inviting.invite(event_id, ["ben@example.com"], by=BY, at=at))

    def work(at: datetime) -> dict[str, int]:
        about = {"event_id": event_id, "kind": MessageKind.EVENT_CHANGED, "before": {}, "made_by": BY}
        rows = {
            "notice_id": ChangeNotice(**about, made_at=at, due_at=at, recipients=0),
            "entry_id": AnsweredQuestion(event_id=event_id, question="Why?", answer="So.", place=1),
            "helper_id": Helper(event_id=event_id, role=HelperRole.SPEAKER, last_name="Weber"),
            "speakers": Speaker(event_id=event_id, name="Ana Weber"),
            "materials": Material(
                event_id=event_id, kind=MaterialKind.SLIDES, title="Slides", url="https://example.gov/slides"
            ),
        }
        db.session.add_all(rows.values())
        db.session.flush()
        invitation = db.session.scalars(db.select(Invitation.id).filter_by(event_id=event_id)).one()
        return {name: row.id for name, row in rows.items()} | {"invitation_id": invitation}

    return transact(work) | {"session_id": session_id, "sessions": session_id}


def addresses(app: Flask, children: dict[str, int], other: dict[str, int]) -> Iterator[tuple[str, str]]:
    """Each page that names a child beside its parent: how it is asked for, and its address under a foreign parent."""
    for rule in app.url_map.iter_rules():
        names = {name for name in rule.arguments if name.endswith("_id")}
        if rule.rule.startswith("/staff/") and len(names) > 1:
            for values in _values(rule, names, children, other):
                address = app.url_map.bind("").build(rule.endpoint, values)
                yield from ((method, address) for method in ("GET", "POST") if method in (rule.methods or ()))


def _values(
    rule: Rule, names: set[str], children: dict[str, int], other: dict[str, int]
) -> Iterator[dict[str, str | int]]:
    parents = {name: other[name] for name in names & other.keys()}
    (child,) = names - other.keys()
    if "part" not in rule.arguments:
        yield parents | {child: children[child]}
        return
    for part in ("sessions", "speakers", "materials"):
        yield parents | {"part": part, child: children[part]}


def test_it_holds(app: Flask, administrator: CheckedClient) -> None:
    children = furnish(make.event(slug="one").id)
    stranger = make.event(slug="other")
    with_rules(stranger.id, access=Access.INVITED)
    other = {"event_id": stranger.id, "registration_id": make.registration(stranger).id}
    token = administrator.page(f"/staff/events/{stranger.id}/announcements/new").main.all("input", name="csrf_token")[0]
    asked, before = list(addresses(app, children, other)), everything()
    assert len(asked) > 15
    faults = []
    for method, address in asked:
        data = {"csrf_token": token.get("value")} if method == "POST" else None
        answer = administrator.open(address, method=method, data=data)
        if everything() != before:
            faults.append(f"{method} {address} changed something.")
            before = everything()
        # A form that is sent may come back, with the word that somebody else removed what it was about.
        if answer.status_code not in ({404} if method == "GET" else {303, 404, 409, 422}):
            faults.append(f"{method} {address} answers {answer.status}")
    assert not faults, tell(faults)

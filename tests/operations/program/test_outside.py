"""Sessions that lie outside their event are named; doors may open before it on its first day."""

import pytest

from app.operations.program import publishing
from app.operations.program.outside import outside
from app.operations.program.publishing import Gap
from tests.support import factories as make
from tests.support.factories import wall
from tests.support.sessions import hold_sessions

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("app", "at")]


@pytest.mark.parametrize(
    ("hour", "is_outside"), [(-1, False), (0, False), (0.5, False), (1, True), (26, True), (-24, True)]
)
def test_it_works(hour, is_outside, at):
    event = make.event()
    hold_sessions(event.id, {"hour": hour, "seats": {}})
    assert outside(event, event.starts_local, event.ends_local) == ["Session 1"] * is_outside
    assert (Gap.OUTSIDE in publishing.missing(event, at)) is is_outside


def test_what_goes_along_is_looked_at_where_it_goes():
    event = make.event()
    (session,) = hold_sessions(event.id, {"seats": {}})
    new = wall("2026-03-23 13:00"), wall("2026-03-23 14:00")
    assert outside(event, *new) == ["Session 1"]
    assert outside(event, *new, {session: new[0]}) == []
    assert outside(event, None, None) == []

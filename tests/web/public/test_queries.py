"""How often a page asks the database: a number, not a number for each event."""

from datetime import datetime

import pytest

from app.db import db
from app.models import EventSession, Mode, Speaker
from tests.support import factories as make
from tests.support.pages import CheckedClient
from tests.support.questions import lunch

MOST = {"/": 3, "/events": 3, "/events?when=past": 3, "/events/filing": 8, "/series/coac": 4, "/topics/usmca": 4}
MOST |= {"/about": 1, "/resources": 2, "/events.ics": 3, "/events/filing.ics": 2, "/sitemap.xml": 3, "/nope": 1}
MOST |= {"/events/filing/register": 11, "/events/filing/answers": 9}
HOURS = {"starts_at": make.on("2026-06-03", 17), "ends_at": make.on("2026-06-03", 18)}
HOURS |= {"starts_local": make.wall("2026-06-03 13:00"), "ends_local": make.wall("2026-06-03 14:00")}


@pytest.mark.parametrize("address", MOST)
def test_pages_ask_seldom(client: CheckedClient, at: datetime, asked: list[str], address: str) -> None:
    series, topic = make.series(slug="coac"), make.topic(slug="usmca")
    for number in range(6):
        speakers = [Speaker(name=f"Speaker {place}") for place in range(3)]
        sessions = [EventSession(title="Part", speakers=speakers, **HOURS) for _ in range(3)]
        slug = "filing" if number == 0 else f"filing-{number}"
        seats = {Mode.IN_PERSON: 5, Mode.ONLINE: None}
        event = make.event(slug=slug, series=series, topics=[topic], seats=seats, sessions=sessions, speakers=speakers)
        for _ in range(3):
            lunch(event.id, fish=3)
    db.session.remove()
    asked.clear()
    client.get(address)
    assert len(asked) <= MOST[address], "\n".join(asked)

"""Where an event is: kept once for readers of every language, and told in theirs."""

import pytest
from flask_babel import force_locale

from app.mail.facts import happening
from app.models import Mode, Venue
from app.operations import notifying
from tests.conftest import NOON
from tests.support import factories as make

pytestmark = pytest.mark.usefixtures("app", "at")


def test_a_country_is_named_in_the_language_of_the_reader() -> None:
    event = make.event(venue=Venue(name="Fair", city="Frankfurt", country="DE"), seats={Mode.IN_PERSON: None})
    with force_locale("es"):
        facts = notifying.event_facts(event, NOON)
    assert facts == notifying.event_facts(event, NOON)
    assert happening(facts, "en").place == "Fair, Frankfurt, Germany"
    assert happening(facts, "es").place == "Fair, Frankfurt, Alemania"


def test_an_address_that_was_kept_with_its_country_stands_as_it_is() -> None:
    event = make.event(venue=Venue(name="Fair", city="Frankfurt", country="DE"), seats={Mode.IN_PERSON: None})
    facts = notifying.event_facts(event, NOON)
    facts["venue"] = {"name": "Fair", "room": "", "address": "Frankfurt, Germany"}
    assert happening(facts, "en").place == "Fair, Frankfurt, Germany"

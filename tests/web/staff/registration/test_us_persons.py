"""The page about visitors of a guarded site: read with the right alone, each look logged, in no export."""

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import update

from app.db import db, transact
from app.models import AuditEntry, Event, RegistrationRules, UsPerson
from app.operations.registration import vetting
from tests.support.desk import details, make_event, sign_up, with_rules
from tests.support.pages import CheckedClient

pytestmark = pytest.mark.usefixtures("app", "at")


@pytest.fixture
def event_id() -> int:
    made = with_rules(make_event(), asks_us_person=True)
    sign_up(made, details(us_person=UsPerson.CONTACT_ME, last_name="Ada", first_name=""))
    sign_up(made, details(us_person=UsPerson.YES, last_name="Ben", first_name=""))
    sign_up(made, details(last_name="Cleo", first_name=""))
    return made


def test_it_works(editor: CheckedClient, event_id: int) -> None:
    assert editor.page(f"/staff/events/{event_id}").main.all("a", href=f"/staff/events/{event_id}/us-persons")
    page = editor.page(f"/staff/events/{event_id}/us-persons")
    headings = [heading.text for heading in page.main.all("h2")]
    assert headings == ["Want to be contacted about it (1)", "Have not answered (1)", "U.S. person (1)"]
    assert [row.text for row in page.main.all("th", scope="row")] == ["Ada", "Cleo", "Ben"]


def test_nobody_is_said_to_owe_an_answer_that_was_never_asked_for(editor: CheckedClient, event_id: int) -> None:
    transact(lambda _: db.session.execute(update(RegistrationRules).values(asks_us_person=False)))
    page = editor.page(f"/staff/events/{event_id}/us-persons")
    assert "does not ask this now" in page.main.text
    assert [row.text for row in page.main.all("th", scope="row")] == ["Ada", "Ben"]


def test_the_first_page_says_of_how_many_it_is_still_unknown(
    editor: CheckedClient, door_staff: CheckedClient, event_id: int
) -> None:
    page = f"/staff/events/{event_id}"
    words = "1 person has not answered whether they are a U.S. person."
    way = editor.page("/staff/").one("ul", class_="to-do").one("a", href=f"/staff/events/{event_id}/us-persons")
    assert words in way.text
    figures = {one.one("dt").text: one.one("dd").text for one in editor.page(page).one("dl").all("div")}
    assert figures["have not said whether they are a U.S. person"] == "1"
    assert "U.S. person" not in door_staff.page("/staff/").text + door_staff.page(page).main.text
    transact(lambda _: db.session.execute(update(RegistrationRules).values(asks_us_person=False)))
    assert "U.S. person" not in editor.page("/staff/").text


def test_each_look_is_logged(editor: CheckedClient, event_id: int) -> None:
    for _ in range(2):
        editor.page(f"/staff/events/{event_id}/us-persons")
    looks = db.session.scalars(db.select(AuditEntry).filter_by(act="viewed", subject="us-person")).all()
    assert [look.subject_id for look in looks] == [event_id, event_id]


def test_door_staff_are_kept_out(door_staff: CheckedClient, event_id: int) -> None:
    assert door_staff.get(f"/staff/events/{event_id}/us-persons").status_code == 403
    assert not door_staff.page(f"/staff/events/{event_id}").main.all("a", href=f"/staff/events/{event_id}/us-persons")


def test_staff_write_down_what_they_were_told(editor: CheckedClient, event_id: int) -> None:
    page = editor.page(f"/staff/events/{event_id}/attendees/new")
    told = {"channel": "phone", "last_name": "Dora", "organization": "none", "mode": "in-person"}
    assert editor.submit(page, **told, us_person="no").status_code == 303
    assert UsPerson.NO in [one.told for one in vetting.visitors(event_id)]


@pytest.mark.parametrize("profile", ["attendees", "building-security"])
def test_no_export_has_it(runner: FlaskCliRunner, event_id: int, profile: str) -> None:
    slug = db.session.get_one(Event, event_id).slug
    result = runner.invoke(args=["export", slug, "--profile", profile])
    assert result.exit_code == 0, result.output
    assert "Ada" in result.output
    assert not [word for word in ("contact", "Contact", "U.S. person") if word in result.output]

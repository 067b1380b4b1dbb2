"""Two people at one form: the second sees what the first one saved, and undoes nothing unseen."""

from datetime import datetime

import pytest
from flask import Flask

from app import links
from app.db import db, transact
from app.models import (
    Event,
    Helper,
    HelperRole,
    MessageKind,
    OutgoingEmail,
    Registration,
    Role,
    Series,
    StaffMember,
    StaffRole,
)
from app.operations.access import staffing
from app.operations.communication import writing
from app.operations.program import hearing
from app.operations.registration import helping
from tests.support.desk import details, make_event, registrations, sign_up
from tests.support.html import Element, Page, fields
from tests.support.pages import CheckedClient, compared
from tests.support.sessions import conference, session_ids


@pytest.fixture
def event_id(app: Flask, at: datetime) -> int:
    event_id = make_event()
    sign_up(event_id, details(first_name="Dana", last_name="Lee", organization="Lund", role=Role.BROKER))
    return event_id


def person(event_id: int) -> Registration:
    [found] = registrations(event_id)
    return found


def mails_of_changes() -> int:
    return db.session.query(OutgoingEmail).filter_by(kind=MessageKind.CHANGED).count()


def test_two_of_staff_change_one_registration(
    editor: CheckedClient, administrator: CheckedClient, event_id: int
) -> None:
    address = f"/staff/registrations/{person(event_id).id}/details"
    first, second = editor.page(address), administrator.page(address)
    assert editor.submit(first, last_name="Okafor", role="importer").status_code == 303
    refused = administrator.submit(second, organization="Lund Lines")
    assert refused.status_code == 409
    assert compared(Page(refused.text)) == {
        "Last name": ("Okafor", "Lee"),
        "Organization": ("Lund", "Lund Lines"),
        "What they do in trade": ("Importer", "U.S. licensed customs broker"),
    }
    assert (person(event_id).last_name, mails_of_changes()) == ("Okafor", 1)
    again = administrator.submit(Page(refused.text), last_name="Okafor", role="importer")
    assert again.status_code == 303  # Knowingly over it.
    assert (person(event_id).full_name, person(event_id).organization) == ("Dana Okafor", "Lund Lines")


def test_the_same_button_pressed_twice_is_no_conflict(editor: CheckedClient, event_id: int) -> None:
    page = editor.page(f"/staff/registrations/{person(event_id).id}/details")
    assert [editor.submit(page, last_name="Okafor").status_code for _press in range(2)] == [303, 303]
    assert mails_of_changes() == 1


def test_nor_is_it_where_a_day_was_chosen_that_the_event_lost(editor: CheckedClient, event_id: int) -> None:
    mine_id = person(event_id).id
    day = person(event_id).event.days[0].isoformat()
    set_days = db.update(Registration).where(Registration.id == mine_id).values(days=[day, "2030-01-01"])
    transact(lambda _at: db.session.execute(set_days))
    page = editor.page(f"/staff/registrations/{mine_id}/details")
    assert [editor.submit(page, last_name="Okafor").status_code for _press in range(2)] == [303, 303]


def test_a_person_sees_what_staff_changed(client: CheckedClient, editor: CheckedClient, event_id: int) -> None:
    mine = person(event_id)
    own = f"/registrations/{links.sign_reference(links.MANAGE, mine.id, mine.link_version)}/change"
    page = client.page(own)
    editor.submit(editor.page(f"/staff/registrations/{mine.id}/details"), last_name="Okafor")
    refused = client.submit(page, organization="Lund Lines")
    assert refused.status_code == 409
    words = Page(refused.text).main.text
    assert "Last name: “Okafor” was saved meanwhile, you chose “Lee”" in words
    assert "Organization: “Lund” was saved meanwhile, you chose “Lund Lines”" in words
    assert person(event_id).organization == "Lund"
    assert client.submit(Page(refused.text), last_name="Okafor").status_code == 303
    assert (person(event_id).last_name, person(event_id).organization) == ("Okafor", "Lund Lines")


def test_staff_and_the_person_swap_sessions(client: CheckedClient, editor: CheckedClient, at: datetime) -> None:
    event_id = conference({}, {"hour": 3})
    one, other = session_ids(event_id)
    sign_up(event_id, details(sessions=(one,)))
    mine = person(event_id)
    own = f"/registrations/{links.sign_reference(links.MANAGE, mine.id, mine.link_version)}/sessions"
    page, older = client.page(own), editor.page(f"/staff/registrations/{mine.id}/sessions")
    assert client.submit(page, sessions=[str(one), str(other)]).status_code == 303
    refused = editor.submit(older, sessions=[])
    assert refused.status_code == 409
    assert compared(Page(refused.text)) == {
        "Session 1": ("chosen", "not chosen"),
        "Session 2": ("chosen", "not chosen"),
    }
    assert len(person(event_id).live_picks) == 2
    assert editor.submit(Page(refused.text)).status_code == 303  # Knowingly.
    again = client.submit(page, sessions=[str(one)])
    assert again.status_code == 409
    assert "Session 1: “not chosen” was saved meanwhile, you chose “chosen”" in Page(again.text).main.text


def test_two_adapt_the_words_of_one_mail(editor: CheckedClient, administrator: CheckedClient, event_id: int) -> None:
    address = f"/staff/events/{event_id}/wording/confirmed"
    first, second = editor.page(address), administrator.page(address)
    assert editor.submit(first, "words", introduction="Bring a pen.").status_code == 303
    shown = Page(administrator.submit(second, "words", closing="See you.", show="in-person").text)
    refused = administrator.submit(shown, "words")
    assert refused.status_code == 409
    assert compared(Page(refused.text)) == {
        "Before it": ("Bring a pen.", "nothing"),
        "At the end": ("nothing", "See you."),
    }
    both = administrator.submit(Page(refused.text), "words", introduction="Bring a pen.")
    assert both.status_code == 303
    assert "Bring a pen." in administrator.page(address).one("pre").text


def test_two_put_up_a_notice(administrator: CheckedClient, app: Flask, at: datetime) -> None:
    older = administrator.page("/staff/notice")
    assert administrator.submit(older, "notice", text="We are closed on Monday.").status_code == 302
    refused = administrator.submit(older, "notice", text="We are open late.")
    assert refused.status_code == 409
    assert compared(Page(refused.text)) == {"Notice": ("We are closed on Monday.", "We are open late.")}
    assert administrator.submit(Page(refused.text), "notice").status_code == 302
    administrator.submit(Page(refused.text), "removal")  # Of the notice before the one that stands now.
    assert "We are open late." in administrator.get("/").text


def test_two_change_one_helper(editor: CheckedClient, administrator: CheckedClient, event_id: int) -> None:
    ivan = helping.HelperDetails(HelperRole.MEMBER, "Weber", "Ivan")
    helper_id = transact(lambda at: helping.add(event_id, ivan, by="x", at=at).id)
    address = f"/staff/events/{event_id}/helpers/{helper_id}"
    first, second = editor.page(address), administrator.page(address)
    older_list = administrator.page(f"/staff/events/{event_id}/helpers")
    assert editor.submit(first, role="speaker", host="Ana Lopez").status_code == 303
    assert editor.submit(first, role="speaker", host="Ana Lopez").status_code == 303  # The same button, twice.
    refused = administrator.submit(second, last_name="Weber-Lund")
    assert refused.status_code == 409
    assert compared(Page(refused.text)) == {
        "Comes as": ("Speaker", "Committee member"),
        "Last name": ("Weber", "Weber-Lund"),
        "Host": ("Ana Lopez", "nothing"),
    }
    administrator.submit(older_list)  # Takes nobody off whom it did not show.
    assert "Somebody changed this person meanwhile" in administrator.page(f"/staff/events/{event_id}/helpers").text
    assert administrator.submit(Page(refused.text), role="speaker", host="Ana Lopez").status_code == 303
    assert [(one.last_name, one.host) for one in db.session.query(Helper)] == [("Weber-Lund", "Ana Lopez")]


def test_a_helper_who_was_taken_off_meanwhile_is_added_anew(
    editor: CheckedClient, administrator: CheckedClient, event_id: int
) -> None:
    ivan = helping.HelperDetails(HelperRole.MEMBER, "Weber", "Ivan")
    helper_id = transact(lambda at: helping.add(event_id, ivan, by="x", at=at).id)
    page = editor.page(f"/staff/events/{event_id}/helpers/{helper_id}")
    administrator.submit(administrator.page(f"/staff/events/{event_id}/helpers"))
    refused = editor.submit(page, host="Ana Lopez")
    assert (refused.status_code, db.session.query(Helper).count()) == (409, 0)
    assert editor.submit(Page(refused.text)).status_code == 303
    assert [(one.last_name, one.host) for one in db.session.query(Helper)] == [("Weber", "Ana Lopez")]


def test_words_that_were_not_seen_are_not_restored(
    editor: CheckedClient, administrator: CheckedClient, event_id: int
) -> None:
    address = f"/staff/events/{event_id}/wording/confirmed"
    editor.submit(editor.page(address), "words", introduction="Bring a pen.")
    older = restoration(administrator.page(address))
    editor.submit(editor.page(address), "words", introduction="Bring a pen and paper.")
    refused = administrator.post(older.get("action"), data=fields(older), follow_redirects=True)
    assert "Somebody changed these words meanwhile." in refused.text
    assert "Bring a pen and paper." in refused.text
    now = restoration(administrator.page(address))
    administrator.post(now.get("action"), data=fields(now))
    assert "Bring a pen" not in administrator.page(address).text


def restoration(page: Page) -> Element:
    return next(form for form in page.all("form") if form.get("action").endswith("/restoration"))


def test_two_change_one_answer_to_the_audience(
    editor: CheckedClient, administrator: CheckedClient, event_id: int
) -> None:
    entry_id = transact(lambda at: hearing.note(event_id, "Is it free?", "Yes.", by="x", at=at).id)
    address = f"/staff/events/{event_id}/answered/{entry_id}"
    list_address = f"/staff/events/{event_id}/speaker-questions"
    first, second, older_list = editor.page(address), administrator.page(address), administrator.page(list_address)
    assert [editor.submit(first, answer="No.").status_code for _press in range(2)] == [303, 303]
    refused = administrator.submit(second, answer="Mostly.")
    assert (refused.status_code, compared(Page(refused.text))) == (409, {"Answer": ("No.", "Mostly.")})
    press(administrator, older_list, "/removal")
    assert "Somebody changed this answer meanwhile." in administrator.page(list_address).text
    assert administrator.submit(Page(refused.text)).status_code == 303
    press(editor, editor.page(list_address), "/removal")
    gone = administrator.submit(Page(refused.text))
    assert gone.status_code == 409
    assert administrator.submit(Page(gone.text)).status_code == 303
    assert "Mostly." in administrator.page(list_address).text


def test_two_change_one_kept_text(editor: CheckedClient, administrator: CheckedClient, event_id: int) -> None:
    words = writing.Words("Hall 2", "Come to hall 2.")
    text_id = transact(lambda at: writing.keep_text(None, "Hall", words, by="x", at=at).id)
    address = f"/staff/texts/{text_id}"
    first, second = editor.page(address), administrator.page(address)
    assert [editor.submit(first, "kept-text", subject="Hall 3").status_code for _press in range(2)] == [303, 303]
    refused = administrator.submit(second, "kept-text", name="The hall")
    assert refused.status_code == 409
    assert compared(Page(refused.text)) == {"Name": ("Hall", "The hall"), "Subject": ("Hall 3", "Hall 2")}
    press(administrator, second, "/deletion")
    assert "Somebody changed this text meanwhile." in administrator.page(address).text
    assert administrator.submit(Page(refused.text), "kept-text").status_code == 303
    press(editor, editor.page(address), "/deletion")
    gone = administrator.submit(Page(refused.text), "kept-text")
    assert gone.status_code == 409
    assert administrator.submit(Page(gone.text), "kept-text").status_code == 303
    assert [(one.name, one.subject) for one in writing.kept_texts()] == [("The hall", "Hall 2")]


def test_two_set_the_reminders_of_a_series(editor: CheckedClient, administrator: CheckedClient, event_id: int) -> None:
    series_id = db.session.get_one(Event, event_id).series_id
    address = f"/staff/series/{series_id}/reminders"
    nothing = {f"amount_{row}": "" for row in range(1, 7)}
    page, older = editor.page(address), administrator.page(address)
    assert [editor.submit(page, **nothing).status_code for _press in range(2)] == [303, 303]
    refused = administrator.submit(older, **nothing | {"amount_1": "3", "unit_1": "days"})
    assert refused.status_code == 409
    assert compared(Page(refused.text)) == {"Reminders": ("nothing", "3 days before, everybody")}
    assert administrator.submit(Page(refused.text)).status_code == 303
    assert [lead.amount for lead in db.session.get_one(Series, series_id).leads] == [3]


def press(client: CheckedClient, page: Page, ending: str) -> None:
    form = next(form for form in page.all("form") if form.get("action").endswith(ending))
    client.post(form.get("action"), data=fields(form))


def test_two_change_the_role_of_one_member(administrator: CheckedClient, event_id: int) -> None:
    transact(lambda at: staffing.add("ivan@example.gov", StaffRole.VIEWER, actor="x", at=at))
    ivan = staffing.find("ivan@example.gov")
    assert ivan
    ivan_id = ivan.id
    page = administrator.page(f"/staff/staff/{ivan_id}")
    assert [administrator.submit(page, "role-form", role="editor").status_code for _press in range(2)] == [302, 302]
    refused = administrator.submit(page, "role-form", role="door")
    assert (refused.status_code, compared(Page(refused.text))) == (409, {"Role": ("Editor", "Door staff")})
    assert administrator.submit(Page(refused.text), "role-form").status_code == 302
    assert db.session.get_one(StaffMember, ivan_id).role is StaffRole.DOOR


@pytest.mark.parametrize("asked", [True, False])
def test_a_session_that_was_changed_meanwhile_is_not_removed_unseen(
    editor: CheckedClient, administrator: CheckedClient, at: datetime, *, asked: bool
) -> None:
    event_id = conference({})
    [session_id] = session_ids(event_id)
    address = f"/staff/events/{event_id}/agenda"
    older = next(form for form in editor.page(address).all("form") if f"sessions/{session_id}/" in form.get("action"))
    if asked:
        sign_up(event_id, details(sessions=(session_id,)))
        older = Page(editor.post(older.get("action"), data=fields(older)).text).main.one("form")
    one = administrator.page(f"/staff/events/{event_id}/sessions/{session_id}")
    assert administrator.submit(one, title="Clinic").status_code == 303
    sent = fields(older) | ({"is_sure": "y"} if asked else {})
    refused = editor.post(older.get("action"), data=sent, follow_redirects=True)
    assert "Somebody changed it meanwhile." in refused.text
    assert session_ids(event_id) == [session_id]

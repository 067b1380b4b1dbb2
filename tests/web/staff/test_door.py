"""The staff door, walked over the URL map: who gets in where. A new page without a line here fails."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from app.db import db
from app.models import Right, StaffRole
from app.web.sessions import is_staff_path
from app.web.staff import door
from tests.support import factories, staff

pytestmark = pytest.mark.slow

WHO = ("stranger", *(role.value for role in StaffRole))
# Endpoint → the right it asks for. "open" answers strangers, "own" every member, "absent" nobody.
TABLE = {
    **dict.fromkeys(door.OPEN, "open"),
    **dict.fromkeys(door.OWN, "own"),
    **dict.fromkeys(door.ABSENT, "absent"),
    "staff.home": Right.VIEW_EVENTS,
    "staff.search": Right.VIEW_PEOPLE,
    "staff.messages": Right.VIEW_PEOPLE,
    "staff.message": Right.VIEW_PEOPLE,
    "staff.mail_notices": Right.VIEW_PEOPLE,
    "staff.message_source": Right.EDIT_PEOPLE,
    "staff.send_message_again": Right.EDIT_PEOPLE,
    "staff.withdraw_message": Right.EDIT_PEOPLE,
    "staff.see_to_message": Right.EDIT_PEOPLE,
    "staff.complaint": Right.EDIT_PEOPLE,
    "staff.followers": Right.VIEW_EVENTS,
    "staff.find_follower": Right.VIEW_PEOPLE,
    "staff.stop_follower": Right.EDIT_PEOPLE,
    "staff.bulletin": Right.VIEW_EVENTS,
    "staff.audit": Right.VIEW_AUDIT,
    "staff.verify_audit": Right.VIEW_AUDIT,
    "staff.members": Right.ADMINISTER,
    "staff.add_member": Right.ADMINISTER,
    "staff.staff_member": Right.ADMINISTER,
    "staff.change_role": Right.ADMINISTER,
    "staff.deactivate_member": Right.ADMINISTER,
    "staff.send_new_link": Right.ADMINISTER,
    "staff.remove_factors": Right.ADMINISTER,
    "staff.sign_member_out": Right.ADMINISTER,
    "staff.notice": Right.ADMINISTER,
    "staff.remove_notice": Right.ADMINISTER,
    "staff.events": Right.VIEW_EVENTS,
    "staff.event": Right.VIEW_EVENTS,
    "staff.event_agenda": Right.VIEW_EVENTS,
    "staff.preview_event": Right.VIEW_EVENTS,
    "staff.questions": Right.VIEW_EVENTS,
    "staff.preview_questions": Right.VIEW_EVENTS,
    "staff.reminders": Right.VIEW_EVENTS,
    "staff.told": Right.VIEW_EVENTS,
    "staff.told_people": Right.VIEW_PEOPLE,
    "staff.series_reminders": Right.EDIT_EVENTS,
    "staff.all_series": Right.VIEW_EVENTS,
    "staff.series": Right.VIEW_EVENTS,
    "staff.edit_series": Right.ADMINISTER,
    "staff.speaker_questions": Right.VIEW_PEOPLE,
    "staff.take_questions": Right.EDIT_EVENTS,
    "staff.choose_question_kind": Right.EDIT_EVENTS,
    "staff.new_question": Right.EDIT_EVENTS,
    "staff.question": Right.EDIT_EVENTS,
    "staff.move_question": Right.EDIT_EVENTS,
    "staff.remove_question": Right.EDIT_EVENTS,
    "staff.ask_again": Right.EDIT_EVENTS,
    "staff.list_question": Right.EDIT_EVENTS,
    "staff.answered_question": Right.EDIT_EVENTS,
    "staff.drop_answered_question": Right.EDIT_EVENTS,
    "staff.put_answers_up": Right.EDIT_EVENTS,
    "staff.new_event": Right.EDIT_EVENTS,
    "staff.start_event": Right.EDIT_EVENTS,
    "staff.edit_event": Right.EDIT_EVENTS,
    "staff.copy_event": Right.EDIT_EVENTS,
    "staff.add_part": Right.EDIT_EVENTS,
    "staff.edit_part": Right.EDIT_EVENTS,
    "staff.remove_part": Right.EDIT_EVENTS,
    "staff.change_time_zone": Right.EDIT_EVENTS,
    "staff.publish_event": Right.EDIT_EVENTS,
    "staff.withdraw_event": Right.EDIT_EVENTS,
    "staff.extend_registration": Right.EDIT_EVENTS,
    "staff.pause_registration": Right.EDIT_EVENTS,
    "staff.resume_registration": Right.EDIT_EVENTS,
    "staff.reschedule_event": Right.EDIT_EVENTS,
    "staff.postpone_event": Right.EDIT_EVENTS,
    "staff.cancel_event": Right.EDIT_EVENTS,
    "staff.release_joining": Right.EDIT_EVENTS,
    "staff.undo_change": Right.EDIT_EVENTS,
    "staff.delete_draft": Right.EDIT_EVENTS,
    "staff.attendees": Right.VIEW_PEOPLE,
    "staff.act_on_many": Right.EDIT_PEOPLE,
    "staff.registration": Right.VIEW_PEOPLE,
    "staff.register_person": Right.REGISTER_PEOPLE,
    "staff.change_registration": Right.EDIT_PEOPLE,
    "staff.change_registration_mode": Right.EDIT_PEOPLE,
    "staff.change_sessions": Right.EDIT_PEOPLE,
    "staff.correct_address": Right.EDIT_PEOPLE,
    "staff.try_address_again": Right.EDIT_PEOPLE,
    "staff.cancel_registration": Right.EDIT_PEOPLE,
    "staff.move_in_line": Right.EDIT_PEOPLE,
    "staff.give_seat": Right.EDIT_PEOPLE,
    "staff.move_in_session_line": Right.EDIT_PEOPLE,
    "staff.give_session_seat": Right.EDIT_PEOPLE,
    "staff.mail_registration_again": Right.EDIT_PEOPLE,
    "staff.helpers": Right.VIEW_PEOPLE,
    "staff.add_helper": Right.EDIT_PEOPLE,
    "staff.change_helper": Right.EDIT_PEOPLE,
    "staff.remove_helper": Right.EDIT_PEOPLE,
    "staff.invitations": Right.VIEW_PEOPLE,
    "staff.send_invitation_again": Right.EDIT_PEOPLE,
    "staff.try_invited_address_again": Right.EDIT_PEOPLE,
    "staff.revoke_invitation": Right.EDIT_PEOPLE,
    "staff.us_persons": Right.VIEW_VETTING,
    "staff.approvals": Right.VIEW_PEOPLE,
    "staff.decide": Right.EDIT_PEOPLE,
    "staff.approve_person": Right.EDIT_PEOPLE,
    "staff.approve_for_room": Right.EDIT_PEOPLE,
    "staff.decline_room": Right.EDIT_PEOPLE,
    "staff.needs": Right.VIEW_NEEDS,
    "staff.write_needs_down": Right.EDIT_PEOPLE,
    "staff.needs_of_registration": Right.VIEW_NEEDS,
    "staff.announcements": Right.WRITE_TO_PEOPLE,
    "staff.new_announcement": Right.WRITE_TO_PEOPLE,
    "staff.announcement_bulletin": Right.WRITE_TO_PEOPLE,
    "staff.announcement": Right.WRITE_TO_PEOPLE,
    "staff.change_announcement": Right.WRITE_TO_PEOPLE,
    "staff.people_of_announcement": Right.WRITE_TO_PEOPLE,
    "staff.address_announcement": Right.WRITE_TO_PEOPLE,
    "staff.test_announcement": Right.WRITE_TO_PEOPLE,
    "staff.send_announcement": Right.WRITE_TO_PEOPLE,
    "staff.take_announcement_back": Right.WRITE_TO_PEOPLE,
    "staff.take_urgent_notice_down": Right.WRITE_TO_PEOPLE,
    "staff.write_announcement_again": Right.WRITE_TO_PEOPLE,
    "staff.delete_announcement": Right.WRITE_TO_PEOPLE,
    "staff.kept_texts": Right.WRITE_TO_PEOPLE,
    "staff.new_kept_text": Right.WRITE_TO_PEOPLE,
    "staff.kept_text": Right.WRITE_TO_PEOPLE,
    "staff.delete_kept_text": Right.WRITE_TO_PEOPLE,
    "staff.wording": Right.EDIT_EVENTS,
    "staff.adapt_wording": Right.EDIT_EVENTS,
    "staff.restore_wording": Right.EDIT_EVENTS,
    "staff.exports": Right.EXPORT_LISTS,
    "staff.export": Right.EXPORT_LISTS,
    "staff.erase_person": Right.ADMINISTER,
    "staff.take_held": Right.ADMINISTER,
    "staff.held_of_address": Right.ADMINISTER,
    "staff.take_held_of_address": Right.ADMINISTER,
    "staff.erase_address": Right.ADMINISTER,
}
# A code that nobody was asked for, when it is sent, ends the session too.
SIGN_OUT = ("security.two_factor_token_validation", "security.logout", "staff.sign_out_everywhere")
SUPPOSED = re.compile(r"<(?:(?P<kind>[^:>]+):)?[^>]+>")


def rules(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every page under /staff/ with every method; those that sign out come last."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint in SIGN_OUT):
        if is_staff_path(rule.rule):
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                yield rule, method


def address(rule: Rule) -> str:
    """A path that fits the rule and names nothing that exists."""

    def value(match: re.Match[str]) -> str:
        kind = match["kind"] or "string"
        if kind.startswith("any("):
            return kind[4:-1].split(",")[0].strip(" '")
        return "2147483647" if kind.startswith("int") else "nothing"

    return SUPPOSED.sub(value, rule.rule)


@pytest.fixture
def clients(app: Flask) -> dict[str, FlaskClient]:
    found = {who: FlaskClient(app, app.response_class, use_cookies=True) for who in WHO}
    for role in StaffRole:
        staff.sign_in(found[role.value], role)
    return found


def test_every_page_has_a_line(app: Flask) -> None:
    missing = {rule.endpoint for rule, _ in rules(app)} - set(TABLE)
    assert not missing, f"Add these to TABLE with the right they ask for: {sorted(missing)}"
    gone = set(TABLE) - set(app.view_functions)
    assert not gone, f"These pages are gone: {sorted(gone)}"


def test_every_page_asks_for_what_the_table_says(app: Flask) -> None:
    wrong = [name for name, asked in TABLE.items() if isinstance(asked, Right) and door.right_for(name) is not asked]
    assert not wrong


@pytest.mark.parametrize("who", WHO)
def test_the_door(app: Flask, clients: dict[str, FlaskClient], who: str) -> None:
    wrong = []
    for rule, method in rules(app):
        is_let_in = knock(clients[who], rule, method)
        if is_let_in is not may_enter(who, TABLE[rule.endpoint]):
            wrong.append(f"{who} {method} {rule.rule}: {'let in' if is_let_in else 'kept out'}")
    assert not wrong, "\n".join(wrong)


def knock(client: FlaskClient, rule: Rule, method: str) -> bool:
    """Whether the door lets a request through. Without a form token a POST of an entitled member ends at that check."""
    for name in list(g):  # Tests run inside one app context; each request begins with nothing.
        g.pop(name)
    answer = client.open(address(rule), method=method)
    kept_out = answer.status_code in {401, 403} or (
        answer.status_code == 302 and answer.location.startswith("/staff/access/sign-in?next=")
    )
    absent = rule.endpoint in door.ABSENT and answer.status_code == 404
    return not kept_out and not absent


def may_enter(who: str, asked: str | Right) -> bool:
    if asked == "open":
        return True
    if who == "stranger" or asked == "absent":
        return False
    return asked == "own" or asked in StaffRole(who).rights


def test_a_page_that_asks_for_nothing_stays_closed(app: Flask, administrator: FlaskClient) -> None:
    view = app.view_functions["staff.home"]
    app.view_functions["staff.home"] = lambda: "open"
    try:
        assert administrator.get("/staff/").status_code == 403
    finally:
        app.view_functions["staff.home"] = view


def test_what_does_not_exist_looks_the_same_to_strangers(app: Flask, client: FlaskClient) -> None:
    event = factories.event()
    for path in (f"/staff/events/{event.id}", "/staff/events/2147483647", "/staff/nowhere", "/staff/..%2fevents"):
        assert client.get(path).location.startswith("/staff/access/sign-in?next=")
    assert db.session.get_one(type(event), event.id)


def test_looking_at_the_page_for_a_code_signs_nobody_out(administrator: FlaskClient) -> None:
    assert administrator.get("/staff/access/code").location == "/staff/access/account"
    assert administrator.get("/staff/").status_code == 200

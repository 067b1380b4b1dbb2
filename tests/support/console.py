"""The console, ready to be walked: something of everything, and an address for every page of it."""

from collections.abc import Callable, Iterator
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from app.db import db, transact
from app.mail import delivery, transports
from app.models import (
    Access,
    Announcement,
    AnsweredQuestion,
    Approval,
    ChangeNotice,
    Event,
    EventSession,
    Helper,
    HelperRole,
    KeptText,
    Material,
    MessageKind,
    Mode,
    Need,
    OutgoingEmail,
    Pick,
    Question,
    QuestionKind,
    Registration,
    RegistrationState,
    RoomRequest,
    Series,
    SiteNotice,
    Speaker,
    StaffMember,
    UnwantedAddress,
)
from app.models.mail_wording import ADAPTABLE
from app.operations import auditing, notifying
from app.operations.communication import writing
from app.operations.registration import inviting, seating
from app.operations.registration.arranging import ask_for_access
from app.operations.registration.details import Needs
from app.operations.registration.listing import AttendeeFilter
from app.web.sessions import is_staff_path
from app.web.staff import door
from app.web.staff.program.sections import SECTIONS
from tests.support import factories as make
from tests.support.desk import details, with_rules
from tests.support.questions import LUNCH, ask
from tests.support.sessions import hold_sessions

# Their pages open for a link that somebody was sent.
BY_LINK = frozenset({"staff.invitation", "security.reset_password"})
FILES = frozenset({"staff.message_source"})  # Leave as files, not as pages.
PARTS = {"sessions": EventSession, "speakers": Speaker, "materials": Material}


def prepare(app: Flask) -> None:
    """The demonstration, a person with a mail and a request, a helper, acts in the log, and a notice."""
    loaded = app.test_cli_runner().invoke(args=["demo"])
    assert loaded.exit_code == 0, loaded.output
    event = make.event(slug="walked", title="Walking through a site")
    with_rules(event.id, access=Access.INVITED, needs_approval=True)
    make.registration(event, state=RegistrationState.PENDING_APPROVAL, approval=Approval(question="Which ports?"))
    event_id, registration_id = event.id, make.registration(event).id
    transact(lambda at: inviting.invite(event_id, ["ben@example.com"], by="ed@example.gov", at=at))
    [session_id] = hold_sessions(event_id, {"title": "Walking apart", "seats": dict.fromkeys(Mode, 0)})
    helper = Helper(event_id=event.id, role=HelperRole.SPEAKER, last_name="Weber")

    def act(at: Any) -> None:
        registration = db.session.get_one(Registration, registration_id)
        notifying.queue(MessageKind.CONFIRMED, registration, at=at)
        seating.pick(registration, db.session.get_one(EventSession, session_id), at)
        about = {"actor": "ana@example.gov", "subject": "registration", "subject_id": registration_id}
        auditing.record("registered", **about, at=at)
        ask_for_access(registration, details(needs=Needs((Need.CAPTIONS,))), at)
        db.session.add(RoomRequest(registration_id=registration_id, asked_at=at))
        db.session.add(helper)
        db.session.add(UnwantedAddress(email_key="cy@example.com", complained_at=at, words="abuse"))
        db.session.add(SiteNotice(text="Closed on Monday", set_at=at, set_by="ana@example.gov"))
        words = writing.Words("Slides are up", "Dear all, they are up.")
        writing.draft(event_id, words, AttendeeFilter(event_id), by="ana@example.gov", at=at)
        writing.keep_text(None, "Slides", words, by="ana@example.gov", at=at)

        notice = {"event_id": event_id, "kind": MessageKind.EVENT_CHANGED, "before": {}, "made_by": "ana@example.gov"}
        db.session.add(ChangeNotice(**notice, made_at=at, due_at=at, sent_at=at, recipients=1))
        db.session.get_one(Event, event_id).answered_questions.append(AnsweredQuestion(question="Why?", answer="So."))

    transact(act)
    while delivery.drain("walk", transports.chosen()).taken:
        pass
    lead = ask(event_id, key="broker")
    ask(event_id, "What would you ask?", QuestionKind.LONG_TEXT, is_for_speakers=True)
    ask(event_id, "Which lunch?", QuestionKind.CHOICE, options=LUNCH, limits={"fish": 2}, shown_when=lead.key)


def pages(app: Flask) -> Iterator[str]:
    """The addresses of each page that a member can open."""
    for rule in app.url_map.iter_rules():
        is_page = is_staff_path(rule.rule) and "GET" in (rule.methods or ())
        if is_page and rule.endpoint not in BY_LINK | FILES | door.ABSENT:
            yield from addresses(app, rule)


def addresses(app: Flask, rule: Rule) -> list[str]:
    found = _values(rule)
    assert found, f"tests/support/console.py has no values for {rule}: add them."
    return [app.url_map.bind("").build(rule.endpoint, values) for values in found]


def _values(rule: Rule) -> list[dict[str, Any]]:
    """What stands in the addresses of a rule."""
    special: dict[str, Callable[[], list[dict[str, Any]]]] = {
        "staff.edit_event": lambda: [{"event_id": _of(Event), "part": part} for part in SECTIONS],
        "staff.start_event": lambda: [{"slug": slug} for slug in db.session.scalars(db.select(Series.slug))],
        "staff.add_part": lambda: [{"event_id": _of(Event), "part": part} for part in PARTS],
        "staff.edit_part": lambda: [_of_part(part) for part in PARTS],
        "staff.change_registration_mode": lambda: [
            {"registration_id": _of(Registration), "mode": mode.value} for mode in Mode
        ],
        "staff.told_people": lambda: [{"event_id": _of(Event), "name": f"notice-{_of(ChangeNotice)}"}],
        "staff.answered_question": lambda: [{"event_id": _of(Event), "entry_id": _of(AnsweredQuestion)}],
    }
    if rule.endpoint == "staff.new_question":
        homes = {"event_id": Event, "series_id": Series}
        home = {name: _of(homes[name]) for name in rule.arguments if name in homes}
        return [home | {"kind": kind.value} for kind in QuestionKind]
    if rule.endpoint == "staff.adapt_wording":
        home = {name: _of({"event_id": Event, "series_id": Series}[name]) for name in rule.arguments - {"kind"}}
        return [home | {"kind": kind.value} for kind in (ADAPTABLE[0], ADAPTABLE[-1])]
    if rule.arguments == {"registration_id", "session_id"}:
        pick = db.session.scalars(db.select(Pick).order_by(Pick.id.desc()).limit(1)).one()
        return [{"registration_id": pick.registration_id, "session_id": pick.session_id}]
    if rule.endpoint in special:
        return special[rule.endpoint]()
    tables = {
        "event_id": Event,
        "helper_id": Helper,
        "series_id": Series,
        "question_id": Question,
        "member_id": StaffMember,
        "message_id": OutgoingEmail,
        "registration_id": Registration,
        "announcement_id": Announcement,
        "text_id": KeptText,
        "notice_id": ChangeNotice,
        "flag_id": UnwantedAddress,
    }
    return [{name: _of(tables[name]) for name in rule.arguments}] if rule.arguments <= set(tables) else []


def _of(table: Any) -> int:
    """The newest row: the event that ``prepare`` made, and what belongs to it."""
    newest = db.session.scalar(db.select(table.id).order_by(table.id.desc()).limit(1))
    assert newest
    return int(newest)


def _of_part(part: str) -> dict[str, Any]:
    row = db.session.scalars(db.select(PARTS[part]).limit(1)).one()
    return {"event_id": row.event_id, "part": part, "part_id": row.id}

"""Facts of mails as the verbs write them: one or more examples of every kind."""

from typing import Any

from app.models import MessageKind
from tests.mail.sample_facts import (
    ADDRESS,
    ANNOUNCED,
    ARRANGED,
    ASKED,
    BOTH_DROPPED,
    BRIEF,
    CANCELLED,
    CAPPED,
    CHOSE_DAYS,
    COMES_ALONG,
    EVENT,
    FOLLOWER,
    GIVEN_UP,
    HELD,
    HELD_ONLINE,
    ID_CHECKED,
    IN_LINE,
    IN_PERSON,
    KEEPING_TURN,
    LEAD_TIME,
    LINK,
    MOVED,
    MOVED_SYMPOSIUM,
    NEWS,
    PENDING,
    PERSON,
    POSTPONED,
    READY,
    RELEASED,
    SESSIONS,
    SIGN_INS,
    SORRY,
    SYMPOSIUM,
    WAITING,
    facts,
)

SAMPLES: dict[MessageKind, dict[str, dict[str, Any]]] = {
    MessageKind.CONFIRMED: {
        "": facts(),
        "-in-person": facts(SYMPOSIUM, IN_PERSON),
        "-id-checked": facts(ID_CHECKED, IN_PERSON),
        "-after-release": facts(RELEASED),
        "-sessions": facts(SYMPOSIUM, IN_PERSON | {"sessions": SESSIONS}),
        "-booked": facts(SYMPOSIUM, IN_PERSON, booked_by="Maria Keller", asks=True),
        "-guest": facts(SYMPOSIUM, IN_PERSON | {"is_guest": True}, booked_by="Maria Keller"),
        "-keeping-turn": facts(SYMPOSIUM, KEEPING_TURN),
        "-approved": facts(SYMPOSIUM, IN_PERSON, approved=True),
        "-lead-time": facts(SYMPOSIUM | LEAD_TIME, IN_PERSON),
        "-lead-time-online": facts(SYMPOSIUM | LEAD_TIME),
    },
    MessageKind.WAITLISTED: {
        "-approved": facts(SYMPOSIUM, IN_PERSON | IN_LINE, approved=True),
        "": facts(person=PERSON | WAITING),
        "-in-person": facts(SYMPOSIUM, IN_PERSON | IN_LINE),
        "-lead-time": facts(SYMPOSIUM | LEAD_TIME, IN_PERSON | IN_LINE),
        "-with-offers": facts(SYMPOSIUM | {"offer_hours": 48}, IN_PERSON | IN_LINE),
        "-postponed": facts(POSTPONED, PERSON | WAITING),
        "-sessions": facts(
            SYMPOSIUM, IN_PERSON | IN_LINE | {"sessions": [one | {"state": "waitlisted"} for one in SESSIONS]}
        ),
    },
    MessageKind.PROMOTED: {
        "": facts(person=PERSON | {"calendar_sequence": 1}),
        "-in-person": facts(SYMPOSIUM, IN_PERSON),
        "-postponed": facts(POSTPONED),
        "-from-online": facts(SYMPOSIUM, IN_PERSON | {"calendar_sequence": 1}, gave_up="online"),
    },
    MessageKind.OFFERED: {
        "": facts(SYMPOSIUM | {"offer_hours": 48}, IN_PERSON | IN_LINE | HELD | {"state": "offered"}),
        "-attending-online": facts(SYMPOSIUM | {"offer_hours": 48}, KEEPING_TURN | HELD),
        "-online": facts(EVENT | {"offer_hours": 24}, PERSON | WAITING | HELD_ONLINE | {"state": "offered"}),
    },
    MessageKind.OFFER_LAPSED: {
        "": facts(SYMPOSIUM, IN_PERSON | CANCELLED, may_register_again=True),
        "-at-the-start": facts(SYMPOSIUM, IN_PERSON | CANCELLED, may_register_again=False),
        "-invited": facts(SYMPOSIUM, IN_PERSON | CANCELLED, may_register_again=False, by_invitation=True),
        "-attending-online": facts(SYMPOSIUM, PERSON),
    },
    MessageKind.LINE_CLOSED: {
        "": facts(SYMPOSIUM, IN_PERSON | IN_LINE, closed={"mode": "in-person", "online_is_open": True}),
        "-attending-online": facts(SYMPOSIUM, KEEPING_TURN, closed={"mode": "in-person", "online_is_open": True}),
        "-online": facts(person=PERSON | WAITING, closed={"mode": "online", "online_is_open": False}),
        "-luck": facts(
            SYMPOSIUM, IN_PERSON | IN_LINE, closed={"mode": "in-person", "online_is_open": False, "may_take": True}
        ),
    },
    MessageKind.SESSION_PROMOTED: {
        "": facts(
            SYMPOSIUM,
            IN_PERSON | {"sessions": SESSIONS, "calendar_sequence": 2},
            promoted=["Claiming preference without mistakes"],
        ),
        "-accepted": facts(
            SYMPOSIUM,
            IN_PERSON | {"sessions": SESSIONS, "calendar_sequence": 2},
            promoted=["Claiming preference without mistakes"],
            accepted=True,
        ),
    },
    MessageKind.SESSION_OFFERED: {
        "": facts(
            SYMPOSIUM | {"offer_hours": 48},
            IN_PERSON | {"sessions": [SESSIONS[0] | {"state": "offered"} | HELD, SESSIONS[1]]},
            promoted=["Claiming preference without mistakes"],
            answer_by=HELD["offered_until"],
        )
    },
    MessageKind.SESSION_OFFER_LAPSED: {
        name: facts(
            SYMPOSIUM,
            IN_PERSON | {"sessions": [SESSIONS[1]]},
            lost=["Claiming preference without mistakes"],
            may_choose_again=again,
        )
        for name, again in (("", True), ("-at-the-start", False))
    },
    MessageKind.SESSION_MOVED: {
        name: facts(
            SYMPOSIUM,
            IN_PERSON | {"sessions": SESSIONS, "calendar_sequence": 1},
            changes=[
                ["session", SESSIONS[0] | {"room": "Room 2", "starts_at": "2027-03-30T17:30:00+00:00"}, SESSIONS[0]]
            ],
            collides=collides,
        )
        for name, collides in (("", []), ("-onto-another", ["Reports that save an hour"]))
    },
    MessageKind.SESSION_LINE_CLOSED: {
        "": facts(SYMPOSIUM, IN_PERSON | {"sessions": SESSIONS}, closed_session=SESSIONS[1])
    },
    MessageKind.CANCELLED: {
        "": facts(person=PERSON | CANCELLED, reason="", was="confirmed", may_register_again=True),
        "-from-the-line": facts(person=PERSON | CANCELLED, reason="", was="waitlisted"),
        "-before-approval": facts(person=PERSON | CANCELLED, reason="", was="pending-approval"),
        "-by-booker": facts(person=PERSON | CANCELLED, reason="", was="confirmed", cancelled_by="Maria Keller"),
    },
    MessageKind.CANCELLED_BY_STAFF: {
        "": facts(person=PERSON | CANCELLED, reason="You asked us by phone.", was="confirmed")
    },
    MessageKind.CHANGED: {
        "": facts(
            person=PERSON | {"calendar_sequence": 1},
            changes=[["last_name", "Nunez", "Núñez"], ["country", "", "MX"], ["role", "importer", "broker"]],
        ),
        "-mode": facts(SYMPOSIUM, PERSON | {"calendar_sequence": 1}, changes=[["mode", "in-person", "online"]]),
        "-by-office": facts(
            person=PERSON | {"calendar_sequence": 1}, changes=[["last_name", "Nunez", "Núñez"]], by_office=True
        ),
        "-room-asked": facts(SYMPOSIUM, changes=[], room_asked="Maria Keller"),
        "-room-not-asked": facts(SYMPOSIUM, changes=[], room_not_asked="Maria Keller"),
        "-room-approved": facts(
            SYMPOSIUM, IN_PERSON, changes=[["mode", "online", "in-person"]], by_office=True, room_approved=True
        ),
        "-room-refused": facts(
            SYMPOSIUM, changes=[], by_office=True, room_refused=True, reason="The building takes no more visitors."
        ),
        "-session-dropped": facts(
            SYMPOSIUM,
            IN_PERSON | {"sessions": SESSIONS[:1], "given_up": GIVEN_UP, "calendar_sequence": 1},
            changes=[["sessions", [one["title"] for one in SESSIONS], ["Claiming preference without mistakes"]]],
            by_office=True,
            dropped=["Reports that save an hour"],
            reason="The speaker had to cancel.",
        ),
        "-sessions-dropped": BOTH_DROPPED,
        "-sessions": facts(
            SYMPOSIUM,
            IN_PERSON | {"sessions": SESSIONS[:1], "given_up": GIVEN_UP, "calendar_sequence": 1},
            changes=[["sessions", [one["title"] for one in SESSIONS], ["Claiming preference without mistakes"]]],
        ),
    },
    MessageKind.HOW_TO_JOIN: {"": facts(RELEASED)},
    MessageKind.EVENT_CHANGED: {
        "": facts(MOVED, before=EVENT, reason="The speaker was called away."),
        "-waiting": facts(MOVED, PERSON | WAITING, before=EVENT, reason=""),
        "-offered": facts(MOVED, PERSON | WAITING | HELD_ONLINE, before=EVENT, reason=""),
        "-invited": facts(MOVED, None, before=EVENT, reason="", invitation={"id": 12, "version": 1}),
        "-new-end": facts(
            EVENT | {"ends_local": "2026-12-08T14:00:00", "ends_at": "2026-12-08T19:00:00+00:00"},
            before=EVENT,
            reason="",
            collides=["Reports that save an hour", "What a broker keeps"],
        ),
        "-new-date": facts(MOVED, before=POSTPONED, reason=""),
        "-after-all": facts(
            EVENT | {"calendar_sequence": 2}, before=EVENT | {"state": "cancelled", "calendar_sequence": 1}, reason=""
        ),
        "-other-days": facts(MOVED_SYMPOSIUM, CHOSE_DAYS | {"days": ["2027-04-07"]}, before=SYMPOSIUM, reason=""),
        "-lost-days": facts(MOVED_SYMPOSIUM, CHOSE_DAYS | {"days": [], "lost_days": True}, before=SYMPOSIUM, reason=""),
        "-in-person": facts(
            SYMPOSIUM | {"calendar_sequence": 1},
            IN_PERSON,
            before=SYMPOSIUM | {"venue": SYMPOSIUM["venue"] | {"name": "Old Hall"}},
            reason="",
        ),
        "-with-sessions": facts(
            SYMPOSIUM | {"calendar_sequence": 1},
            IN_PERSON | {"sessions": SESSIONS},
            before=SYMPOSIUM | {"starts_at": "2027-03-30T13:00:00+00:00"},
            reason="",
            changes=[["session", SESSIONS[0] | {"starts_at": "2027-03-30T17:30:00+00:00"}, SESSIONS[0]]],
            collides=["Reports that save an hour"],
        ),
    },
    MessageKind.EVENT_POSTPONED: {
        "": facts(POSTPONED, before=EVENT, reason="A storm closed the offices."),
        "-again": facts(POSTPONED, reason="A storm closed the offices."),
        "-waiting": facts(POSTPONED | {"offer_hours": 48}, PERSON | WAITING, before=EVENT, reason=""),
        "-pending": facts(POSTPONED, PERSON | PENDING, before=EVENT, reason=""),
        "-invited": facts(
            POSTPONED, None, before=EVENT, reason="A storm closed the offices.", invitation={"id": 12, "version": 1}
        ),
    },
    MessageKind.EVENT_CANCELLED: {
        name: facts(
            EVENT | {"state": "cancelled", "calendar_sequence": 1}, who, before=EVENT, reason="A lapse in funding."
        )
        for name, who in (("", PERSON), ("-invited", None))
    },
    MessageKind.ALREADY_REGISTERED: {
        "": facts(typed_name="Ana Núñez", differences=[], other_person=False),
        "-other-person": facts(
            typed_name="Ben Okafor",
            differences=[["full_name", "Ben Okafor", "Ana Núñez"], ["job_title", "Clerk", ""]],
            other_person=True,
        ),
        "-booked": facts(typed_name="Ana Núñez", differences=[], other_person=False, booked_by="Maria Keller"),
        "-not-approved": facts(
            person=PERSON | {"state": "not-approved"}, typed_name="Ana Núñez", differences=[], other_person=False
        ),
    },
    MessageKind.TAKE_OVER: {
        "": facts(SYMPOSIUM, None, **ASKED),
        "-in-line": facts(SYMPOSIUM, None, **ASKED, in_line=True, **COMES_ALONG),
    },
    MessageKind.HANDED_OVER: {
        "": facts(SYMPOSIUM, IN_PERSON | CANCELLED, taker="Ben Okafor", was="confirmed"),
    },
    MessageKind.CONFIRM_ADDRESS: {
        "": facts(EVENT, None, move={"id": 4711, "version": 815, "name": ""}, holder="Ana Núñez"),
        "-booked": facts(
            EVENT,
            None,
            move={"id": 31, "version": 815, "name": "Ben", "booked": True},
            holder="Ben Okafor",
            asked_by="Ana Núñez",
        ),
    },
    MessageKind.ADDRESS_ASKED: {
        "": facts(new_address="ana@harbor.example"),
        "-booked": facts(new_address="ana@harbor.example", asked_by="Maria Keller"),
    },
    MessageKind.APPROVAL_PENDING: {
        "": facts(SYMPOSIUM, IN_PERSON | PENDING),
        "-lead-time": facts(SYMPOSIUM | LEAD_TIME, IN_PERSON | PENDING),
        "-online": facts(person=PERSON | PENDING),
    },
    MessageKind.NOT_APPROVED: {
        "": facts(
            SYMPOSIUM,
            IN_PERSON | {"state": "not-approved", "calendar_sequence": 1},
            reason="This round is for people who file entries themselves.",
        ),
        "-without-words": facts(person=PERSON | {"state": "not-approved"}, reason=""),
    },
    MessageKind.APPROVAL_QUESTION: {
        "": facts(SYMPOSIUM, IN_PERSON | PENDING, text="Which ports do you file at?\n\nDo you hold a license?")
    },
    MessageKind.INVITATION: {"": facts(SYMPOSIUM, None, invitation={"id": 12, "version": 1})},
    MessageKind.ORGANIZATION_FULL: {
        "": facts(SYMPOSIUM, None, **CAPPED, name="Ana Núñez", most=2),
        "-one": facts(person=None, name="Ana Núñez", organization="Northern Imports", most=1),
        "-booked": facts(SYMPOSIUM, None, **CAPPED, name="Ben Okafor", most=2, booked_by="Ana Núñez", is_guest=False),
        "-guest": facts(SYMPOSIUM, None, **CAPPED, name="Chiara Rossi", most=2, booked_by="Ana Núñez", is_guest=True),
    },
    MessageKind.BOOKED: {
        "": facts(
            SYMPOSIUM,
            None,
            booking={"id": 31, "version": 1, "name": "Ana Núñez"},
            people=[
                {
                    "name": "Ben Okafor",
                    "email": "ben@harbor.example",
                    "mode": "in-person",
                    "state": "confirmed",
                    "sessions": SESSIONS,
                },
                {"name": "Chiara Rossi", "email": None, "mode": "in-person", "state": "waitlisted", "sessions": []},
                {
                    "name": "Emeka Obi",
                    "email": "emeka@harbor.example",
                    "mode": "online",
                    "state": "confirmed",
                    "keeps_turn": True,
                },
            ],
        ),
        "-untold": facts(
            SYMPOSIUM,
            None,
            booking={"id": 31, "version": 1, "name": "Ana Núñez"},
            people=[{"name": "Dmitri Ivanov", "email": "dmitri@harbor.example", "mode": "in-person", "state": None}],
        ),
    },
    MessageKind.MY_LINKS: {
        "": facts(
            None,
            None,
            registrations=[
                facts(),
                facts(SYMPOSIUM, IN_PERSON | IN_LINE | {"number": "0B3CK4W8ZD"}),
                facts(SYMPOSIUM, IN_PERSON | {"number": "5T3CK4W8ZD", "full_name": "Ben Okafor", "is_guest": True}),
            ],
        ),
        "-booked": facts(
            None,
            None,
            registrations=[facts()],
            bookings=[
                {
                    "event": SYMPOSIUM,
                    "booking": {"id": 31, "version": 1, "name": "Ana Núñez"},
                    "names": ["Ben Okafor", "Chiara Rossi"],
                }
            ],
        ),
        "-none": facts(None, None, registrations=[]),
    },
    MessageKind.ACCESSIBILITY_RECEIVED: {
        "": facts(
            SYMPOSIUM,
            IN_PERSON,
            lead={"name": "Access desk", "email": "access@events.example.gov", "phone": "", "date": "2027-03-09"},
        ),
        "-booked": facts(
            SYMPOSIUM,
            IN_PERSON,
            lead={"name": "Access desk", "email": "access@events.example.gov", "phone": "", "date": "2027-03-09"},
            booked_by="Maria Keller",
        ),
    },
    MessageKind.ACCESSIBILITY_ALERT: {"": facts(SYMPOSIUM, None, mode="in-person", registration_id=4711)},
    MessageKind.ACCESSIBILITY_ANSWERED: {
        "": facts(SYMPOSIUM, IN_PERSON, answer={"state": "arranged", "by": "Ruth Adler", "text": ARRANGED}),
        "-not-possible": facts(person=PERSON, answer={"state": "not-possible", "by": "Ruth Adler", "text": SORRY}),
    },
    MessageKind.REGISTRATION_OPEN: {"": facts(SYMPOSIUM, None)},
    MessageKind.ANNOUNCEMENT: {
        "": facts(
            announcement={"subject": "Two things before {event}", "text": ANNOUNCED, "urgent": False},
        ),
        "-urgent": facts(
            SYMPOSIUM,
            IN_PERSON,
            announcement={"subject": "Use the west entrance", "text": "The east doors are closed.", "urgent": True},
        ),
        "-test": facts(
            announcement={"subject": "Slides", "text": "They are up.", "urgent": False, "test": True},
        ),
    },
    MessageKind.CONFIRM_FOLLOWING: {
        "": facts(None, None, wanted=["Webinars", "Forced labor"], rhythm="weekly", request=LINK, follows=[]),
        "-known": facts(None, None, wanted=[], follows=["Webinars"], subscriber=ADDRESS),
        "-more": facts(
            None, None, wanted=["Forced labor"], rhythm="daily", request=LINK, follows=["Webinars"], subscriber=ADDRESS
        ),
    },
    MessageKind.NEWS: {
        "": facts(None, None, news=NEWS, left_out=2, **FOLLOWER),
        "-one": facts(None, None, news=NEWS[:1], left_out=0, **FOLLOWER),
    },
    MessageKind.STAFF_SIGN_IN: SIGN_INS,
    MessageKind.REMINDER: {
        "": facts(useful_until="2026-12-08T06:00:00+00:00", session_ways=False),
        "-session-ways": facts(
            SYMPOSIUM, PERSON | {"sessions": SESSIONS}, useful_until="2027-03-26T13:30:00+00:00", session_ways=True
        ),
        "-after-release": facts(RELEASED, useful_until="2026-12-08T17:30:00+00:00", session_ways=False),
        "-in-person": facts(SYMPOSIUM, IN_PERSON | {"sessions": SESSIONS}, useful_until="2027-03-26T13:30:00+00:00"),
    },
    MessageKind.SESSION_JOIN: {
        "": facts(SYMPOSIUM, session=SESSIONS[0], useful_until=SESSIONS[0]["ends_at"]),
    },
    MessageKind.DECLINED: {"": facts()},
    MessageKind.EVENT_BRIEF: {"": facts(SYMPOSIUM, None, brief=BRIEF), "-ready": facts(EVENT, None, brief=READY)},
    MessageKind.TEST: {"": facts(None, None, sent_at="2026-11-20T15:00:00+00:00")},
}

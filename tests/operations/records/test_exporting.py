"""Handing out lists: exactly the columns of the receiver, safe in a spreadsheet, counted, hashed and logged."""

import hashlib
import io
from datetime import datetime

import pytest
from openpyxl import load_workbook
from sqlalchemy import NullPool, create_engine, insert, text

from app.db import db, transact
from app.models import (
    Approval,
    AuditEntry,
    Event,
    EventState,
    Helper,
    HelperRole,
    Mode,
    Registration,
    RegistrationState,
    Role,
)
from app.operations.records import exporting
from app.operations.records.exporting import Format, Order, Written
from app.operations.records.profiles import PROFILES, attendees
from app.operations.records.profiles.profile import Choice
from app.operations.registration import approving, standing_by
from app.operations.registration.listing import AttendeeFilter, Sort
from tests.support import factories as make
from tests.support.booking import booked_form, group_event
from tests.support.csv_reading import CsvTable, read_csv
from tests.support.desk import details, sign_up
from tests.support.sessions import conference, session_ids

pytestmark = pytest.mark.usefixtures("app")

SECURITY = ["Last name", "First name", "Middle name", "Suffix", "Organization", "Arrival days", "Host"]


@pytest.fixture
def event_id(at: datetime) -> int:
    return make.event(
        seats={Mode.IN_PERSON: None, Mode.ONLINE: None},
        title="Trade Symposium: “Entry”",
        starts_local=make.wall("2026-03-16 09:00"),
        ends_local=make.wall("2026-03-17 17:00"),
        contact_name="Ruth Quinn",
    ).id


def person(event_id: int, **given: object) -> Registration:
    return make.registration(db.session.get_one(Event, event_id), **given)


def helper(event_id: int, last_name: str, **given: object) -> None:
    values = {"event_id": event_id, "role": HelperRole.SPEAKER, "last_name": last_name, **given}
    make.kept(lambda _: Helper(**values))


def order(event_id: int, profile: str = "attendees", kind: Format = Format.CSV, **asked: object) -> Order:
    days = asked.pop("days", ())
    return Order(PROFILES[profile], kind, Choice(AttendeeFilter(event_id, **asked), days))


def written(wanted: Order, at: datetime) -> tuple[Written, bytes]:
    file = io.BytesIO()
    made = exporting.write(wanted, file, at)
    return made, file.getvalue()


def table(wanted: Order, at: datetime) -> CsvTable:
    return read_csv(io.BytesIO(written(wanted, at)[1]))


def rows_of(read: CsvTable) -> list[dict[str, str]]:
    return [dict(zip(read.columns, row, strict=True)) for row in read.rows]


def test_only_who_waits_has_a_number_in_the_line(event_id: int, at: datetime) -> None:
    for state, waits_for in ((RegistrationState.CONFIRMED, None), (RegistrationState.WAITLISTED, Mode.ONLINE)):
        one = person(event_id, last_name=state.value, state=state)
        make.kept(lambda _, one=one, waits_for=waits_for: _stand(one.id, waits_for))
    found = {row["Last name"]: row["Joined the line as number"] for row in rows_of(table(order(event_id), at))}
    assert found == {"confirmed": "", "waitlisted": "7"}


def _stand(registration_id: int, waits_for: Mode | None) -> Registration:
    standing = db.session.get_one(Registration, registration_id)
    standing.waits_for, standing.position = waits_for, 7
    return standing


def test_it_works(event_id: int, at: datetime) -> None:
    person(event_id, first_name="María", last_name="López", role=Role.BROKER, country="MX", registered_at=at)
    person(event_id, last_name="Abbot", state=RegistrationState.WAITLISTED)
    read = table(order(event_id), at)
    assert read.head == [
        ["Event", "Trade Symposium: “Entry”"],
        ["List", "Attendees"],
        ["As of", "Mon, Mar 2, 2026, 12:00 p.m. Eastern Time (EST)"],
        ["Time zone", "America/New_York"],
        ["Rows", "2"],
    ]
    first, second = rows_of(read)
    assert (first["Last name"], first["State"]) == ("Abbot", "On the waiting list")
    assert second["Full name"] == "María López"
    assert second["Role"] == "U.S. licensed customs broker"
    assert (second["Country of work"], second["Country code"]) == ("Mexico", "MX")
    assert second["Registered (Eastern Time)"] == "2026-03-02 12:00"
    assert len(read.columns) == 29


def test_both_kinds_of_file_hold_the_same(event_id: int, at: datetime) -> None:
    for number in range(3):
        person(event_id, last_name=f"00{number}", organization="Line\r\nof “text”", wants_mail=bool(number))
    sheet = load_workbook(io.BytesIO(written(order(event_id, kind=Format.XLSX), at)[1])).worksheets[0]
    cells = [[_as_text(cell) for cell in line] for line in sheet.iter_rows(values_only=True)]
    read = table(order(event_id), at)
    assert [line[:2] for line in cells[:5]] == read.head
    assert cells[6] == read.columns
    assert [[cell.replace("\n", "\r\n") for cell in line] for line in cells[7:]] == read.rows
    assert sheet["B5"].value == 3
    kinds = {name: sheet.cell(8, place).data_type for place, name in enumerate(read.columns, start=1)}
    assert kinds["Registered (Eastern Time)"] == "d"  # What is ours to count is sorted by it;
    assert {kinds["Last name"], kinds["Confirmation number"]} == {"s"}  # what is not keeps its zeros.


def test_who_cancelled_is_told_in_words(event_id: int, at: datetime) -> None:
    for by in ("person", "booker", "ed@example.gov"):
        person(event_id, last_name=by, state=RegistrationState.CANCELLED, cancelled_at=at, cancelled_by=by)
    found = {row["Last name"]: row["Cancelled by"] for row in rows_of(table(order(event_id), at))}
    assert found == {"person": "the person", "booker": "whoever booked for them", "ed@example.gov": "ed@example.gov"}


def _as_text(cell: object) -> str:
    return cell.isoformat(" ", "minutes") if isinstance(cell, datetime) else str(cell or "")


@pytest.mark.parametrize(
    ("zone", "instant", "shown"),
    [
        ("America/New_York", "2026-03-08T06:59", "2026-03-08 01:59"),
        ("America/New_York", "2026-03-08T07:01", "2026-03-08 03:01"),
        ("Asia/Kathmandu", "2026-03-02T18:20", "2026-03-03 00:05"),
        ("Australia/Lord_Howe", "2026-04-04T14:59", "2026-04-05 01:59"),
        ("Australia/Lord_Howe", "2026-04-04T15:01", "2026-04-05 01:31"),
        ("Asia/Gaza", "2014-03-27T21:59", "2014-03-27 23:59"),
        ("Asia/Gaza", "2011-03-31T22:00", "2011-04-01 00:00"),
        ("Asia/Gaza", "2011-03-31T22:02", "2011-04-01 01:02"),
    ],
)
def test_times_are_those_of_the_event(at: datetime, zone: str, instant: str, shown: str) -> None:
    event = make.event(time_zone=zone)
    make.registration(event, registered_at=datetime.fromisoformat(f"{instant}+00:00"))
    row = table(order(event.id), at).rows[0]
    assert row[22] == shown


def test_it_exports_what_the_filter_means(event_id: int, at: datetime) -> None:
    person(event_id, last_name="Baker", mode=Mode.ONLINE)
    person(event_id, last_name="Bakari", mode=Mode.ONLINE)
    person(event_id, last_name="Baker", mode=Mode.IN_PERSON)
    wanted = order(event_id, mode=Mode.ONLINE, q="bak", sort=Sort.NAME, descending=True)
    read = table(wanted, at)
    assert [row["Last name"] for row in rows_of(read)] == ["Baker", "Bakari"]
    assert ["Only", "Search: bak; Online"] in read.head


def test_an_empty_list_is_a_file_too(event_id: int, at: datetime) -> None:
    for profile in PROFILES:
        made, _ = written(order(event_id, profile), at)
        read = table(order(event_id, profile), at)
        assert (made.rows, read.rows, ["Rows", "0"] in read.head) == (0, [], True)


def test_nothing_in_it_is_a_formula(event_id: int, at: datetime) -> None:
    evil = '=HYPERLINK("https://evil.example","x")'
    person(event_id, first_name="+1 555 0100", last_name=evil, organization="@SUM(1)", job_title="\u00a0-2")
    lines = written(order(event_id), at)[1].decode("utf-8-sig").splitlines()
    assert ",'=HYPERLINK" in lines[-1].replace('"', "")
    assert ",'@SUM" in lines[-1]
    assert rows_of(table(order(event_id), at))[0]["Last name"] == evil


def test_security_gets_the_room_and_the_helpers(event_id: int, at: datetime) -> None:
    """Fifty in the room and three thousand online: the door gets fifty, and who is there without a registration."""
    common = {"event_id": event_id, "state": RegistrationState.CONFIRMED, "registered_at": at, "number": "0" * 10}
    online = [{**common, "mode": Mode.ONLINE, "last_name": f"Online {number}"} for number in range(3000)]
    room = [{**common, "mode": Mode.IN_PERSON, "last_name": f"Room {number:02}"} for number in range(50)]
    transact(lambda _: db.session.execute(insert(Registration), online + room))
    for state in (RegistrationState.WAITLISTED, RegistrationState.CANCELLED, RegistrationState.PENDING_APPROVAL):
        person(event_id, mode=Mode.IN_PERSON, state=state)
    helper(event_id, "Speaker", host="Ivan Weber")
    helper(event_id, "Member", role=HelperRole.MEMBER)
    # A filter on the office's screen takes nobody away from the door's list.
    read = table(order(event_id, "building-security", mode=Mode.ONLINE, q="nobody"), at)
    assert read.columns == SECURITY
    assert [row[0] for row in read.rows] == ["Member", *(f"Room {number:02}" for number in range(50)), "Speaker"]
    assert ["Rows", "52"] in read.head
    assert {row[0]: row[6] for row in read.rows}["Speaker"] == "Ivan Weber"
    assert {row[0]: row[6] for row in read.rows}["Room 01"] == "Ruth Quinn"


def test_security_gets_no_address_and_no_country(event_id: int, at: datetime) -> None:
    given = {"middle_name": "M.", "suffix": "Jr.", "country": "MX", "job_title": "Manager", "role": Role.BROKER}
    person(event_id, mode=Mode.IN_PERSON, last_name="Lopez", email="ana@secret.example", **given)
    text = written(order(event_id, "building-security"), at)[1].decode()
    assert "Lopez,Ana,M.,Jr.,Harbor Brokers" in text
    for kept_back in ("secret.example", "MX", "Mexico", "Manager", "broker"):
        assert kept_back not in text


def test_security_gets_the_days_it_asks_for(event_id: int, at: datetime) -> None:
    person(event_id, mode=Mode.IN_PERSON, last_name="First", days=["2026-03-16"])
    person(event_id, mode=Mode.IN_PERSON, last_name="Second", days=["2026-03-17"])
    person(event_id, mode=Mode.IN_PERSON, last_name="Whole")
    helper(event_id, "Helper", days=["2026-03-17"])
    read = table(order(event_id, "building-security", days=("2026-03-17",)), at)
    assert [(row[0], row[5]) for row in read.rows] == [
        ("Helper", "2026-03-17"),
        ("Second", "2026-03-17"),
        ("Whole", "2026-03-16, 2026-03-17"),
    ]
    assert ["Days", "2026-03-17"] in read.head


def test_who_has_one_name_stands_under_it(event_id: int, at: datetime) -> None:
    person(event_id, mode=Mode.IN_PERSON, first_name="Sukarno", last_name="")
    assert table(order(event_id, "building-security"), at).rows[0][:2] == ["Sukarno", ""]


def test_it_is_logged(event_id: int, at: datetime) -> None:
    person(event_id, last_name="Lopez")
    wanted = order(event_id, q="lopez", state=RegistrationState.CONFIRMED)
    made, content = written(wanted, at)
    transact(lambda now: exporting.record(wanted, made, by="ruth@example.gov", at=now))
    entry = db.session.scalars(db.select(AuditEntry)).one()
    assert (entry.act, entry.actor, entry.event_id, entry.at) == ("exported list", "ruth@example.gov", event_id, at)
    assert entry.detail == {
        "profile": "attendees",
        "format": "csv",
        "filter": {"state": "confirmed", "sort": "name"},
        "days": [],
        "rows": 1,
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    assert entry.personal == {"search": "lopez"}  # Apart, so that it can be erased.


def test_people_under_one_address_are_told_apart_by_name_and_booker(at: datetime) -> None:
    event_id = group_event()
    sign_up(event_id, booked_form("Ana", "Bo", own=False))
    rows = rows_of(table(order(event_id), at))
    told = [(row["Full name"], row["Email address"], row["Booked by"]) for row in rows]
    assert sorted(told) == [
        ("Ana Lim", "maria@broker.example", "Maria Keller"),
        ("Bo Lim", "maria@broker.example", "Maria Keller"),
        ("Maria Keller", "maria@broker.example", ""),
    ]
    assert len({row["Confirmation number"] for row in rows}) == 3
    security = rows_of(table(order(event_id, "building-security"), at))
    assert sorted(row["First name"] for row in security) == ["Ana", "Bo", "Maria"]


def test_who_decided_stands_beside_those_whom_the_office_approves(event_id: int, at: datetime) -> None:
    undecided, approved = (person(event_id, last_name=name, state=RegistrationState.PENDING_APPROVAL) for name in "AB")
    assert "Approved or declined by" not in table(order(event_id), at).columns
    for one in (undecided, approved):
        make.kept(lambda _, one=one: Approval(registration_id=one.id))
    transact(lambda at: approving.approve(approved.id, by="ruth@example.gov", at=at).id)
    rows = rows_of(table(order(event_id), at))
    decided = "Approved or declined (Eastern Time)"
    assert [(row["Approved or declined by"], bool(row[decided])) for row in rows] == [
        ("", False),
        ("ruth@example.gov", True),
    ]


def test_the_answer_to_a_postponement_is_told(event_id: int, at: datetime) -> None:
    keeps = person(event_id, last_name="A")
    person(event_id, last_name="B")
    transact(lambda _: setattr(db.session.get_one(Event, event_id), "state", EventState.POSTPONED))
    transact(lambda at: standing_by.keep(keeps.id, at=at).id)
    assert [row["After the postponement"] for row in rows_of(table(order(event_id), at))] == ["Keeps the seat", ""]
    silent = table(order(event_id, reply=standing_by.Reply.SILENT), at)
    assert [row["Last name"] for row in rows_of(silent)] == ["B"]
    assert ["Only", "After the postponement: No answer yet"] in silent.head


def test_who_waits_for_the_event_stands_in_no_line_of_its_sessions(at: datetime) -> None:
    event_id = conference({"seats": {Mode.IN_PERSON: 1}, "title": "Tour"}, capacity=2)
    for name in "ABC":
        sign_up(event_id, details(last_name=name, sessions=tuple(session_ids(event_id))))
    rows = rows_of(table(order(event_id), at))
    (heading,) = (name for name in rows[0] if name.startswith("Tour"))
    assert [row[heading] for row in rows] == ["Confirmed", "On the waiting list", "Waits for a seat at the event"]


@pytest.mark.database("postgresql")
def test_e20_people_who_cancel_or_come_meanwhile_change_no_list_that_is_being_read(
    event_id: int, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite whoever writes waits until the list is read."""
    monkeypatch.setattr(attendees, "AT_ONCE", 1)
    for number in range(5):
        person(event_id, last_name=f"Person {number}")
    reading = PROFILES["attendees"].read(db.session.get_one(Event, event_id), order(event_id).choice)
    rows = iter(reading.rows)
    read = [next(rows)]
    with create_engine(db.engine.url, poolclass=NullPool).begin() as other:
        other.execute(text("DELETE FROM registration WHERE last_name <> 'Person 0'"))
    read += rows
    assert len(read) == reading.count == 5

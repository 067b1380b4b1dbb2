"""The chain of the audit log: whatever is changed in it later, the first entry that does not fit is named."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, update

from app.db import db, transact
from app.models import AuditEntry
from app.operations import auditing

pytestmark = pytest.mark.usefixtures("app")
ACT = {"actor": "ana@example.gov", "act": "address corrected", "subject": "registration", "event_id": 3}
TOLD = {"detail": {"reason": "mistyped"}, "personal": {"email": ["ana@example.com", "zoë@example.com"]}}


@pytest.fixture
def at(at: datetime) -> datetime:
    """Five sealed entries."""
    transact(lambda at: [auditing.record(**ACT, **TOLD, subject_id=number, at=at) for number in range(1, 6)])
    transact(lambda _: auditing.seal())
    assert auditing.verify().first_bad_id is None
    return at


class UndoneError(Exception):
    """What was tried is taken back."""


def first_bad(*changes: Any) -> int | None:
    """What verifying finds after these statements, which are undone at once."""
    found = []

    def work(_at: datetime) -> None:
        for change in changes:
            db.session.execute(change, execution_options={"synchronize_session": False})
        db.session.expire_all()
        found.append(auditing.verify().first_bad_id)
        raise UndoneError

    with pytest.raises(UndoneError):
        transact(work)
    return found[0]


def put(number: int, **values: Any) -> Any:
    return update(AuditEntry).where(AuditEntry.id == number).values(**values)


def test_it_names_the_first_entry_that_was_changed(at: datetime) -> None:
    changes: dict[str, Any] = {
        "actor": "bo@example.gov",
        "act": "cancelled",
        "subject": "event",
        "subject_id": 9,
        "event_id": 9,
        "at": at + timedelta(seconds=1),
        "detail": {"reason": "another"},
        "personal": {"email": ["ana@example.com", "bo@example.com"]},
        "personal_digest": auditing.personal_digest({"email": "bo@example.com"}),
        "seal": "0" * 64,
    }
    seen = {name: first_bad(put(3, **{name: value})) for name, value in changes.items()}
    assert seen == dict.fromkeys(changes, 3)


def test_it_names_the_place_where_entries_were_taken_out_or_slipped_in(at: datetime) -> None:
    taken_out = delete(AuditEntry).where(AuditEntry.id == 2)
    counted_anew = [put(number, chain_number=number - 1) for number in (3, 4, 5)]
    assert first_bad(taken_out) == 3
    assert first_bad(taken_out, *counted_anew) == 3
    swapped = [put(2, chain_number=99), put(3, chain_number=2), put(2, chain_number=3)]
    assert first_bad(*swapped) == 3
    copied = AuditEntry.__table__.insert().values(**ACT, **TOLD, id=6, subject_id=6, at=at, chain_number=6, seal="0")
    assert first_bad(copied) == 6


def test_what_is_personal_may_be_erased(at: datetime) -> None:
    assert first_bad(put(3, personal=None)) is None


def test_a_new_key_keeps_the_chain_and_a_foreign_one_breaks_it(app: Flask, at: datetime) -> None:
    old = app.config["DATA_KEYS"]
    app.config["DATA_KEYS"] = ["a newer key that seals what comes now", *old]
    transact(lambda at: auditing.record(**ACT, **TOLD, subject_id=6, at=at))
    transact(lambda _: auditing.seal())
    verified = auditing.verify()
    assert (verified.first_bad_id, verified.sealed) == (None, 6)
    app.config["DATA_KEYS"] = ["a key that never sealed anything of this"]
    assert auditing.verify().first_bad_id == 1

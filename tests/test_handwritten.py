"""Statements written by hand go to the driver itself, and yet are heard, refused and told as all others are."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.connections import WriteOutsideTransactError
from app.db import db, transact
from app.handwritten import HandWritten
from app.models import Topic, TopicKind

pytestmark = pytest.mark.usefixtures("app")
GIVEN = {"slug": "origin", "name": "Origin of goods", "kind": TopicKind.SUBJECT}
COLUMNS = "INSERT INTO topic (slug, name, kind, acronym, summary, description, place)"
WRITE = HandWritten(
    f"{COLUMNS} VALUES (:slug, :name, :kind, '', '', '', 0) RETURNING kind, slug",
    given={"kind": Topic.__table__.c.kind.type},
    found={"kind": Topic.__table__.c.kind.type},
)
RENAME = HandWritten("UPDATE topic SET name = :name WHERE slug = :slug")


def test_values_go_in_and_come_back_as_the_kinds_they_are_of() -> None:
    assert transact(lambda _: WRITE.run(GIVEN)) == (TopicKind.SUBJECT, "origin")
    assert db.session.scalars(db.select(Topic.kind)).all() == [TopicKind.SUBJECT]


def test_one_that_gives_nothing_back_gives_nothing() -> None:
    transact(lambda _: [WRITE.run(GIVEN), RENAME.run({"slug": "origin", "name": "Where goods come from"})])
    assert db.session.scalars(db.select(Topic.name)).all() == ["Where goods come from"]


def test_a_fault_is_told_as_any_other_and_without_what_was_typed() -> None:
    transact(lambda _: WRITE.run(GIVEN))
    with pytest.raises(IntegrityError) as fault:
        transact(lambda _: WRITE.run(GIVEN | {"name": "Dana Okafor"}))
    assert "Dana Okafor" not in str(fault.value)
    assert db.session.scalars(db.select(Topic.name)).all() == ["Origin of goods"]


def test_it_is_refused_outside_a_transaction() -> None:
    with pytest.raises(WriteOutsideTransactError):
        WRITE.run(GIVEN)
    db.session.rollback()
    assert db.session.scalars(db.select(Topic)).all() == []


def test_it_is_heard_by_those_who_listen_to_statements(asked: list[str]) -> None:
    transact(lambda _: WRITE.run(GIVEN))
    assert [statement for statement in asked if statement.startswith(COLUMNS)]


@pytest.mark.database("postgresql")
def test_a_connection_that_is_dead_is_not_given_out_again(app: object) -> None:
    ours = db.session.scalar(text("SELECT pg_backend_pid()"))
    with db.engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": ours})
    with pytest.raises(DBAPIError) as fault:
        HandWritten("SELECT slug FROM topic WHERE slug = :slug").run({"slug": "origin"})
    assert fault.value.connection_invalidated or db.session.connection().invalidated
    db.session.rollback()
    assert HandWritten("SELECT 1 AS one").run({}) == (1,)

"""How a database would answer a query, in its own words."""

from typing import Any

from sqlalchemy import Select, text

from app.db import db


def plan_of(query: Select[Any]) -> str:
    """Its plan, line by line, with the values as they stand in the query."""
    written = query.compile(db.engine, compile_kwargs={"literal_binds": True})
    how = "EXPLAIN QUERY PLAN" if db.engine.dialect.name == "sqlite" else "EXPLAIN"
    connection = db.session.connection()
    return "\n".join(str(row[-1]) for row in connection.exec_driver_sql(f"{how} {written}".replace("%", "%%")))


def analyze() -> None:
    """Let PostgreSQL count what is there, as it does by itself some time after."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("ANALYZE"))

"""The audit log: who did what. Written with the act, sealed into a chain after it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Json, Model, folded


class AuditEntry(Model):
    """One act. Personal values stand apart, so that they can be erased while the chain still verifies."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_subject", "subject", "subject_id", "id"),
        Index("ix_audit_entry_actor", "actor", "id"),
        Index("ix_audit_entry_act", "act", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(folded(254))  # "person", "worker", or a staff member's address.
    act: Mapped[str] = mapped_column(folded(60))
    subject: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[int | None]
    event_id: Mapped[int | None] = mapped_column(index=True)  # No reference: the log outlives what it tells of.
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    personal: Mapped[dict[str, Any] | None] = mapped_column(Json)
    personal_digest: Mapped[str] = mapped_column(String(64), default="")
    # Filled by the worker: the entry's number in the chain, and the seal over it and the entry before it.
    chain_number: Mapped[int | None] = mapped_column(unique=True)
    seal: Mapped[str | None] = mapped_column(String(64))
